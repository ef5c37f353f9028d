"""Writes about products, services and domains."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from balie.apps.customers.models import Customer
from balie.apps.services.actions.panels import note_account
from balie.apps.services.models import Domain, Order, Product, Service, Term
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToStartService(Exception):
    """A service cannot be started as asked; the message says why and what to do."""


class BilledMeanwhile(Exception):
    """Somebody billed, ended or moved a service since it was read."""


@transaction.atomic
def add_product(
    *,
    code: str,
    name_nl: str,
    name_en: str,
    monthly_cents: int | None = None,
    yearly_cents: int | None = None,
    vat_category: str = "high",
    needs_domain: bool = False,
    has_panel: bool = False,
    by: Actor,
    now: datetime,
) -> Product:
    """Put a product in the catalogue; prices in cents excluding VAT."""
    product = Product.objects.create(
        code=code,
        name_nl=name_nl,
        name_en=name_en,
        monthly_cents=monthly_cents,
        yearly_cents=yearly_cents,
        vat_category=vat_category,
        needs_domain=needs_domain,
        has_panel=has_panel,
    )
    audit.record(event="product.added", by=by, subject=("product", product.pk), now=now)
    return product


@transaction.atomic
def place_order(*, customer: Customer, by: Actor, now: datetime) -> Order:
    """Note what a customer asked for; its services follow when it is accepted."""
    return Order.objects.create(customer=customer, placed_at=now, placed_by=str(by))


@transaction.atomic
def register_domain(*, customer: Customer, name: str, by: Actor, now: datetime) -> Domain:
    """Note a domain name of a customer, in lower case and punycode.

    Raises IntegrityError when another customer has it: a name belongs to one at a time.
    """
    ascii_name = name.strip().rstrip(".").lower().encode("idna").decode("ascii")
    domain = Domain.objects.create(customer=customer, name=ascii_name)
    audit.record(event="domain.registered", by=by, subject=("domain", domain.pk), now=now)
    return domain


@transaction.atomic
def start_service(
    *,
    customer: Customer,
    product: Product,
    term: str,
    started_on: date,
    domain: Domain | None = None,
    order: Order | None = None,
    price_cents: int | None = None,
    panel_user_name: str | None = None,
    by: Actor,
    now: datetime,
) -> Service:
    """Start a service; it is billed from `started_on`, on that day of each month or year.

    Raises UnableToStartService when the product has no price for the term or needs a domain.
    """
    price = price_cents if price_cents is not None else _price(product, term)
    if price is None:
        msg = f"{product.code} is not sold per {term}; choose another term or give a price"
        raise UnableToStartService(msg)
    if product.needs_domain and domain is None:
        msg = f"{product.code} needs a domain name; register it first"
        raise UnableToStartService(msg)
    service = Service.objects.create(
        customer=customer,
        product=product,
        order=order,
        domain=domain,
        term=term,
        price_cents=price,
        started_on=started_on,
        anchor_day=started_on.day,
        next_period_start=started_on,
    )
    if panel_user_name:
        note_account(service=service, user_name=panel_user_name, by=by, now=now)
    audit.record(event="service.started", by=by, subject=("service", service.pk), now=now)
    return service


@transaction.atomic
def end_service(*, service: Service, ended_on: date, by: Actor, now: datetime) -> Service:
    """End a service: no period that begins on or after `ended_on` is billed."""
    ended = Service.objects.filter(pk=service.pk, ended_on__isnull=True).update(ended_on=ended_on)
    if ended:
        audit.record(event="service.ended", by=by, subject=("service", service.pk), now=now)
    service.refresh_from_db()
    return service


@transaction.atomic
def move_on(*, periods: Sequence[tuple[Service, date]]) -> None:
    """Move services on to the first day not yet billed, each from where it was read.

    The guard is in the UPDATE: it misses a service that is not as it was read. All or none; raises
    BilledMeanwhile. Services that move alike share one statement.
    """
    alike: dict[tuple[date, date, date | None], list[int]] = {}
    for service, billed_up_to in periods:
        move = (service.next_period_start, billed_up_to, service.ended_on)
        alike.setdefault(move, []).append(service.pk)
    for (start, billed_up_to, ended_on), ids in alike.items():
        as_read = Service.objects.filter(pk__in=ids, next_period_start=start, ended_on=ended_on)
        moved = as_read.update(next_period_start=billed_up_to)
        if moved != len(ids):
            msg = f"{len(ids) - moved} of {len(ids)} services changed since they were read"
            raise BilledMeanwhile(msg)


def _price(product: Product, term: str) -> int | None:
    return product.monthly_cents if term == Term.MONTH else product.yearly_cents

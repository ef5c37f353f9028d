"""Take over a service that ran elsewhere: nothing is ordered, mailed or billed for the past."""

import calendar
from datetime import date, datetime

from django.db import transaction

from balie.apps.customers.models import Customer
from balie.apps.services.actions.panels import UnableToNoteAccount, note_account, panel_named
from balie.apps.services.actions.selling import add_product, register_domain
from balie.apps.services.models import Domain, Product, Service, Term
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToTakeOver(Exception):
    """A service cannot be taken over; the message says why and what to do."""


@transaction.atomic
def take_over_service(
    *,
    customer: Customer,
    product_code: str,
    product_name: str,
    domain_name: str,
    term: str,
    price_cents: int,
    started_on: date,
    next_period_start: date,
    panel: str,
    user_name: str,
    by: Actor,
    now: datetime,
) -> Service:
    """Start a service that is billed from `next_period_start` at its own price, without VAT.

    A product that is not in the catalogue is put there at this price. Raises UnableToTakeOver when
    the domain name is another customer's or none, or the user name is taken on the panel.
    """
    service = Service.objects.create(
        customer=customer,
        product=_product(product_code, product_name, term=term, cents=price_cents, by=by, now=now),
        domain=_domain(customer, domain_name, by=by, now=now) if domain_name else None,
        term=term,
        price_cents=price_cents,
        started_on=started_on,
        anchor_day=_anchor(started_on, next_period_start),
        next_period_start=next_period_start,
    )
    if user_name:
        _note_account(service, panel, user_name, by=by, now=now)
    audit.record(event="service.taken_over", by=by, subject=("service", service.pk), now=now)
    return service


def _note_account(
    service: Service, panel: str, user_name: str, *, by: Actor, now: datetime
) -> None:
    on = panel_named(panel, now=now)
    try:
        note_account(service=service, user_name=user_name, panel=on, by=by, now=now)
    except UnableToNoteAccount as error:
        msg = f"user name {user_name} on {on.name} belongs to another service here"
        raise UnableToTakeOver(f"{msg}; look which of the two is right") from error


def _anchor(started_on: date, next_period_start: date) -> int:
    """Return the day of the month it is billed on: 31 when 28 February is all there was."""
    last_day = calendar.monthrange(next_period_start.year, next_period_start.month)[1]
    if next_period_start.day == last_day and started_on.day > last_day:
        return started_on.day
    return next_period_start.day


def _product(code: str, name: str, *, term: str, cents: int, by: Actor, now: datetime) -> Product:
    known = Product.objects.filter(code=code).first()
    if known is not None:
        return known
    return add_product(
        code=code,
        name_nl=name,
        name_en=name,
        monthly_cents=cents if term == Term.MONTH else None,
        yearly_cents=cents if term == Term.YEAR else None,
        by=by,
        now=now,
    )


def _domain(customer: Customer, name: str, *, by: Actor, now: datetime) -> Domain:
    tidy = name.strip().rstrip(".").lower()
    try:
        ascii_name = tidy.encode("idna").decode("ascii")
    except UnicodeError as error:
        msg = f"{name!r} is no domain name; correct it at the source"
        raise UnableToTakeOver(msg) from error
    known = Domain.objects.filter(name__iexact=ascii_name).first()
    if known is None:
        return register_domain(customer=customer, name=tidy, by=by, now=now)
    if known.customer_id != customer.pk:
        msg = f"{ascii_name} belongs to another customer here; look which of the two is right"
        raise UnableToTakeOver(msg)
    return known

"""Writes about the catalogue: what is offered, at what price from when, and what goes with it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from balie.apps.services.models import PriceChange, Product, ProductOption
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToChangeCatalogue(Exception):
    """The catalogue is not changed like this; the message says why."""


@transaction.atomic
def describe_product(
    *,
    product: Product,
    name_nl: str,
    name_en: str,
    setup_cents: int,
    needs_domain: bool,
    includes_domain: bool,
    has_panel: bool,
    is_offered: bool,
    by: Actor,
    now: datetime,
) -> Product:
    """Change what a product is called and what belongs to it; its prices have their own days.

    What was ordered keeps what was agreed. `setup_cents` is without VAT.
    """
    product.name_nl, product.name_en = name_nl, name_en
    product.setup_cents = setup_cents
    product.needs_domain, product.includes_domain = needs_domain, includes_domain
    product.has_panel, product.is_offered = has_panel, is_offered
    product.save()
    audit.record(
        event="product.described",
        by=by,
        subject=("product", product.pk),
        now=now,
        data={"setup_cents": setup_cents, "is_offered": is_offered},
    )
    return product


@transaction.atomic
def change_price(
    *,
    product: Product,
    term: str,
    price_cents: int,
    valid_from: date,
    today: date,
    by: Actor,
    now: datetime,
) -> PriceChange:
    """Let a product cost something else per term from a day on, for new orders.

    Raises UnableToChangeCatalogue for a day that is past, or that has a price already.
    """
    if valid_from < today:
        raise UnableToChangeCatalogue("a price begins today or later, not on a day that is past")
    try:
        with transaction.atomic():
            change = PriceChange.objects.create(
                product=product,
                term=term,
                price_cents=price_cents,
                valid_from=valid_from,
                made_at=now,
                made_by=str(by),
            )
    except IntegrityError:
        raise UnableToChangeCatalogue("this day has a price already; choose another") from None
    audit.record(
        event="product.price_changed",
        by=by,
        subject=("product", product.pk),
        now=now,
        data={"term": term, "price_cents": price_cents, "valid_from": str(valid_from)},
    )
    return change


@transaction.atomic
def offer_option(*, product: Product, option: Product, by: Actor, now: datetime) -> ProductOption:
    """Let a product be ordered with another; twice is once. Raises UnableToChangeCatalogue."""
    if product == option:
        raise UnableToChangeCatalogue("a product is no option of itself")
    link, is_new = ProductOption.objects.get_or_create(product=product, option=option)
    if is_new:
        _record_option(product, option, "offered", by=by, now=now)
    return link


@transaction.atomic
def withdraw_option(*, product: Product, option: Product, by: Actor, now: datetime) -> None:
    """No longer offer a product with another; what was ordered stays."""
    gone, _ = ProductOption.objects.filter(product=product, option=option).delete()
    if gone:
        _record_option(product, option, "withdrawn", by=by, now=now)


def _record_option(
    product: Product, option: Product, what: str, *, by: Actor, now: datetime
) -> None:
    audit.record(
        event=f"product.option_{what}",
        by=by,
        subject=("product", product.pk),
        now=now,
        data={"option": option.pk},
    )

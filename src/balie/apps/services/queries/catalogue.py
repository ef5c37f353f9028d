"""Reads of the catalogue: what is offered, with what, and what it costs on a day."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from balie.apps.services.models import Order, OrderLine, PriceChange, Product, ProductOption, Term

Prices = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A product as it is offered: cents without VAT per term, and what may be added to it."""

    product: Product
    prices: Prices
    options: tuple["Offer", ...] = field(default=())

    @property
    def monthly_cents(self) -> int | None:
        """What a month costs, or None when it is not sold per month."""
        return self.prices.get(Term.MONTH)

    @property
    def yearly_cents(self) -> int | None:
        """What a year costs, or None when it is not sold per year."""
        return self.prices.get(Term.YEAR)


def prices_on(products: Collection[Product], *, on: date) -> dict[int, Prices]:
    """Return what products cost on a day, by product id and term, in one query."""
    found: dict[int, Prices] = {one.pk: _first_prices(one) for one in products}
    changes = PriceChange.objects.filter(product__in=found, valid_from__lte=on)
    for change in changes.order_by("valid_from"):
        found[change.product_id][change.term] = change.price_cents
    return found


def price_on(product: Product, *, term: str, on: date) -> int | None:
    """Return what a product costs per term on a day, in cents; None when it is not sold so."""
    return prices_on([product], on=on)[product.pk].get(term)


def offers(*, on: date) -> list[Offer]:
    """Return what may be ordered on a day, with its options, in three queries."""
    links = list(
        ProductOption.objects.filter(option__is_offered=True)
        .select_related("option")
        .order_by("option__name_nl", "pk")
    )
    products = list(Product.objects.filter(is_offered=True).order_by("name_nl", "pk"))
    only_options = {link.option_id for link in links}
    prices = prices_on([*products, *(link.option for link in links)], on=on)
    return [
        Offer(
            product=product,
            prices=prices[product.pk],
            options=tuple(
                Offer(product=link.option, prices=prices[link.option_id])
                for link in links
                if link.product_id == product.pk
            ),
        )
        for product in products
        if product.pk not in only_options
    ]


def products() -> QuerySet[Product]:
    """Return every product, also one that is no longer offered."""
    return Product.objects.order_by("name_nl", "pk")


def price_changes_of(product: Product) -> QuerySet[PriceChange]:
    """Return the prices a product got after it was added, last first."""
    return PriceChange.objects.filter(product=product).order_by("-valid_from", "term")


def options_of(product: Product) -> list[Product]:
    """Return what may be ordered with a product."""
    return [link.option for link in product.options.select_related("option").order_by("pk")]


def orders() -> QuerySet[Order]:
    """Return every order, last first, with its lines."""
    return (
        Order.objects.select_related("customer", "contact")
        .prefetch_related("lines__product")
        .order_by("-placed_at", "-pk")
    )


def waiting_orders() -> QuerySet[Order]:
    """Return the orders that nobody accepted or refused yet, oldest first."""
    waiting = orders().filter(accepted_at__isnull=True, refused_at__isnull=True)
    return waiting.filter(lines__isnull=False).distinct().order_by("placed_at", "pk")


def lines_of(order: Order) -> QuerySet[OrderLine]:
    """Return the lines of an order, in order."""
    return OrderLine.objects.filter(order=order).select_related("product").order_by("position")


def _first_prices(product: Product) -> Prices:
    first = {Term.MONTH: product.monthly_cents, Term.YEAR: product.yearly_cents}
    return {str(term): cents for term, cents in first.items() if cents is not None}

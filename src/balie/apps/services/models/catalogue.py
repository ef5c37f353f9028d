"""The catalogue beside the products: prices that change on a day, and what may be added to what."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from balie.apps.services.models.selling import Order, Product, Service, Term
from balie.infra.fields import CentsField, one_of


class PriceChange(models.Model):
    """What a product costs per term from a day on, for new orders.

    A running service follows at the beginning of a later term, after it was announced: see
    `PlannedChange`.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="price_changes")
    term = models.CharField(max_length=5, choices=Term)
    price_cents = CentsField()
    valid_from = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        """One price per product, term and day."""

        constraints: ClassVar = [
            one_of("term", Term, name="services_price_change_term_known"),
            models.UniqueConstraint(
                fields=["product", "term", "valid_from"], name="services_one_price_per_day"
            ),
            models.CheckConstraint(
                condition=Q(price_cents__gt=0), name="services_price_change_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} per {self.term} from {self.valid_from}"


class ProductOption(models.Model):
    """A product that may be ordered with another one, as a service of its own."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="options")
    option = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once, and not of itself."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "option"], name="services_option_once"),
            models.CheckConstraint(
                condition=~Q(product=F("option")), name="services_no_option_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option_id} with {self.product_id}"


class OrderLine(models.Model):
    """One product of an order at the price it was shown at; `service` is what it became."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    term = models.CharField(max_length=5, choices=Term)
    price_cents = CentsField()
    setup_cents = CentsField(default=0)
    domain_name = models.CharField(max_length=253, blank=True)
    service = models.OneToOneField(
        Service, on_delete=models.PROTECT, related_name="order_line", null=True
    )

    class Meta:
        """Lines in order; a price is one."""

        constraints: ClassVar = [
            one_of("term", Term, name="services_order_line_term_known"),
            models.UniqueConstraint(
                fields=["order", "position"], name="services_order_line_position"
            ),
            models.CheckConstraint(
                condition=Q(price_cents__gt=0, setup_cents__gte=0),
                name="services_order_line_priced",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of order {self.order_id}"

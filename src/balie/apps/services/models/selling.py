"""Products are sold, services are what a customer has and pays per term."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from balie.apps.customers.models import Contact, Customer
from balie.infra.fields import CentsField


class Term(models.TextChoices):
    """How often a service is billed."""

    MONTH = "month"
    YEAR = "year"


class Product(models.Model):
    """Something we sell, with its price excluding VAT per month, per year, or both.

    These are the prices it began with; what it costs on a day, `queries.price_on` knows. Once, with
    the first term, comes `setup_cents`. With `includes_domain` the name is in the price.
    """

    code = models.CharField(max_length=40, unique=True)
    name_nl = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    monthly_cents = CentsField(null=True)
    yearly_cents = CentsField(null=True)
    vat_category = models.CharField(max_length=4, default="high")
    needs_domain = models.BooleanField(default=False)
    has_panel = models.BooleanField(default=False)
    setup_cents = CentsField(default=0)
    includes_domain = models.BooleanField(default=False)
    is_offered = models.BooleanField(default=True)

    class Meta:
        """A product has a price."""

        constraints: ClassVar = [
            models.CheckConstraint(
                # A comparison with NULL is no refusal, so each NULL is named.
                condition=(models.Q(monthly_cents__isnull=True) | models.Q(monthly_cents__gt=0))
                & (models.Q(yearly_cents__isnull=True) | models.Q(yearly_cents__gt=0))
                & ~models.Q(monthly_cents__isnull=True, yearly_cents__isnull=True),
                name="services_product_has_price",
            ),
            models.CheckConstraint(
                condition=models.Q(vat_category__in=["high", "low", "zero"]),
                name="services_product_vat_category_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Order(models.Model):
    """What a customer asked for; accepted it becomes services.

    `form_key` comes with the form, so that one form sent twice is one order. `begin_at_once`: a
    consumer asked us to begin before his right of withdrawal has run out, and knows that he then
    pays for the days used (art. 6:230s BW).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    form_key = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique when there is one
    begin_at_once = models.BooleanField(default=False)
    agreed_text = models.TextField(blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, blank=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=80, blank=True)
    refused_because = models.CharField(max_length=200, blank=True)

    class Meta:
        """An order is accepted or refused, not both."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(refused_at__isnull=True),
                name="services_order_accepted_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"


class Domain(models.Model):
    """A domain name of a customer, lower case punycode: what he may quote when paying."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=253)

    class Meta:
        """A name belongs to one customer at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="services_domain_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """One product for one customer. `next_period_start` is the first day not yet billed."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="services", null=True)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="services", null=True)
    term = models.CharField(max_length=5, choices=Term)
    price_cents = CentsField()
    started_on = models.DateField()
    anchor_day = models.PositiveSmallIntegerField()
    next_period_start = models.DateField(db_index=True)
    ended_on = models.DateField(null=True)
    option_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="options", null=True
    )

    class Meta:
        """Prices are positive, billing only moves forward from the start."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(price_cents__gt=0), name="services_service_price_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(next_period_start__gte=models.F("started_on")),
                name="services_service_billed_forward",
            ),
            models.CheckConstraint(
                condition=models.Q(anchor_day__gte=1, anchor_day__lte=31),
                name="services_service_anchor_day",
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.pk}"

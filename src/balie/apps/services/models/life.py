"""What happens to a service: each change of its state is a row, with who and when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from balie.apps.customers.models import Customer
from balie.apps.services.models.selling import Product, Service, Term
from balie.infra.fields import CentsField, one_of


class EndKind(models.TextChoices):
    """How a service ends: at the end of its term, with notice out of a silently renewed one, on a
    day that was agreed, or because a consumer withdrew from the contract.
    """

    TERM_END = "term_end"
    NOTICE = "notice"
    AT_ONCE = "at_once"
    WITHDRAWN = "withdrawn"


class ChangeKind(models.TextChoices):
    """What will be other at the beginning of a term: the plan, or only its price."""

    PLAN = "plan"
    PRICE = "price"


class Ending(models.Model):
    """Somebody asked that a service ends; the row is the receipt. It may be taken back in time.

    `credit_cents` is what was shown to come back, without VAT.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="endings")
    kind = models.CharField(max_length=10, choices=EndKind)
    ends_on = models.DateField()
    credit_cents = CentsField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """A service ends once."""

        constraints: ClassVar = [
            one_of("kind", EndKind, name="services_ending_kind_known"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(taken_back_at__isnull=True),
                name="services_one_standing_ending",
            ),
            models.CheckConstraint(
                condition=Q(credit_cents__gte=0), name="services_ending_credit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of service {self.service_id}"


class Suspension(models.Model):
    """A service stands still because of a fact (`invoice:F2026-00012`), until that is undone.

    A service is suspended while one of its suspensions is not lifted.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="suspensions")
    fact = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """A fact suspends a service once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "fact"],
                condition=Q(lifted_at__isnull=True),
                name="services_one_standing_suspension",
            ),
            models.CheckConstraint(condition=~Q(fact=""), name="services_suspension_has_fact"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["fact"],
                condition=Q(lifted_at__isnull=True),
                name="services_standing_by_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.service_id}: {self.fact}"


class PlannedChange(models.Model):
    """Another plan or price for a service from a day on: the beginning of a term, or at once."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=5, choices=ChangeKind)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    term = models.CharField(max_length=5, choices=Term)
    price_cents = CentsField()
    from_on = models.DateField()
    old_product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    old_price_cents = CentsField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    applied_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """One waits per service and kind."""

        constraints: ClassVar = [
            one_of("kind", ChangeKind, name="services_planned_change_kind_known"),
            one_of("term", Term, name="services_planned_change_term_known"),
            models.UniqueConstraint(
                fields=["service", "kind"],
                condition=Q(applied_at__isnull=True, taken_back_at__isnull=True),
                name="services_one_waiting_change_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(price_cents__gt=0), name="services_planned_price_positive"
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(taken_back_at__isnull=True),
                name="services_change_applied_or_taken_back",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["from_on"],
                condition=Q(applied_at__isnull=True, taken_back_at__isnull=True),
                name="services_waiting_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of service {self.service_id} from {self.from_on}"


class Move(models.Model):
    """A service went from one customer to another; what was billed stays where it was."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="moves")
    from_customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    to_customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=80)

    class Meta:
        """To another one."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(from_customer=models.F("to_customer")),
                name="services_moved_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.service_id} to {self.to_customer_id}"


class RenewalNotice(models.Model):
    """A yearly renewal was announced; once per service and term."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    term_start = models.DateField()
    announced_at = models.DateTimeField()

    class Meta:
        """Announced once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "term_start"], name="services_one_notice_per_term"
            ),
        ]

    def __str__(self) -> str:
        return f"renewal of service {self.service_id} on {self.term_start}"

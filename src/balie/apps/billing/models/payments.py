"""Payments as received, and which paid what."""

from typing import ClassVar

from django.db import models

from balie.apps.banking.models import SliceClaim
from balie.apps.billing.models.corrections import CreditNote
from balie.apps.billing.models.invoices import Invoice
from balie.apps.customers.models import Customer
from balie.infra.fields import CentsField


class Payment(models.Model):
    """Money a customer transferred himself, recognised as his. What is not allocated is credit.

    `unallocated_cents` is the cache of that, guarded as `Invoice.open_cents` is. One that was
    undone is nobody's any more: its slice is in suspense again.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(SliceClaim, on_delete=models.PROTECT, related_name="+")
    amount_cents = CentsField()
    unallocated_cents = CentsField()
    received_on = models.DateField()
    evidence = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """Only money that came in; once per claim and customer (a batch may overpay several)."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "customer"], name="billing_one_payment_per_claim_and_customer"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="billing_payment_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    unallocated_cents__gte=0, unallocated_cents__lte=models.F("amount_cents")
                ),
                name="billing_payment_unallocated_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(unallocated_cents=0),
                name="billing_undone_payment_is_no_credit",
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"


class Allocation(models.Model):
    """Changes what is open on an invoice. `amount_cents` is positive; `kind` gives the direction.

    collected, transferred, credited and written_off lower the open amount; returned, repaid and
    undone raise it. undone gives back to its payment what transferred took from it.
    """

    class Kind(models.TextChoices):
        """Where the change comes from (DESIGN invariant 5)."""

        COLLECTED = "collected"
        RETURNED = "returned"
        TRANSFERRED = "transferred"
        CREDITED = "credited"
        WRITTEN_OFF = "written_off"
        REPAID = "repaid"
        UNDONE = "undone"

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    kind = models.CharField(max_length=12, choices=Kind)
    amount_cents = CentsField()
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="allocations", null=True
    )
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, related_name="allocations", null=True
    )
    event = models.CharField(max_length=120, unique=True)
    booked_on = models.DateField()
    allocated_at = models.DateTimeField()
    allocated_by = models.CharField(max_length=80)

    class Meta:
        """An event changes an invoice once."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="billing_allocation_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(payment__isnull=False)
                | ~models.Q(kind__in=["transferred", "undone"]),
                name="billing_transferred_has_payment",
            ),
            models.CheckConstraint(
                condition=models.Q(credit_note__isnull=False) | ~models.Q(kind="credited"),
                name="billing_credited_has_credit_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents} on {self.invoice_id}"

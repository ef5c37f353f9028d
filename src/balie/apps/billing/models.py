"""Invoices and credit notes as issued, payments as received, and which paid what."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models

from balie.apps.banking.models import SliceClaim
from balie.apps.customers.models import Customer
from balie.apps.ledger.models import JournalEntry
from balie.apps.promises.models import PolicyVersion
from balie.apps.services.models import Service
from balie.infra.fields import CentsField


class Invoice(models.Model):
    """An issued invoice. Nothing on it changes but `open_cents`, the cache of its allocations.

    `due_on` is the day by which a transfer must be here, or the day on which we mean to collect.
    """

    class PayBy(models.TextChoices):
        """How the customer was told he pays: frozen, a mandate may change afterwards."""

        DIRECT_DEBIT = "direct_debit"
        TRANSFER = "transfer"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    payment_reference = models.CharField(max_length=25, unique=True)
    issued_on = models.DateField(db_index=True)
    due_on = models.DateField()
    net_cents = CentsField()
    vat_cents = CentsField()
    total_cents = CentsField()
    open_cents = CentsField()
    addressee = models.JSONField()
    language = models.CharField(max_length=2)
    pay_by = models.CharField(max_length=12, choices=PayBy)
    mandate_reference = models.CharField(max_length=35, blank=True)
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    journal_entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        """Gapless per series and year; never more paid than owed, nor less than nothing."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="billing_invoice_sequence_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
                name="billing_invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(open_cents__gte=0, open_cents__lte=models.F("total_cents")),
                name="billing_invoice_open_within_total",
            ),
            models.CheckConstraint(
                condition=models.Q(pay_by="transfer", mandate_reference="")
                | (models.Q(pay_by="direct_debit") & ~models.Q(mandate_reference="")),
                name="billing_invoice_debit_has_mandate",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer"],
                name="billing_open_invoices",
                condition=models.Q(open_cents__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """One service for one half-open period. Quantity 1; cents per line, VAT rounded per line."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200)
    domain_name = models.CharField(max_length=253, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    net_cents = CentsField()
    vat_rate_basis_points = models.PositiveIntegerField()
    vat_cents = CentsField()
    credited_at = models.DateTimeField(null=True)

    class Meta:
        """At most one non-credited line per service and period."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "period_start"],
                condition=models.Q(credited_at__isnull=True),
                name="billing_one_line_per_service_and_period",
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")),
                name="billing_line_period_half_open",
            ),
            models.UniqueConstraint(
                fields=["invoice", "position"], name="billing_line_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of {self.invoice_id}"

    @property
    def last_day(self) -> date:
        """The last day of the period, as people read it."""
        return self.period_end - timedelta(days=1)


class InvoiceDocument(models.Model):
    """The PDF as rendered when first needed, kept with its hash."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="document")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"document of {self.invoice_id}"


class InvoiceHold(models.Model):
    """Blocks collecting one invoice: a dispute, an arrangement, a transfer that was asked for,
    a fault of our own that an employee has to mend first.
    """

    class Kind(models.TextChoices):
        """Why it may not be collected."""

        DISPUTE = "dispute"
        ARRANGEMENT = "arrangement"
        TRANSFER_ASKED = "transfer_asked"
        TRANSFER_PROMISED = "transfer_promised"
        OUR_FAULT = "our_fault"

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=20, choices=Kind)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)
    until_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """One standing hold of a kind per invoice."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "kind"],
                condition=models.Q(lifted_at__isnull=True),
                name="billing_one_standing_hold_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.invoice_id}"


class CreditNote(models.Model):
    """Corrects a whole invoice: a document of its own series that refers to it.

    What the invoice no longer needed of it is the customer's credit: `unallocated_cents`.
    """

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="credit_note")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    issued_on = models.DateField()
    total_cents = CentsField()
    unallocated_cents = CentsField()
    reason = models.CharField(max_length=200)
    journal_entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        """Gapless per series and year; no more of it used than it comes to."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    unallocated_cents__gte=0, unallocated_cents__lte=models.F("total_cents")
                ),
                name="billing_credit_note_unallocated_within_total",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="billing_credit_note_sequence_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """Money a customer transferred himself, recognised as his. What is not allocated is credit.

    `unallocated_cents` is the cache of that, guarded as `Invoice.open_cents` is.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(SliceClaim, on_delete=models.PROTECT, related_name="+")
    amount_cents = CentsField()
    unallocated_cents = CentsField()
    received_on = models.DateField()
    evidence = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

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
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"


class Allocation(models.Model):
    """Changes what is open on an invoice. `amount_cents` is positive; `kind` gives the direction.

    collected, transferred and credited lower the open amount; returned and repaid raise it.
    """

    class Kind(models.TextChoices):
        """Where the change comes from (DESIGN invariant 5)."""

        COLLECTED = "collected"
        RETURNED = "returned"
        TRANSFERRED = "transferred"
        CREDITED = "credited"
        REPAID = "repaid"

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
                condition=models.Q(payment__isnull=False) | ~models.Q(kind="transferred"),
                name="billing_transferred_has_payment",
            ),
            models.CheckConstraint(
                condition=models.Q(credit_note__isnull=False) | ~models.Q(kind="credited"),
                name="billing_credited_has_credit_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents} on {self.invoice_id}"

"""Invoices as issued, their lines and documents, and what blocks collecting one."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from balie.apps.customers.models import Customer
from balie.apps.ledger.models import JournalEntry
from balie.apps.promises.models import PolicyVersion
from balie.apps.services.models import Service
from balie.infra.fields import CentsField

if TYPE_CHECKING:
    from balie.apps.billing.models.corrections import CreditNote


class VatNumberCheck(models.Model):
    """What the register of VAT numbers answered about a customer's number, kept as evidence.

    `reference` is the register's own number of the question, which proves that we asked.
    """

    class Outcome(models.TextChoices):
        """Unknown: the register did not answer; it says nothing about the number."""

        VALID = "valid"
        INVALID = "invalid"
        UNKNOWN = "unknown"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    vat_number = models.CharField(max_length=20)
    outcome = models.CharField(max_length=7, choices=Outcome)
    reference = models.CharField(max_length=60, blank=True)
    holder = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(db_index=True)
    asked_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.vat_number}: {self.outcome}"


class Invoice(models.Model):
    """An issued invoice. Nothing on it changes but `open_cents`, the cache of its allocations.

    The database refuses every other change, and to delete it.

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
    vat_treatment = models.CharField(max_length=14, default="home")
    vat_check = models.ForeignKey(
        VatNumberCheck, on_delete=models.PROTECT, related_name="+", null=True
    )
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
            models.CheckConstraint(
                condition=models.Q(vat_treatment="home") | models.Q(vat_cents=0),
                name="billing_invoice_without_vat_has_none",
            ),
            models.CheckConstraint(
                condition=~models.Q(vat_treatment="reverse_charge")
                | models.Q(vat_check__isnull=False),
                name="billing_invoice_reversed_has_check",
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

    @property
    def credit_note(self) -> "CreditNote | None":
        """The credit note by which nothing of the invoice is left, if there is one."""
        if self.lines.filter(credited_at__isnull=True).exists():
            return None
        return self.credit_notes.order_by("-pk").first()


class InvoiceLine(models.Model):
    """One service for one half-open period. Quantity 1; amounts in cents.

    `credited_cents` is how much of the net amount was credited, `credited_at` when all of it was.
    A line that was credited from a day on covers its period up to `stopped_on` only. What is
    charged once has the day it was done as its period.
    """

    class Kind(models.TextChoices):
        """A term of a service, or setting it up."""

        TERM = "term"
        SETUP = "setup"

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.TERM)
    description = models.CharField(max_length=200)
    domain_name = models.CharField(max_length=253, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()
    net_cents = CentsField()
    vat_rate_basis_points = models.PositiveIntegerField()
    vat_cents = CentsField()
    credited_cents = CentsField(default=0)
    credited_at = models.DateTimeField(null=True)
    stopped_on = models.DateField(null=True)

    class Meta:
        """At most one non-credited line per service and period; no more credited than billed."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    credited_cents__gte=0, credited_cents__lte=models.F("net_cents")
                ),
                name="billing_line_credited_within_net",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_on__isnull=True)
                | models.Q(
                    stopped_on__gte=models.F("period_start"),
                    stopped_on__lt=models.F("period_end"),
                ),
                name="billing_line_stopped_within_period",
            ),
            models.UniqueConstraint(
                fields=["service", "period_start", "kind"],
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

"""What corrects an issued invoice: credit notes, and claims that were given up."""

from typing import ClassVar

from django.db import models

from balie.apps.billing.models.invoices import Invoice, InvoiceLine
from balie.apps.ledger.models import JournalEntry
from balie.apps.promises.models import PolicyVersion
from balie.infra.fields import CentsField


class CreditNote(models.Model):
    """Corrects an invoice, whole or in part: a document of its own series that refers to it.

    What the invoice no longer needed of it is the customer's credit: `unallocated_cents`. Nothing
    else of it ever changes.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    issued_on = models.DateField()
    net_cents = CentsField()
    vat_cents = CentsField()
    total_cents = CentsField()
    unallocated_cents = CentsField()
    reason = models.CharField(max_length=200)
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
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
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
                name="billing_credit_note_adds_up",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="billing_credit_note_sequence_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditNoteLine(models.Model):
    """What is credited of one line of the invoice, for which half-open period, in cents."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="credits")
    period_start = models.DateField()
    period_end = models.DateField()
    net_cents = CentsField()
    vat_cents = CentsField()

    class Meta:
        """Positive amounts, one position each."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(net_cents__gte=0, vat_cents__gte=0),
                name="billing_credit_note_line_positive",
            ),
            models.UniqueConstraint(
                fields=["credit_note", "position"], name="billing_credit_note_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of {self.credit_note_id}"


class CreditNoteDocument(models.Model):
    """The PDF of a credit note as rendered when first needed, kept with its hash."""

    credit_note = models.OneToOneField(
        CreditNote, on_delete=models.PROTECT, related_name="document"
    )
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"document of {self.credit_note_id}"


class WriteOff(models.Model):
    """What we gave up on an invoice. The claim is gone from the books, the invoice stays issued."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="write_offs")
    amount_cents = CentsField()
    reason = models.CharField(max_length=200)
    journal_entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    written_off_at = models.DateTimeField()
    written_off_by = models.CharField(max_length=80)

    class Meta:
        """Something is given up."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="billing_write_off_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"write-off of {self.invoice_id}"

"""What the daily round did; what cannot be read in the bank folder; what was taken over."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import Customer
from balie.apps.ledger.models import JournalEntry
from balie.infra.fields import CentsField


class RoundStep(models.Model):
    """One step of one day's round, done once. `receipt`: what was done, left out, and why."""

    day = models.DateField()
    step = models.CharField(max_length=40)
    finished_at = models.DateTimeField()
    receipt = models.JSONField(default=dict)

    class Meta:
        """A step is done once a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "step"], name="office_step_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.step} on {self.day}"


class FolderFault(models.Model):
    """A file in the watched folder that cannot be taken up; gone once it can, or is gone itself.

    `name` is empty when the folder itself cannot be used. `code` and `values` make the sentence.
    """

    name = models.CharField(max_length=255, unique=True)
    code = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ImportedRow(models.Model):
    """One row of a file of another system as it stood there, and what became of it (`made_id`).

    Its key at the source makes that it is taken over once.
    """

    class Kind(models.TextChoices):
        """What a file holds, in the order in which it is taken over."""

        CUSTOMERS = "customers"
        SERVICES = "services"
        MANDATES = "mandates"
        INVOICES = "invoices"

    source = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    raw = models.JSONField()
    file_name = models.CharField(max_length=255)
    line = models.PositiveIntegerField()
    staged_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    made_id = models.BigIntegerField(null=True)

    class Meta:
        """Taken over once; what was taken over made something."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "kind", "key"], name="office_imported_once"),
            models.CheckConstraint(
                condition=models.Q(committed_at__isnull=True, made_id__isnull=True)
                | models.Q(committed_at__isnull=False, made_id__isnull=False),
                name="office_imported_row_made_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.source}"


class ForeignInvoice(models.Model):
    """An invoice of another system, in its own series. Insert-only.

    `open_cents` is what was open when it was taken over and stands in the opening balance; `rates`
    holds net and VAT per rate in basis points.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    number = models.CharField(max_length=40, db_index=True)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    net_cents = CentsField()
    vat_cents = CentsField()
    open_cents = CentsField()
    rates = models.JSONField()
    journal_entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="+", null=True
    )
    taken_over_at = models.DateTimeField()

    class Meta:
        """Each once; the number alone may be there twice, as it may be at the source."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="office_foreign_invoice_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_cents(self) -> int:
        """The amount with VAT."""
        return self.net_cents + self.vat_cents

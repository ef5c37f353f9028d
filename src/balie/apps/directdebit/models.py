"""One collection is one debit of one debtor; its parts say which invoices it pays."""

from typing import ClassVar

from django.db import models

from balie.apps.banking.models import SliceClaim
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer
from balie.apps.mandates.models import Mandate
from balie.apps.promises.models import PolicyVersion
from balie.apps.tickets.models import Ticket
from balie.infra.fields import CentsField


class CollectionBatch(models.Model):
    """One pain.008 payment block, frozen: bytes and hash. Unknown until the bank answers."""

    class State(models.TextChoices):
        """What the bank said of it; `withdrawn` never reached it."""

        FROZEN = "frozen"
        HANDED_OVER = "handed_over"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        BOOKED = "booked"
        WITHDRAWN = "withdrawn"

    message_id = models.CharField(max_length=35, unique=True)
    payment_information_id = models.CharField(max_length=35, unique=True)
    collection_date = models.DateField()
    total_cents = CentsField()
    count = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State)
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=80)
    handed_over_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.message_id


class Collection(models.Model):
    """One debit: announced, exported, settled, perhaps undone, at last final."""

    class State(models.TextChoices):
        """`settled` is paid for the customer; `final` can no longer come back without reason."""

        ANNOUNCED = "announced"
        WITHDRAWN = "withdrawn"
        EXPORTED = "exported"
        REJECTED = "rejected"
        SETTLED = "settled"
        RETURNED = "returned"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        CollectionBatch, on_delete=models.PROTECT, related_name="collections", null=True
    )
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    end_to_end_id = models.CharField(max_length=35, unique=True)
    amount_cents = CentsField()
    collection_date = models.DateField()
    charge_back_until = models.DateField()
    final_on = models.DateField()
    state = models.CharField(max_length=10, choices=State)
    announced_at = models.DateTimeField()
    settled_on = models.DateField(null=True)
    claim = models.ForeignKey(SliceClaim, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """A debit is of something; what was exported sits in a batch."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="directdebit_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["announced", "withdrawn"])
                | models.Q(batch__isnull=False),
                name="directdebit_exported_in_batch",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "collection_date"], name="directdebit_by_state"),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id


class CollectionPart(models.Model):
    """The share of one invoice in a collection. While `live` no other collection may take it."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="parts")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+")
    amount_cents = CentsField()
    live = models.BooleanField()

    class Meta:
        """One live part per invoice."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=models.Q(live=True),
                name="directdebit_one_live_part_per_invoice",
            ),
            models.UniqueConstraint(
                fields=["collection", "invoice"], name="directdebit_part_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="directdebit_part_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"part of {self.collection_id} for {self.invoice_id}"


class CollectionStep(models.Model):
    """Each state a collection came to, with who and when. Insert-only."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=Collection.State)
    reached_at = models.DateTimeField()
    reached_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.collection_id} -> {self.state}"


class RTransaction(models.Model):
    """A collection undone: reject or refusal before settlement; return, refund, reversal after."""

    class Kind(models.TextChoices):
        """The bank's own words (DESIGN section 4)."""

        REJECT = "reject"
        REFUSAL = "refusal"
        RETURN = "return"
        REFUND = "refund"
        REVERSAL = "reversal"

    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="r_transaction"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    reason_code = models.CharField(max_length=35, blank=True)
    amount_cents = CentsField()
    booked_on = models.DateField()
    claim = models.OneToOneField(SliceClaim, on_delete=models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        """After settlement there is a bank entry; before it there is none."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["reject", "refusal"]) | models.Q(claim__isnull=False),
                name="directdebit_return_has_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.collection_id}"


class StatusFile(models.Model):
    """A pain.002 as received, stored before it is read."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    outcome = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class Dispute(models.Model):
    """The talk before a refund: which debit, which ticket, and how it ended."""

    class Outcome(models.TextChoices):
        """Explained, ours to mend, or the customer went to his bank after all."""

        EXPLAINED = "explained"
        OUR_MISTAKE = "our_mistake"
        REFUNDED_BY_BANK = "refunded_by_bank"

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="disputes")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """One open dispute per collection."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["collection"],
                condition=models.Q(closed_at__isnull=True),
                name="directdebit_one_open_dispute",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute of {self.collection_id}"

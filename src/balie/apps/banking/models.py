"""Bank files as received, the statements in them, their entries, and who claimed each slice.

Also what the bank announced of an entry before it stood in a statement.
"""

from typing import ClassVar

from django.db import models

from balie.apps.ledger.models import JournalEntry
from balie.infra.fields import CentsField


class BankAccount(models.Model):
    """An account of ours. Statements chain on from `opening_cents`."""

    iban = models.CharField(max_length=34, unique=True)
    name = models.CharField(max_length=70)
    opening_cents = CentsField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.iban


class StatementFile(models.Model):
    """The bytes as they came in, stored before they are read; the hash is their identity.

    `refusals` says what of it was refused, as codes of `banking.refusals` with their values, and
    `refused_at` since when; `seen_*` is who took that off the desk and why. `taken_in_at` is None
    until the file was read and booked to its end.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    taken_in_at = models.DateTimeField(null=True)
    refusals = models.JSONField(default=list)
    refused_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)
    seen_because = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """One statement of one account; booked whole with all its entries, or held whole with why.

    `held_because` is a code of `banking.held` and `difference_cents` the amount it is about. Of a
    booked statement `opening_cents` is the balance before the first entry that was new to us: when
    a statement overlaps with what is booked, what was known of it is skipped. A statement that is
    set aside is not booked because a person decided so: who, when and why stand beside it.
    """

    class State(models.TextChoices):
        """A held statement books itself once what it waits for arrives."""

        BOOKED = "booked"
        HELD = "held"
        ASIDE = "aside"

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="statements")
    position = models.PositiveIntegerField()
    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="statements"
    )
    number = models.CharField(max_length=60, blank=True)
    format = models.CharField(max_length=30, blank=True)
    identity = models.CharField(max_length=64, unique=True)
    opening_cents = CentsField(null=True)
    opened_on = models.DateField(null=True)
    closing_cents = CentsField(null=True)
    closed_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State)
    held_because = models.TextField(blank=True)
    difference_cents = CentsField(null=True)
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="next", null=True
    )
    recorded_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_because = models.CharField(max_length=400, blank=True)

    class Meta:
        """One first statement per account, one successor per statement: balances form one chain."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["file", "position"], name="banking_statement_position_unique"
            ),
            models.UniqueConstraint(
                fields=["bank_account"],
                condition=models.Q(previous__isnull=True, state="booked"),
                name="banking_one_first_statement",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="booked")
                | models.Q(
                    booked_at__isnull=False,
                    opening_cents__isnull=False,
                    closing_cents__isnull=False,
                ),
                name="banking_booked_statement_has_balances",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="aside")
                | (models.Q(decided_at__isnull=False) & ~models.Q(decided_because="")),
                name="banking_set_aside_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.number}"


class StatementEntry(models.Model):
    """One booked entry (camt Ntry, MT940 :61:); positive came in, negative went out."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="entries")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    amount_cents = CentsField()
    booked_on = models.DateField()
    value_date = models.DateField(null=True)
    bank_reference = models.CharField(max_length=140, blank=True)
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveIntegerField()
    journal_entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The same event books once; two real identical payments differ in occurrence."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["statement", "position"], name="banking_entry_position_unique"
            ),
            models.UniqueConstraint(
                fields=["bank_account", "fingerprint", "occurrence"],
                name="banking_entry_booked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class EntryNotice(models.Model):
    """What a camt.052 or camt.054 said of an entry; it moves no money, the statement does.

    `entry` is the booked entry that was recognised as the same event. One that the bank announced
    and never booked stays open until a person takes it off the list.
    """

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    amount_cents = CentsField()
    booked_on = models.DateField()
    bank_reference = models.CharField(max_length=140, blank=True)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    return_reason = models.CharField(max_length=35, blank=True)
    payment_information_id = models.CharField(max_length=35, blank=True)
    counterparty_name = models.CharField(max_length=140, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True)
    text = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveIntegerField()
    announced_at = models.DateTimeField()
    entry = models.OneToOneField(
        StatementEntry, on_delete=models.PROTECT, related_name="notice", null=True
    )
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)
    seen_because = models.CharField(max_length=400, blank=True)

    class Meta:
        """The same event is announced once; one notice per booked entry."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bank_account", "fingerprint", "occurrence"],
                name="banking_notice_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_account", "booked_on"], name="banking_notice_day"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class EntrySlice(models.Model):
    """One payment within an entry (camt TxDtls; the entry itself when it has none).

    `charges_cents` is what the bank kept within the amount; `return_started_by` is `party` or
    `bank` and tells a refund from a return.
    """

    entry = models.ForeignKey(StatementEntry, on_delete=models.PROTECT, related_name="slices")
    position = models.PositiveIntegerField()
    amount_cents = CentsField()
    charges_cents = CentsField(default=0)
    counterparty_name = models.CharField(max_length=140, blank=True)
    counterparty_iban = models.CharField(max_length=34, blank=True, db_index=True)
    end_to_end_id = models.CharField(max_length=35, blank=True, db_index=True)
    mandate_reference = models.CharField(max_length=35, blank=True)
    payment_information_id = models.CharField(max_length=35, blank=True)
    structured_reference = models.CharField(max_length=35, blank=True)
    return_reason = models.CharField(max_length=35, blank=True)
    return_started_by = models.CharField(max_length=5, blank=True)
    transaction_code = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        """Slices of an entry are counted."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "position"], name="banking_slice_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"slice {self.pk}"


class SliceClaim(models.Model):
    """Takes one slice out of suspense, once; undone by a counter entry, never by deleting.

    `reason` is what the employee wrote who placed it on a ledger account by hand.
    """

    class Claimant(models.TextChoices):
        """In the order in which they may claim (DESIGN section 3)."""

        RETURN = "return"
        COLLECTION = "collection"
        REPAYMENT = "repayment"
        PROOF = "proof"
        ALLOCATION = "allocation"
        COSTS = "costs"
        LEDGER = "ledger"

    slice = models.ForeignKey(EntrySlice, on_delete=models.PROTECT, related_name="claims")
    claimant = models.CharField(max_length=12, choices=Claimant)
    journal_entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=400, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """One standing claim per slice."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slice"],
                condition=models.Q(undone_at__isnull=True),
                name="banking_one_standing_claim_per_slice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimant} of slice {self.slice_id}"

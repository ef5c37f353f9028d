"""An address on file that is to change: pending until it is proven, and everything that was done.

No secret is stored: links are derived from their nonce, the hash of their secret stands here. The
code of a bank proof is none: it proves nothing without the account it must come from.
"""

from typing import ClassVar

from django.db import models

from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.customers.models import Contact, Employee, User

OPEN = models.Q(state="open")
MADE = models.Q(state__in=["completed", "reverted"])


class AddressChange(models.Model):
    """One account is to have another address; only proof completes it.

    `user` is empty for what was started in public and means nobody: its page looks like any other.
    `identifier` is what was typed there. `stoppable_until` is until when the link in the warning
    undoes a change that was made; `closed_because` is a code or an employee's words. `last_factor`
    is the newest second factor there was, of anybody, when it was proven: later ones go when the
    old address is put back. An id, since the library writes the moment of another clock.
    """

    class State(models.TextChoices):
        """Replaced: another change of the account took its place before it was proven."""

        OPEN = "open"
        COMPLETED = "completed"
        STOPPED = "stopped"
        REVERTED = "reverted"
        REFUSED = "refused"
        LAPSED = "lapsed"
        REPLACED = "replaced"

    class Channel(models.TextChoices):
        """Where it was started; phone and ticket by an employee, who only starts it."""

        PORTAL = "portal"
        PUBLIC = "public"
        PHONE = "phone"
        TICKET = "ticket"

    class Proof(models.TextChoices):
        """What shows that the account is his (docs/algorithms/address-change.md)."""

        SECOND_FACTOR = "second_factor"
        RECOVERY_CODE = "recovery_code"
        BANK = "bank"
        WITNESSES = "witnesses"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=8, choices=Channel)
    identifier = models.CharField(max_length=254, blank=True)
    network = models.CharField(max_length=64, blank=True)  # a keyed hash, for the limit per hour
    old_email = models.EmailField(max_length=254, blank=True)
    new_email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    nonce = models.CharField(max_length=64, unique=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    bank_code = models.CharField(max_length=24, unique=True)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    looked_up_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=16, choices=Proof, blank=True)
    proven_at = models.DateTimeField(null=True)
    last_factor = models.BigIntegerField(null=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(null=True)
    touched_by = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    works_alone = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    completed_at = models.DateTimeField(null=True)
    stoppable_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_because = models.CharField(max_length=400, blank=True)

    class Meta:
        """One open change per account; made only with proof; never approved by who touched it."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=OPEN, name="credentials_one_open_address_change"
            ),
            models.CheckConstraint(
                condition=~MADE
                | models.Q(
                    user__isnull=False,
                    confirmed_at__isnull=False,
                    proven_at__isnull=False,
                    completed_at__isnull=False,
                    stoppable_until__gte=models.F("completed_at"),
                    proof__in=["second_factor", "recovery_code", "bank", "witnesses"],
                ),
                name="credentials_address_changed_with_proof",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(touched_by__isnull=True)
                | ~models.Q(approved_by=models.F("touched_by")),
                name="credentials_address_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~MADE
                | models.Q(touched_by__isnull=True)
                | models.Q(works_alone=True)
                | models.Q(proof="witnesses")
                | models.Q(approved_by__isnull=False),
                name="credentials_touched_address_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(proof="", proven_at__isnull=True)
                | (~models.Q(proof="") & models.Q(proven_at__isnull=False)),
                name="credentials_address_proof_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "completed"])
                | models.Q(closed_at__isnull=False),
                name="credentials_address_closed_at_a_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "started_at"], name="credentials_address_of_user"),
            models.Index(fields=["network", "started_at"], name="credentials_address_from"),
        ]

    def __str__(self) -> str:
        return f"address change {self.pk}"


class AddressStep(models.Model):
    """One thing that happened to a change, with who and when. Insert-only."""

    class Kind(models.TextChoices):
        """In the order in which a change mostly goes."""

        STARTED = "started"
        WARNED = "warned"
        BOUNCED = "bounced"
        CONFIRMED = "confirmed"
        WRONG_CODE = "wrong_code"
        WRONG_ACCOUNT = "wrong_account"
        WITNESSED = "witnessed"
        PROVEN = "proven"
        APPROVED = "approved"
        COMPLETED = "completed"
        STOPPED = "stopped"
        REVERTED = "reverted"
        REFUSED = "refused"
        LAPSED = "lapsed"
        REPLACED = "replaced"
        REVIVED = "revived"

    change = models.ForeignKey(AddressChange, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.kind} of {self.change_id}"


class AddressWitness(models.Model):
    """What one employee saw, in his words: the last resort takes two of them. Insert-only."""

    change = models.ForeignKey(AddressChange, on_delete=models.PROTECT, related_name="witnesses")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Each employee says it once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "employee"], name="credentials_one_word_per_witness"
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""), name="credentials_witness_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"witness of {self.change_id}"


class AddressNotice(models.Model):
    """Who is warned of a change, and the link with which he stops it without signing in.

    The notice of the account's own contact goes to the old address, whatever is on file by then.
    `may_put_back`: the link also undoes the change once it was made; decided when he is warned.
    """

    change = models.ForeignKey(AddressChange, on_delete=models.PROTECT, related_name="notices")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    is_old_address = models.BooleanField()
    may_put_back = models.BooleanField(default=True)
    nonce = models.CharField(max_length=64, unique=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        """One per contact."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change", "contact"], name="credentials_one_notice_per_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"notice of {self.change_id} to {self.contact_id}"


class AddressTransfer(models.Model):
    """A transfer that quoted the code of a change, and what it proved. Judged once.

    What proved nothing stays in suspense, an alarm at the desk until somebody has seen it.
    """

    class Verdict(models.TextChoices):
        """Proven; more money with the same code; or no proof, and why."""

        PROVEN = "proven"
        MORE = "more"
        WRONG_ACCOUNT = "wrong_account"
        OUT_OF_TIME = "out_of_time"
        CLOSED = "closed"
        UNKNOWN = "unknown"

    change = models.ForeignKey(
        AddressChange, on_delete=models.PROTECT, related_name="transfers", null=True
    )
    slice = models.OneToOneField(EntrySlice, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=14, choices=Verdict)
    claim = models.OneToOneField(SliceClaim, on_delete=models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """What proves, and what came on top of it, is booked; the rest waits in suspense."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["change"],
                condition=models.Q(verdict="proven"),
                name="credentials_one_bank_proof_per_change",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["proven", "more"], claim__isnull=False)
                | models.Q(
                    verdict__in=["wrong_account", "out_of_time", "closed", "unknown"],
                    claim__isnull=True,
                ),
                name="credentials_proving_transfer_is_booked",
            ),
        ]

    def __str__(self) -> str:
        return f"transfer for {self.change_id}: {self.verdict}"

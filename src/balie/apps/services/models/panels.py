"""Control panels, the accounts on them, and what was asked of them.

No password and no key of a panel stands here: what Balie signs in with is a file that the setting
BALIE_PANELS_FOLDER leads to, and the password of an account is known to the panel only.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from balie.apps.services.models.selling import Service
from balie.infra.fields import one_of


class PanelKind(models.TextChoices):
    """Which adapter speaks with it; nobody speaks with one that is kept by hand."""

    DIRECTADMIN = "directadmin", "DirectAdmin"
    MODOBOA = "modoboa", "Modoboa"
    SIMULATED = "simulated", "Demo"
    BY_HAND = "by_hand", "–"


class AccountState(models.TextChoices):
    """What we hold the account to be; the nightly comparison tells where the panel differs."""

    ORDERED = "ordered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class ChangeVerb(models.TextChoices):
    """What goes through the outbox; a password does not (DESIGN, rule 4)."""

    CREATE = "create"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    DELETE = "delete"


class ChangeOutcome(models.TextChoices):
    """How it stands: waiting, done (also when it was so already), failed, or overtaken."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


class AttemptVerb(models.TextChoices):
    """What was called."""

    CREATE = "create"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of a call
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    DELETE = "delete"
    LOGIN_URL = "login_url"


class AttemptOutcome(models.TextChoices):
    """What the panel made of it, by the names of the port."""

    RUNNING = "running"
    DONE = "done"
    ALREADY_EXISTS = "already_exists"
    NOT_FOUND = "not_found"
    ALREADY_IN_STATE = "already_in_state"
    REJECTED = "rejected"
    AUTH_FAILED = "auth_failed"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class DifferenceKind(models.TextChoices):
    """The account is missing there, unknown here, or not as we hold it."""

    MISSING = "missing"
    FOREIGN = "foreign"
    SUSPENSION = "suspension"
    PACKAGE = "package"
    DOMAIN = "domain"


class Panel(models.Model):
    """A server with a control panel. `code` names the file with what Balie signs in with.

    `halted_at` says since when nothing is asked of it: after the first refused login a second one
    may get our address blocked, so a person looks first.
    """

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=PanelKind)
    base_address = models.CharField(max_length=200, blank=True)
    user_name = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()
    halted_at = models.DateTimeField(null=True)
    halted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """A panel that is reached is reached over TLS."""

        constraints: ClassVar = [
            one_of("kind", PanelKind, name="services_panel_kind_known"),
            models.CheckConstraint(
                condition=Q(base_address__startswith="https://")
                | Q(base_address="", kind__in=["simulated", "by_hand"]),
                name="services_panel_over_tls",
            ),
            models.CheckConstraint(
                condition=Q(halted_at__isnull=True, halted_reason="")
                | (Q(halted_at__isnull=False) & ~Q(halted_reason="")),
                name="services_panel_halt_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reached(self) -> bool:
        """Whether Balie speaks with it at all."""
        return self.kind != PanelKind.BY_HAND


class PanelAccount(models.Model):
    """The user name of a service on a control panel. Its password is known to the panel only."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="panel_accounts")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="accounts")
    user_name = models.CharField(max_length=60)
    package = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=AccountState, default=AccountState.ACTIVE)

    class Meta:
        """A user name is one account on its panel."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["panel", "user_name"], name="services_panel_user_unique"
            ),
            one_of("state", AccountState, name="services_panel_account_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} on {self.panel_id}"


class PanelChange(models.Model):
    """Something a panel is to do with an account, who asked for it, and how it ended.

    It leaves through the outbox. What failed waits for a person, who says that he has seen it.
    """

    account = models.ForeignKey(PanelAccount, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=10, choices=ChangeVerb)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=ChangeOutcome, default=ChangeOutcome.WAITING)
    detail = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """One change waits per account, and what ended has a moment."""

        constraints: ClassVar = [
            one_of("verb", ChangeVerb, name="services_panel_change_verb_known"),
            one_of("outcome", ChangeOutcome, name="services_panel_change_outcome_known"),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(outcome="waiting"),
                name="services_one_waiting_change_per_account",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", ended_at__isnull=True)
                | (~Q(outcome="waiting") & Q(ended_at__isnull=False)),
                name="services_panel_change_ended_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ended_at"],
                condition=Q(outcome="failed", seen_at__isnull=True),
                name="services_panel_change_alarms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} account {self.account_id}"


class PanelAttempt(models.Model):
    """One call that changes something on a panel, written down before it is made.

    A row that never ended is a call of which nobody knows the outcome, also after a crash.
    """

    account = models.ForeignKey(PanelAccount, on_delete=models.PROTECT, related_name="attempts")
    change = models.ForeignKey(
        PanelChange, on_delete=models.PROTECT, related_name="attempts", null=True
    )
    verb = models.CharField(max_length=12, choices=AttemptVerb)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    outcome = models.CharField(
        max_length=16, choices=AttemptOutcome, default=AttemptOutcome.RUNNING
    )
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        """A create that may have arrived is never sent again: a `get` decides about it."""

        constraints: ClassVar = [
            one_of("verb", AttemptVerb, name="services_panel_attempt_verb_known"),
            one_of("outcome", AttemptOutcome, name="services_panel_attempt_outcome_known"),
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(verb="create") & ~Q(outcome__in=["auth_failed", "busy", "unreachable"]),
                name="services_one_create_per_change",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "verb", "started_at"], name="services_panel_attempts"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} account {self.account_id}: {self.outcome}"


class PanelComparison(models.Model):
    """One nightly comparison of a panel with what we hold: when, how many, or why not."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="comparisons")
    compared_at = models.DateTimeField()
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        """The last one is asked for."""

        indexes: ClassVar = [
            models.Index(fields=["panel", "-compared_at"], name="services_last_comparison"),
        ]

    def __str__(self) -> str:
        return f"comparison of {self.panel_id}"


class PanelDifference(models.Model):
    """Where a panel and Balie do not agree, since when. Nobody sets it right but a person."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="differences")
    account = models.ForeignKey(
        PanelAccount, on_delete=models.PROTECT, related_name="differences", null=True
    )
    kind = models.CharField(max_length=10, choices=DifferenceKind)
    user_name = models.CharField(max_length=60)
    ours = models.CharField(max_length=260, blank=True)
    theirs = models.CharField(max_length=260, blank=True)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        """A difference stands once, until it is gone."""

        constraints: ClassVar = [
            one_of("kind", DifferenceKind, name="services_panel_difference_kind_known"),
            models.UniqueConstraint(
                fields=["panel", "kind", "user_name"],
                condition=Q(gone_at__isnull=True),
                name="services_one_standing_difference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_name}"


class PanelHandOver(models.Model):
    """One arrival from a panel by a signed link. The hash of its signature makes it count once."""

    account = models.ForeignKey(PanelAccount, on_delete=models.PROTECT, related_name="+")
    signature_sha256 = models.CharField(max_length=64, unique=True)
    arrived_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"arrival of account {self.account_id}"

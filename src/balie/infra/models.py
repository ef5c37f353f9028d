"""Tables of the plumbing: audit trail and its seals, sequences, outbox, jobs, schedules, halts.

People are named by (kind, id), never by a foreign key: this floor knows no app above it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from balie.infra.fields import one_of


class AuditEvent(models.Model):
    """One line of the audit trail; insert-only by triggers."""

    event = models.CharField(max_length=80)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=20)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["event", "at"], name="audit_event"),
            models.Index(fields=["by_kind", "by_id", "id"], name="audit_by"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_kind} {self.subject_id}"


class UnsealedEvent(models.Model):
    """An event that waits for its seal; the row is removed in the transaction that seals it.

    Written beside the event itself, so that an event which commits late is still found.
    """

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, related_name="+", primary_key=True
    )

    def __str__(self) -> str:
        return f"audit event {self.event_id} waits"


class Seal(models.Model):
    """One link of the chain over the audit trail; insert-only by triggers.

    ``members`` has a line per event: its id and the SHA-256 of its content. ``sha256`` covers that,
    the number, the moment and the seal before, so that nothing behind it changes unseen.
    """

    number = models.BigIntegerField(unique=True)
    previous_sha256 = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    members = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_number_counts"),
            models.CheckConstraint(condition=Q(events__gte=1), name="seal_covers_something"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"


class Sequence(models.Model):
    """The last number given out in a series."""

    series = models.CharField(max_length=40, unique=True)
    last_number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.series} {self.last_number}"


class HaltEvent(models.Model):
    """A halt or a resume of the money jobs or of what leaves the house; insert-only."""

    what = models.CharField(max_length=20)
    halted = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=20)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__in=["money", "outgoing"]), name="halt_what_known"
            )
        ]

    def __str__(self) -> str:
        return f"{'halt' if self.halted else 'resume'} {self.what}"


class OutboxState(models.TextChoices):
    """Where a row of the outbox stands."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OutboxRow(models.Model):
    """Something that leaves the house for one recipient, caused by one business event.

    ``payload`` holds template and ids, never a secret; the row is rendered when it is sent.
    ``claimed_until`` follows the machine's clock, every other moment Balie's.
    """

    kind = models.CharField(max_length=60)
    event = models.CharField(max_length=200, unique=True)
    recipient_kind = models.CharField(max_length=40)
    recipient_id = models.BigIntegerField()
    payload = models.JSONField(default=dict)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    wait_until = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=OutboxState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True)
    # Attempts of which nobody knows whether the other side took it: each may be a duplicate.
    unknown_outcomes = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The other side has it, but what we do about that (keep a promise) has not succeeded yet.
    follow_up_pending = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)
    # A later mail server sent it back: the fact, and its words.
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", OutboxState, name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="outbox_accepted_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="queued"),
                name="outbox_due",
            ),
            models.Index(
                fields=["id"], condition=Q(follow_up_pending=True), name="outbox_follow_up"
            ),
            models.Index(fields=["recipient_kind", "recipient_id"], name="outbox_recipient"),
            models.Index(
                fields=["kind", "bounced_at"],
                condition=Q(bounced_at__isnull=False),
                name="outbox_bounced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.state})"


class MailText(models.Model):
    """What a kind of mail says in one language, as staff wrote it; insert-only, the last counts.

    ``is_shipped`` went back to the text that came with Balie, and holds none of its own.
    """

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    is_shipped = models.BooleanField()
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "language", "version"], name="mail_text_one_per_version"
            ),
            models.CheckConstraint(
                condition=Q(is_shipped=True, subject="", body="")
                | (Q(is_shipped=False) & ~Q(subject="") & ~Q(body="")),
                name="mail_text_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(models.Model):
    """Work to be done after the transaction that asked for it, at least once.

    ``next_attempt_at`` follows Balie's clock (None: at once); ``claimed_until`` and ``finished_at``
    follow the machine's, since a lease is about a process being alive.
    """

    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default=JobState.WAITING)
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", JobState, name="job_state_known"),
            models.UniqueConstraint(
                fields=["dedupe"],
                condition=Q(state="waiting") & ~Q(dedupe=""),
                name="job_one_waiting_per_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(state__in=["waiting", "running"]), name="job_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Schedule(models.Model):
    """When a job runs by itself: every so many seconds, or daily at an Amsterdam wall time."""

    name = models.CharField(max_length=80, unique=True)
    job = models.CharField(max_length=80)
    every_seconds = models.PositiveIntegerField(null=True)
    daily_at = models.TimeField(null=True)
    next_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(every_seconds__isnull=False, every_seconds__gt=0, daily_at__isnull=True)
                | Q(every_seconds__isnull=True, daily_at__isnull=False),
                name="schedule_every_or_daily",
            )
        ]

    def __str__(self) -> str:
        return self.name

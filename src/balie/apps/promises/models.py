"""A promise is a row: made under a policy version, due at a moment, kept or missed."""

from datetime import datetime
from typing import ClassVar

from django.db import models


class PolicyVersion(models.Model):
    """One validated policy as stored, and the moment it takes effect. Never changed afterwards."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    takes_effect_at = models.DateTimeField(db_index=True)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"policy {self.number}"


class Promise(models.Model):
    """What one person was promised. `due_at` never moves; broken then, whoever noticed when."""

    class Kind(models.TextChoices):
        """What was promised."""

        ANSWER = "answer"
        CREDENTIALS = "credentials"
        TRANSFER = "transfer"

    kind = models.CharField(max_length=12, choices=Kind)
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="promises"
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    guaranteed_by = models.DateTimeField(null=True)
    same_day_by = models.DateTimeField(null=True)
    usual_by = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Due after made, kept not before made; open promises are looked up by due moment."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("made_at")),
                name="promises_promise_due_after_made",
            ),
            models.CheckConstraint(
                condition=models.Q(kept_at__isnull=True)
                | models.Q(kept_at__gte=models.F("made_at")),
                name="promises_promise_kept_after_made",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="promises_open_by_due",
                condition=models.Q(kept_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["kind", "made_at"], name="promises_kind_made"),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"

    def is_over(self, *, now: datetime) -> bool:
        """Whether it is too late to keep it at `now`: the due moment counts, the day's end not."""
        return now > self.due_at or (self.same_day_by is not None and now >= self.same_day_by)

    @property
    def was_kept(self) -> bool:
        """Whether it was kept in time: not after the due moment, and before the day ended."""
        if self.kept_at is None or self.kept_at > self.due_at:
            return False
        return self.same_day_by is None or self.kept_at < self.same_day_by


class Miss(models.Model):
    """The record of a promise that was not kept in time, with its cause once a person named it."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="miss")
    missed_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    cause = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"miss of promise {self.promise_id}"

"""Who is in which team, what he knows, when he works; the rules of routing and what they said."""

from datetime import date, time, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from balie.apps.customers.models import Employee
from balie.apps.tickets.models.conversations import Team, Ticket


class Skill(models.Model):
    """Something that not everybody can do: DNS, invoices, WordPress."""

    code = models.SlugField(max_length=30, unique=True)
    name_nl = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.code


class EmployeeSkill(models.Model):
    """Somebody who can do it."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="people")

    class Meta:
        """Once each."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employee", "skill"], name="tickets_skill_once_per_employee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} knows {self.skill_id}"


class TeamMember(models.Model):
    """Somebody in a team; its lead is who hears of a broken promise."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)

    class Meta:
        """Once in a team, and a team has one lead at most."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "employee"], name="tickets_member_once"),
            models.UniqueConstraint(
                fields=["team"], condition=Q(is_lead=True), name="tickets_one_lead_per_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} in {self.team_id}"


class Shift(models.Model):
    """One block that somebody works every week, on the wall clock of Amsterdam.

    `ends` 00:00 is the end of the day. A shift that is over keeps its row, so that the past can be
    read back: it holds from `period_start` until the day before `period_end`.
    """

    class Kind(models.TextChoices):
        """Office hours stand still on a holiday, duty goes on."""

        OFFICE = "office"
        DUTY = "duty"

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.OFFICE)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    period_start = models.DateField()
    period_end = models.DateField(null=True)

    class Meta:
        """A weekday is one of seven, a shift ends after it starts, on the same day."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="tickets_shift_weekday_known"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=time(0)),
                name="tickets_shift_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(period_end__isnull=True) | Q(period_end__gte=F("period_start")),
                name="tickets_shift_period",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["office", "duty"]), name="tickets_shift_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"shift {self.pk}"


class RosterException(models.Model):
    """Days on which somebody is away, or works besides his shifts, until before `period_end`."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        """At least a day long; works a whole block or is away."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="tickets_exception_period"
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False),
                name="tickets_exception_whole_block",
            ),
        ]

    def __str__(self) -> str:
        return f"exception {self.pk}"

    @property
    def last_on(self) -> date:
        """The last day that differs."""
        return self.period_end - timedelta(days=1)


class RoutingRule(models.Model):
    """A rule that people made: the first one that fits decides. All that it names must fit.

    `words` are separated by commas, any of them will do; `sender_domain` is what stands behind the
    @; `topic` is one of the shipped word lists.
    """

    position = models.PositiveIntegerField()
    words = models.CharField(max_length=400, blank=True)
    sender_domain = models.CharField(max_length=253, blank=True)
    topic = models.CharField(max_length=20, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+", null=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        """It looks at something and says something."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(words="", sender_domain="", topic=""), name="tickets_rule_looks"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(skill__isnull=False), name="tickets_rule_says"
            ),
        ]
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return f"rule {self.pk}"


class RoutingModel(models.Model):
    """What was learned from answered questions, as plain weights, and how well it did then."""

    version = models.PositiveIntegerField(unique=True)
    trained_at = models.DateTimeField()
    examples = models.PositiveIntegerField()
    figures = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    # Emptied once newer ones have taken over: what it suggested stays, its weights need not.
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"routing model {self.version}"


class Suggestion(models.Model):
    """Which team and colleague were suggested for a ticket, why, and what came of it.

    Without a team it says "I don't know". `evidence` holds what the reason in words is made of.
    `certainty` is the share, per mille, of equally sure suggestions that were right when measured.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="suggestion")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+", null=True)
    certainty = models.PositiveSmallIntegerField(null=True)
    evidence = models.JSONField(default=dict)
    model = models.ForeignKey(
        RoutingModel, on_delete=models.PROTECT, related_name="suggestions", null=True
    )
    suggested_at = models.DateTimeField(db_index=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, blank=True)
    overruled_at = models.DateTimeField(null=True)
    overruled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """Accepted or overruled, never both; who does not know cannot be right or wrong."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(overruled_at__isnull=True),
                name="tickets_suggestion_one_verdict",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False)
                | Q(accepted_at__isnull=True, overruled_at__isnull=True, employee__isnull=True),
                name="tickets_suggestion_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"suggestion for {self.ticket_id}"

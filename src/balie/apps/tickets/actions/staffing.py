"""Who is in which team, what he knows, when he works, and the rules of routing."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import (
    EmployeeSkill,
    RosterException,
    RoutingRule,
    Shift,
    Skill,
    Team,
    TeamMember,
)
from balie.domain import rosters
from balie.domain.routing_topics import TOPICS
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToRoster(Exception):
    """A shift or days off cannot be put in the roster; the message says why and what to do."""


class UnableToKeepRule(Exception):
    """A routing rule cannot be kept as it is; the message says why and what to do."""


class UnableToAddSkill(Exception):
    """A skill cannot be added; the message says why and what to do."""


@transaction.atomic
def set_teams(
    *,
    employee: Employee,
    teams: Collection[Team],
    leads: Collection[Team] = (),
    by: Actor,
    now: datetime,
) -> list[TeamMember]:
    """Put somebody in exactly these teams, as lead of some; another lead of those steps back."""
    wanted = {team.pk for team in [*teams, *leads]}
    led = {team.pk for team in leads}
    TeamMember.objects.filter(team__in=led, is_lead=True).exclude(employee=employee).update(
        is_lead=False
    )
    TeamMember.objects.filter(employee=employee).exclude(team__in=wanted).delete()
    members = [
        TeamMember.objects.update_or_create(
            team_id=pk, employee=employee, defaults={"is_lead": pk in led}
        )[0]
        for pk in sorted(wanted)
    ]
    audit.record(
        event="employee.teams_set",
        by=by,
        subject=("employee", employee.pk),
        now=now,
        data={"teams": [*sorted(wanted)], "leads": [*sorted(led)]},
    )
    return members


@transaction.atomic
def add_skill(*, code: str, name_nl: str, name_en: str, by: Actor, now: datetime) -> Skill:
    """Add a skill of the house. Raises UnableToAddSkill when its code is taken."""
    if Skill.objects.filter(code=code).exists():
        raise UnableToAddSkill(f"there is a skill {code!r} already; take another short name")
    skill = Skill.objects.create(code=code, name_nl=name_nl, name_en=name_en)
    audit.record(event="skill.added", by=by, subject=("skill", skill.pk), now=now)
    return skill


@transaction.atomic
def set_skills(
    *, employee: Employee, skills: Collection[Skill], by: Actor, now: datetime
) -> list[EmployeeSkill]:
    """Write down exactly what somebody knows."""
    wanted = {skill.pk for skill in skills}
    EmployeeSkill.objects.filter(employee=employee).exclude(skill__in=wanted).delete()
    known = [
        EmployeeSkill.objects.get_or_create(employee=employee, skill_id=pk)[0]
        for pk in sorted(wanted)
    ]
    audit.record(
        event="employee.skills_set",
        by=by,
        subject=("employee", employee.pk),
        now=now,
        data={"skills": [*sorted(wanted)]},
    )
    return known


@transaction.atomic
def add_shift(
    *,
    employee: Employee,
    weekday: int,
    starts: time,
    ends: time,
    kind: str = Shift.Kind.OFFICE,
    period_start: date,
    by: Actor,
    now: datetime,
) -> Shift:
    """Add a weekly shift from a day on. Raises UnableToRoster for one that cannot be."""
    try:
        rosters.Shift(person=employee.pk, weekday=weekday, starts=starts, ends=ends)
    except rosters.UnreadableRoster as wrong:
        raise UnableToRoster(str(wrong)) from wrong
    shift = Shift.objects.create(
        employee=employee,
        kind=kind,
        weekday=weekday,
        starts=starts,
        ends=ends,
        period_start=period_start,
    )
    audit.record(event="shift.added", by=by, subject=("shift", shift.pk), now=now)
    return shift


@transaction.atomic
def end_shift(*, shift: Shift, period_end: date, by: Actor, now: datetime) -> Shift:
    """End a weekly shift: `period_end` is the first day it no longer holds. The past stays."""
    ends_on = max(period_end, shift.period_start)
    going_on = Q(period_end__isnull=True) | Q(period_end__gt=ends_on)
    if Shift.objects.filter(going_on, pk=shift.pk).update(period_end=ends_on):
        audit.record(event="shift.ended", by=by, subject=("shift", shift.pk), now=now)
    shift.refresh_from_db()
    return shift


@transaction.atomic
def add_exception(
    *,
    employee: Employee,
    first_on: date,
    last_on: date,
    works: tuple[time, time] | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> RosterException:
    """Note days, both inclusive, on which somebody is away, or `works` a block as well."""
    period_end = last_on + timedelta(days=1)
    try:
        rosters.DifferentDays(
            person=employee.pk, period_start=first_on, period_end=period_end, works=works
        )
    except rosters.UnreadableRoster as wrong:
        raise UnableToRoster(str(wrong)) from wrong
    row = RosterException.objects.create(
        employee=employee,
        period_start=first_on,
        period_end=period_end,
        starts=works[0] if works else None,
        ends=works[1] if works else None,
        reason=reason,
    )
    audit.record(event="roster_exception.added", by=by, subject=("exception", row.pk), now=now)
    return row


@transaction.atomic
def remove_exception(*, exception: RosterException, by: Actor, now: datetime) -> None:
    """Take days that differ back; the trail keeps which they were."""
    audit.record(
        event="roster_exception.removed",
        by=by,
        subject=("exception", exception.pk),
        now=now,
        data={
            "employee": exception.employee_id,
            "period_start": exception.period_start.isoformat(),
            "period_end": exception.period_end.isoformat(),
        },
    )
    RosterException.objects.filter(pk=exception.pk).delete()


@transaction.atomic
def add_rule(
    *,
    words: str = "",
    sender_domain: str = "",
    topic: str = "",
    team: Team | None = None,
    skill: Skill | None = None,
    by: Actor,
    now: datetime,
) -> RoutingRule:
    """Add a rule below the others. Raises UnableToKeepRule when it looks at or says nothing."""
    last = RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0
    rule = RoutingRule(position=last + 1)
    return _keep(
        rule, words=words, sender_domain=sender_domain, topic=topic, team=team, skill=skill,
        event="rule.added", by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def change_rule(
    *,
    rule: RoutingRule,
    words: str,
    sender_domain: str,
    topic: str,
    team: Team | None,
    skill: Skill | None,
    by: Actor,
    now: datetime,
) -> RoutingRule:
    """Say a rule anew. Raises UnableToKeepRule when it looks at or says nothing."""
    return _keep(
        rule, words=words, sender_domain=sender_domain, topic=topic, team=team, skill=skill,
        event="rule.changed", by=by, now=now,
    )  # fmt: skip


def _keep(
    rule: RoutingRule,
    *,
    words: str,
    sender_domain: str,
    topic: str,
    team: Team | None,
    skill: Skill | None,
    event: str,
    by: Actor,
    now: datetime,
) -> RoutingRule:
    """Write a rule down, tidied."""
    rule.words = ", ".join(dict.fromkeys(w.strip().lower() for w in words.split(",") if w.strip()))
    rule.sender_domain = sender_domain.strip().lower().removeprefix("@")
    rule.topic = topic
    rule.team, rule.skill = team, skill
    if not (rule.words or rule.sender_domain or topic):
        raise UnableToKeepRule("the rule looks at nothing; give words, a sender or a topic")
    if team is None and skill is None:
        raise UnableToKeepRule("the rule says nothing; choose a team, a skill or both")
    if topic and topic not in TOPICS:
        raise UnableToKeepRule(f"there is no topic {topic!r}; take one of {', '.join(TOPICS)}")
    rule.changed_at, rule.changed_by = now, str(by)
    rule.save()
    audit.record(event=event, by=by, subject=("rule", rule.pk), now=now, data=_said(rule))
    return rule


@transaction.atomic
def switch_rule(*, rule: RoutingRule, is_on: bool, by: Actor, now: datetime) -> RoutingRule:
    """Let a rule count, or no longer; a rule that is off stays in the list."""
    changed = RoutingRule.objects.filter(pk=rule.pk, is_on=not is_on).update(
        is_on=is_on, changed_at=now, changed_by=str(by)
    )
    if changed:
        event = "rule.switched_on" if is_on else "rule.switched_off"
        audit.record(event=event, by=by, subject=("rule", rule.pk), now=now)
    rule.refresh_from_db()
    return rule


@transaction.atomic
def raise_rule(*, rule: RoutingRule, by: Actor, now: datetime) -> RoutingRule:
    """Put a rule above the one before it; the first one stays where it is."""
    above = (
        RoutingRule.objects.filter(position__lt=rule.position).order_by("-position", "-pk").first()
    )
    if above is not None:
        RoutingRule.objects.filter(pk=above.pk).update(position=rule.position)
        RoutingRule.objects.filter(pk=rule.pk).update(
            position=above.position, changed_at=now, changed_by=str(by)
        )
        audit.record(event="rule.raised", by=by, subject=("rule", rule.pk), now=now)
        rule.refresh_from_db()
    return rule


@transaction.atomic
def remove_rule(*, rule: RoutingRule, by: Actor, now: datetime) -> None:
    """Take a rule out of the list; the trail keeps what it said."""
    audit.record(event="rule.removed", by=by, subject=("rule", rule.pk), now=now, data=_said(rule))
    RoutingRule.objects.filter(pk=rule.pk).delete()


def _said(rule: RoutingRule) -> dict[str, audit.JSON]:
    return {
        "words": rule.words,
        "sender_domain": rule.sender_domain,
        "topic": rule.topic,
        "team": rule.team_id,
        "skill": rule.skill_id,
    }

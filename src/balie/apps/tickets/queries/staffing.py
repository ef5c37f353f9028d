"""Reads about people at the desk: teams and their leads, skills, who works when, and the load."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, Sum

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import (
    EmployeeSkill,
    RosterException,
    Shift,
    Skill,
    Team,
    TeamMember,
    Ticket,
)
from balie.domain import rosters
from balie.domain.policy import Policy
from balie.domain.workdays import holidays_in
from balie.infra import clock


def lead_of(team: Team | None) -> Employee | None:
    """Return who leads a team: he hears of its broken promises. None when nobody does."""
    lead = TeamMember.objects.filter(team=team, is_lead=True).select_related("employee").first()
    return lead.employee if lead else None


def members_of(team: Team) -> list[Employee]:
    """Return who is in a team, by name."""
    members = TeamMember.objects.filter(team=team).values("employee")
    return list(Employee.objects.filter(pk__in=members).order_by("name", "pk"))


def only_team_of(employee: Employee) -> Team | None:
    """Return the team of somebody who is in exactly one; who is in more brings none along."""
    teams = list(Team.objects.filter(members__employee=employee)[:2])
    return teams[0] if len(teams) == 1 else None


def roster(*, team: Team | None = None, people: Collection[int] | None = None) -> rosters.Roster:
    """Return everybody's roster as the rules read it, or that of one team or of some people.

    A person is named by the key of his `Employee`. Two queries.
    """
    which = Q()
    if team is not None:
        which &= Q(employee__in=TeamMember.objects.filter(team=team).values("employee"))
    if people is not None:
        which &= Q(employee__in=people)
    return rosters.Roster(
        shifts=tuple(_shift(one) for one in Shift.objects.filter(which).order_by("pk")),
        exceptions=tuple(
            _exception(one) for one in RosterException.objects.filter(which).order_by("pk")
        ),
    )


def on_duty(*, team: Team | None = None, policy: Policy, now: datetime) -> list[Employee]:
    """Return who is at work at `now`, of one team or of all, by name."""
    present = rosters.on_duty(roster(team=team), at=now, policy=policy)
    return list(Employee.objects.filter(pk__in=_keys(present)).order_by("name", "pk"))


def load_of(people: Iterable[int]) -> dict[int, int]:
    """Return how many open questions wait with each of these employees, in one query."""
    wanted = list(people)
    counted = (
        Ticket.objects.filter(due_at__isnull=False, assignee__in=wanted)
        .values("assignee")
        .annotate(waiting=Sum("open_questions"))
    )
    found = {row["assignee"]: row["waiting"] for row in counted}
    return {pk: found.get(pk, 0) for pk in wanted}


def skills() -> list[Skill]:
    """Return the skills of the house, by name."""
    return list(Skill.objects.order_by("name_nl", "pk"))


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """One employee with the teams he is in, those he leads, and what he knows."""

    employee: Employee
    teams: tuple[Team, ...]
    leads: frozenset[int]
    skills: tuple[Skill, ...]


def staff() -> list[StaffMember]:
    """Return everybody with teams and skills, by name, in three queries."""
    teams: dict[int, list[TeamMember]] = {}
    for member in TeamMember.objects.select_related("team").order_by("team"):
        teams.setdefault(member.employee_id, []).append(member)
    known: dict[int, list[Skill]] = {}
    for one in EmployeeSkill.objects.select_related("skill").order_by("skill__name_nl"):
        known.setdefault(one.employee_id, []).append(one.skill)
    return [
        StaffMember(
            employee=employee,
            teams=tuple(member.team for member in teams.get(employee.pk, [])),
            leads=frozenset(
                member.team_id for member in teams.get(employee.pk, []) if member.is_lead
            ),
            skills=tuple(known.get(employee.pk, [])),
        )
        for employee in Employee.objects.order_by("name", "pk")
    ]


@dataclass(frozen=True, kw_only=True)
class RosterDay:
    """One local day: who works when (periods in UTC), who is away, and whether it is a holiday."""

    day: date
    at_work: tuple[tuple[Employee, tuple[rosters.Period, ...]], ...]
    away: tuple[Employee, ...]
    is_holiday: bool


def roster_days(*, first: date, days: int, policy: Policy) -> list[RosterDay]:
    """Return who works on each of the days from `first` on, in three queries."""
    everybody = {one.pk: one for one in Employee.objects.order_by("name", "pk")}
    found = roster()
    answer = []
    for index in range(days):
        day = first + timedelta(days=index)
        at_work = rosters.periods_on(day, roster=found, policy=policy)
        away = {
            one.person for one in found.exceptions if one.works is None and one.holds_on(day)
        } - at_work.keys()
        answer.append(
            RosterDay(
                day=day,
                at_work=tuple((one, at_work[pk]) for pk, one in everybody.items() if pk in at_work),
                away=tuple(one for pk, one in everybody.items() if pk in away),
                is_holiday=day in holidays_in(day.year, policy=policy),
            )
        )
    return answer


def standing_shifts(*, today: date) -> list[Shift]:
    """Return the weekly shifts that hold today or later, per person and weekday."""
    going_on = Q(period_end__isnull=True) | Q(period_end__gt=today)
    return list(
        Shift.objects.filter(going_on)
        .select_related("employee")
        .order_by("employee__name", "weekday", "starts", "pk")
    )


def coming_exceptions(*, today: date) -> list[RosterException]:
    """Return the days that differ and are not past, first one first."""
    return list(
        RosterException.objects.filter(period_end__gt=today)
        .select_related("employee")
        .order_by("period_start", "employee__name", "pk")
    )


def start_of_week(day: date) -> datetime:
    """Return the Monday 00:00 in Amsterdam of the week that a day is in."""
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, time(), tzinfo=clock.AMSTERDAM)


def _keys(people: Iterable[Hashable]) -> list[int]:
    return [pk for pk in people if isinstance(pk, int)]


def _shift(row: Shift) -> rosters.Shift:
    return rosters.Shift(
        person=row.employee_id,
        weekday=row.weekday,
        starts=row.starts,
        ends=row.ends,
        on_holidays=row.kind == Shift.Kind.DUTY,
        period_start=row.period_start,
        period_end=row.period_end,
    )


def _exception(row: RosterException) -> rosters.DifferentDays:
    works = (row.starts, row.ends) if row.starts is not None and row.ends is not None else None
    return rosters.DifferentDays(
        person=row.employee_id,
        period_start=row.period_start,
        period_end=row.period_end,
        works=works,
    )

"""Warn: a promise falls due soon, and somebody who works can still keep it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Employee
from balie.apps.promises import queries as policies
from balie.apps.tickets import queries
from balie.apps.tickets.models import PromiseWarning, Question, TeamMember
from balie.domain.policy import Policy
from balie.domain.rosters import Roster
from balie.domain.warning import warning_for
from balie.infra import outbox


def warn_of_due_promises(*, now: datetime) -> list[PromiseWarning]:
    """Warn the right people of every open question whose moment to warn has come, each once.

    Who is given a question after somebody else was warned is warned as well; who was warned hears
    of it again when the answer to it bounced.

    Run each minute; however often it runs, nobody is warned twice about the same question.
    """
    policy = policies.policy_in_force(now=now)
    waiting = list(queries.unwarned_questions(now=now))
    if not waiting:
        return []
    roster = queries.roster()
    teams = _members_of({question.ticket.team_id for question in waiting})
    return [
        warning
        for question in waiting
        for warning in _warn(question, teams=teams, roster=roster, policy=policy, now=now)
    ]


def _members_of(team_ids: Iterable[int | None]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    rows = TeamMember.objects.filter(team__in=[pk for pk in team_ids if pk is not None])
    for team, employee in rows.order_by("pk").values_list("team", "employee"):
        members.setdefault(team, []).append(employee)
    return members


def _warn(
    question: Question,
    *,
    teams: dict[int, list[int]],
    roster: Roster,
    policy: Policy,
    now: datetime,
) -> list[PromiseWarning]:
    ticket, promise = question.ticket, question.promise
    his_team = teams.get(ticket.team_id or 0, [])
    holder = [] if ticket.assignee_id is None else [ticket.assignee_id]
    planned, left = (
        warning_for(
            asked_at=since,
            due_at=promise.due_at,
            groups=(holder, his_team),
            roster=roster,
            policy=policy,
        )
        for since in (promise.made_at, now)
    )
    if now < planned.at:
        return []
    # Whoever was to be warned may have gone home since, when it was given to him only now.
    chosen = left.people or planned.people
    people = [int(str(person)) for person in chosen] or _whoever_leads(question)
    told = [_tell(question, employee, now=now) for employee in sorted(people)]
    return [warning for warning in told if warning is not None]


def _whoever_leads(question: Question) -> list[int]:
    """Return who hears of it when nobody works in time: who leads the team, else who appoints."""
    lead = queries.lead_of(question.ticket.team)
    if lead is not None:
        return [lead.pk]
    return list(Employee.objects.filter(role=Employee.Role.ADMIN).values_list("pk", flat=True))


@transaction.atomic
def _tell(question: Question, employee: int, *, now: datetime) -> PromiseWarning | None:
    """Warn one person; None when he was warned before."""
    warning, is_new = PromiseWarning.objects.get_or_create(
        question=question,
        employee_id=employee,
        after_bounces=question.bounces,
        defaults={"warned_at": now},
    )
    if is_new:
        outbox.put(
            kind="promise-warning",
            event=f"promise-warning:{question.pk}:{employee}:{question.bounces}",
            recipient=("employee", employee),
            payload={"question": question.pk},
            now=now,
            not_after=question.promise.due_at,
        )
    return warning if is_new else None

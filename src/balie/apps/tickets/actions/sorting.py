"""Sort: who has a ticket, whether it is closed, and which question needs no answer."""

from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Employee
from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.actions.due import settle_due
from balie.apps.tickets.actions.judging import judge_suggestion
from balie.apps.tickets.models import Assignment, Question, Team, Ticket
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToEndQuestion(Exception):
    """A question cannot be said to need no answer; the message says why and what to do."""


@transaction.atomic
def assign(
    *,
    ticket: Ticket,
    team: Team | None = None,
    employee: Employee | None = None,
    by: Actor,
    now: datetime,
) -> Assignment:
    """Give a ticket to a team, a person or both. The promise stays as it was.

    Whoever is in one team brings it along to a ticket that has none.
    """
    team = team or ticket.team or (queries.only_team_of(employee) if employee else None)
    Ticket.objects.filter(pk=ticket.pk).update(team=team, assignee=employee)
    ticket.refresh_from_db()
    judge_suggestion(ticket, by=by, now=now)
    return Assignment.objects.create(
        ticket=ticket,
        team=ticket.team,
        employee=employee,
        assigned_at=now,
        assigned_by=str(by),
    )


@transaction.atomic
def close(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """Close a ticket. Open questions stay open: closing keeps no promise."""
    closed = Ticket.objects.filter(pk=ticket.pk, closed_at__isnull=True).update(
        closed_at=now, closed_by=str(by)
    )
    if closed:
        audit.record(event="ticket.closed", by=by, subject=("ticket", ticket.pk), now=now)
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def needs_no_answer(*, question: Question, by: Actor, now: datetime) -> Question:
    """An employee says a message asks nothing ("Bedankt!"); its promise ends, unless missed.

    Raises UnableToEndQuestion for the first question of a ticket: that one always has its answer,
    or the public kept rate could be mended by hand.
    """
    if queries.is_first(question):
        msg = "the first question of a ticket has a right to an answer; answer it"
        raise UnableToEndQuestion(msg)
    changed = Question.objects.filter(queries.STILL_OPEN, pk=question.pk).update(
        needs_none_at=now, needs_none_by=str(by)
    )
    if changed:
        settle_due(question.ticket_id)
        promises.withdraw(promise=question.promise, now=now)
        audit.record(
            event="question.needs_no_answer", by=by, subject=("question", question.pk), now=now
        )
    question.refresh_from_db()
    return question


@transaction.atomic
def needs_answer_after_all(*, question: Question, by: Actor, now: datetime) -> Question:
    """Take back that a message asks nothing: its promise runs on, due when it was due before.

    When that moment has passed, the promise is missed. A closed ticket opens again. Does nothing to
    a question that nobody ended.
    """
    ended = Question.objects.filter(pk=question.pk, needs_none_at__isnull=False)
    if ended.update(needs_none_at=None, needs_none_by=""):
        Ticket.objects.filter(pk=question.ticket_id).update(closed_at=None, closed_by="")
        settle_due(question.ticket_id)
        promises.restore(promise=question.promise, now=now)
        audit.record(
            event="question.needs_answer", by=by, subject=("question", question.pk), now=now
        )
    question.refresh_from_db()
    return question

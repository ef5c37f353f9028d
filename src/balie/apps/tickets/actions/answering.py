"""Answer: only what a named employee said, and the asker got, keeps the promise of a question."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import open_again
from balie.apps.tickets.models import Message, Question, Ticket
from balie.infra import audit, outbox
from balie.infra.audit import Actor

UNDELIVERED = "undelivered"


class UnableToAnswer(Exception):
    """An answer cannot be given as asked; the message says why and what to do."""


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    body: str,
    employee: Employee,
    told_by_phone: bool = False,
    now: datetime,
) -> Message:
    """Answer every open question of a ticket, publicly and by name; each asker gets a mail.

    The promise is kept when the mail server takes the mail; told by phone it is kept now.
    Raises UnableToAnswer when there is nothing in the answer.
    """
    if not body.strip():
        msg = "the answer is empty; write what the customer needs to know"
        raise UnableToAnswer(msg)
    message = _add_message(ticket, kind=Message.Kind.ANSWER, body=body, employee=employee, now=now)
    answered = list(queries.open_questions(ticket).select_related("promise", "message"))
    # Guarded: of two answers at once the first one counts for a question.
    queries.open_questions(ticket).filter(pk__in=[question.pk for question in answered]).update(
        answer=message
    )
    audit.record(
        event="ticket.answered",
        by=Actor("employee", employee.pk, employee.name),
        subject=("ticket", ticket.pk),
        now=now,
        data={"message": message.pk, "questions": [question.pk for question in answered]},
    )
    if told_by_phone:
        note_delivered(message=message, delivered_at=now, now=now)
    askers = dict.fromkeys(question.message.contact_id for question in answered)
    for asker in askers or (ticket.contact_id,):
        outbox.put(
            kind="answer",
            event=f"answer:{message.pk}:{asker or 'visitor'}",
            recipient=("ticket", ticket.pk),
            payload={"message": message.pk, "contact": asker},
            now=now,
        )
    return message


@transaction.atomic
def note_delivered(
    *, message: Message, delivered_at: datetime, questions: Q | None = None, now: datetime
) -> Message:
    """Note that an answer reached its asker; this keeps the promises of what it answers.

    With `questions` only of these (`queries.asked_by`): another asker has his own mail.
    """
    Message.objects.filter(pk=message.pk, delivered_at__isnull=True).update(
        delivered_at=delivered_at, undelivered_at=None
    )
    reached = Question.objects.filter(questions or Q(), answer=message)
    for question in reached.select_related("promise"):
        promises.keep(promise=question.promise, kept_at=delivered_at, now=now)
    message.refresh_from_db()
    return message


@transaction.atomic
def note_undelivered(*, message: Message, questions: Q | None = None, now: datetime) -> Message:
    """Note that an answer bounced: its questions wait again, under the promise they had.

    With `questions` only these (`queries.asked_by`): another asker may have it. A closed ticket
    opens again by it. Noting it twice changes nothing.
    """
    missed = list(
        Question.objects.filter(questions or Q(), answer=message).select_related("promise")
    )
    first = Message.objects.filter(pk=message.pk, undelivered_at__isnull=True)
    if not first.update(undelivered_at=now) and not missed:
        return message
    for question in missed:
        promises.reopen(promise=question.promise, cause=UNDELIVERED, now=now)
    Question.objects.filter(pk__in=[question.pk for question in missed]).update(answer=None)
    if not Question.objects.filter(answer=message, promise__kept_at__isnull=False).exists():
        Message.objects.filter(pk=message.pk).update(delivered_at=None)
    if missed:
        open_again(message.ticket, by=audit.SYSTEM, now=now)
    audit.record(
        event="ticket.answer_bounced",
        by=audit.SYSTEM,
        subject=("ticket", message.ticket_id),
        now=now,
        data={"message": message.pk},
    )
    message.refresh_from_db()
    return message


@transaction.atomic
def show_answers(*, ticket: Ticket, viewer: Viewer, now: datetime) -> None:
    """Somebody, signed in, opened a ticket: what answers a question of his has reached him.

    So has an answer that bounced: what still waited for an answer when it was written has one. An
    answer to no question in particular is for who opened the ticket.
    """
    if viewer.is_employee:
        return
    his = queries.asked_by(viewer.person_id)
    for message in ticket.messages.filter(kind=Message.Kind.ANSWER).order_by("pk"):
        if message.undelivered_at is not None:
            waiting = queries.open_questions(ticket).filter(his)
            waiting.filter(promise__made_at__lte=message.written_at).update(answer=message)
        answered = Question.objects.filter(answer=message)
        unseen = answered.filter(his, promise__kept_at__isnull=True).exists()
        for_opener = ticket.contact_id == viewer.person_id and not answered.exists()
        if unseen or (for_opener and message.delivered_at is None):
            note_delivered(message=message, delivered_at=now, questions=his, now=now)


@transaction.atomic
def add_note(*, ticket: Ticket, body: str, employee: Employee, now: datetime) -> Message:
    """Write a note among ourselves; it is never shown outside and keeps no promise."""
    return _add_message(ticket, kind=Message.Kind.NOTE, body=body, employee=employee, now=now)


def _add_message(
    ticket: Ticket, *, kind: str, body: str, employee: Employee, now: datetime
) -> Message:
    return Message.objects.create(
        ticket=ticket,
        kind=kind,
        employee=employee,
        author_name=employee.name,
        body=body,
        written_at=now,
    )

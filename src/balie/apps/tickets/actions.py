"""Ask, answer, note, assign, close. Only an answer keeps the promise of a question."""

import hashlib
from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Contact, Customer, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.models import Assignment, Message, Question, RawSource, Team, Ticket
from balie.domain.numbering import format_ticket_number
from balie.infra import audit, clock, outbox, sequences
from balie.infra.audit import Actor
from balie.infra.incoming import one_line

SUBJECT_LENGTH = 200
UNDELIVERED = "undelivered"


class UnableToAnswer(Exception):
    """An answer cannot be given as asked; the message says why and what to do."""


@transaction.atomic
def ask(
    *,
    channel: str,
    subject: str,
    body: str,
    asker_name: str,
    asker_email: str,
    raw: bytes,
    asked_at: datetime,
    contact: Contact | None = None,
    customer: Customer | None = None,
    team: Team | None = None,
    language: str = "nl",
    by: Actor,
    now: datetime,
) -> Question:
    """Open a ticket with a first question, under a promise counted from `asked_at`.

    `raw` is what came in, byte for byte; it is kept. A signed-in asker (`contact`) is confirmed.
    """
    source = _store(raw, channel=channel, received_at=asked_at)
    year = clock.local(asked_at).year
    ticket = Ticket.objects.create(
        number=format_ticket_number(year, sequences.next_number(f"ticket:{year}")),
        subject=_subject(subject, body),
        channel=channel,
        customer=customer,
        contact=contact,
        asker_name=one_line(asker_name),
        asker_email=asker_email,
        asker_confirmed=contact is not None,
        language=language,
        team=team,
        opened_at=asked_at,
    )
    question = _add_question(ticket, body=body, source=source, asked_at=asked_at, now=now)
    audit.record(event="ticket.opened", by=by, subject=("ticket", ticket.pk), now=now)
    outbox.put(
        kind="question-received",
        event=f"question-received:{question.pk}",
        recipient=("ticket", ticket.pk),
        payload={"question": question.pk},
        now=now,
    )
    return question


@transaction.atomic
def ask_again(
    *, ticket: Ticket, body: str, raw: bytes, asked_at: datetime, now: datetime
) -> Question:
    """Add a question to a ticket: a promise of its own, and a closed ticket opens again."""
    source = _store(raw, channel=ticket.channel, received_at=asked_at)
    _open_again(ticket, by=_asker(ticket), now=now)
    return _add_question(ticket, body=body, source=source, asked_at=asked_at, now=now)


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    body: str,
    employee: Employee,
    told_by_phone: bool = False,
    now: datetime,
) -> Message:
    """Answer every open question of a ticket, publicly and by name.

    The promise is kept when the mail server takes the mail; told by phone it is kept now.
    Raises UnableToAnswer when there is nothing in the answer.
    """
    if not body.strip():
        msg = "the answer is empty; write what the customer needs to know"
        raise UnableToAnswer(msg)
    message = _add_message(ticket, kind=Message.Kind.ANSWER, body=body, employee=employee, now=now)
    answered = list(queries.open_questions(ticket))
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
    outbox.put(
        kind="answer",
        event=f"answer:{message.pk}",
        recipient=("ticket", ticket.pk),
        payload={"message": message.pk},
        now=now,
    )
    return message


@transaction.atomic
def note_delivered(*, message: Message, delivered_at: datetime, now: datetime) -> Message:
    """Note that an answer reached the asker; this keeps the promises of what it answers."""
    Message.objects.filter(pk=message.pk, delivered_at__isnull=True).update(
        delivered_at=delivered_at, undelivered_at=None
    )
    for question in Question.objects.filter(answer=message).select_related("promise"):
        promises.keep(promise=question.promise, kept_at=delivered_at, now=now)
    message.refresh_from_db()
    return message


@transaction.atomic
def note_undelivered(*, message: Message, now: datetime) -> Message:
    """Note that an answer bounced: its questions wait again, under the promise they had.

    A closed ticket opens again by it. Noting it twice changes nothing.
    """
    sent = Message.objects.filter(pk=message.pk, undelivered_at__isnull=True)
    if not sent.update(delivered_at=None, undelivered_at=now):
        return message
    for question in Question.objects.filter(answer=message).select_related("promise"):
        promises.reopen(promise=question.promise, cause=UNDELIVERED, now=now)
    if Question.objects.filter(answer=message).update(answer=None):
        _open_again(message.ticket, by=audit.SYSTEM, now=now)
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
    """The asker, signed in, opened his ticket: what is answered there has reached him.

    So has an answer that bounced: what still waited for an answer when it was written has one.
    """
    if viewer.is_employee or ticket.contact_id != viewer.person_id:
        return
    unseen = ticket.messages.filter(kind=Message.Kind.ANSWER, delivered_at__isnull=True)
    for message in unseen.order_by("pk"):
        if message.undelivered_at is not None:
            waiting = queries.open_questions(ticket)
            waiting.filter(promise__made_at__lte=message.written_at).update(answer=message)
        note_delivered(message=message, delivered_at=now, now=now)


@transaction.atomic
def add_note(*, ticket: Ticket, body: str, employee: Employee, now: datetime) -> Message:
    """Write a note among ourselves; it is never shown outside and keeps no promise."""
    return _add_message(ticket, kind=Message.Kind.NOTE, body=body, employee=employee, now=now)


@transaction.atomic
def assign(
    *,
    ticket: Ticket,
    team: Team | None = None,
    employee: Employee | None = None,
    by: Actor,
    now: datetime,
) -> Assignment:
    """Give a ticket to a team, a person or both. The promise stays as it was."""
    Ticket.objects.filter(pk=ticket.pk).update(team=team or ticket.team, assignee=employee)
    ticket.refresh_from_db()
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
    """An employee says a message asks nothing ("Bedankt!"); its promise ends, unless missed."""
    changed = Question.objects.filter(queries.STILL_OPEN, pk=question.pk).update(
        needs_none_at=now, needs_none_by=str(by)
    )
    if changed:
        promises.withdraw(promise=question.promise, now=now)
        audit.record(
            event="question.needs_no_answer", by=by, subject=("question", question.pk), now=now
        )
    question.refresh_from_db()
    return question


def _open_again(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    closed = Ticket.objects.filter(pk=ticket.pk, closed_at__isnull=False)
    if closed.update(closed_at=None, closed_by=""):
        audit.record(event="ticket.reopened", by=by, subject=("ticket", ticket.pk), now=now)
    ticket.refresh_from_db()


def _asker(ticket: Ticket) -> Actor:
    contact = ticket.contact
    return Actor("contact", contact.pk, contact.name) if contact else audit.SYSTEM


def _store(raw: bytes, *, channel: str, received_at: datetime) -> RawSource:
    return RawSource.objects.create(
        channel=channel,
        content=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=received_at,
    )


def _subject(subject: str, body: str) -> str:
    """What the asker called it, else the first line of what he asked."""
    text = one_line(subject) or one_line(body.strip().partition("\n")[0])
    return text if len(text) <= SUBJECT_LENGTH else text[: SUBJECT_LENGTH - 1] + "…"


def _add_question(
    ticket: Ticket, *, body: str, source: RawSource, asked_at: datetime, now: datetime
) -> Question:
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.QUESTION,
        author_name=ticket.asker_name,
        body=body,
        source=source,
        written_at=asked_at,
    )
    return Question.objects.create(
        ticket=ticket,
        message=message,
        promise=promises.promise_answer(asked_at=asked_at, now=now),
    )


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

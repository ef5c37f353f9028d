"""Ask, answer, note, assign, close. Only an answer keeps the promise of a question."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Q

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


class UnableToEndQuestion(Exception):
    """A question cannot be said to need no answer; the message says why and what to do."""


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
    question = _add_question(
        ticket, contact=contact, body=body, source=source, asked_at=asked_at, now=now
    )
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
    *,
    ticket: Ticket,
    contact: Contact | None,
    body: str,
    raw: bytes,
    asked_at: datetime,
    by: Actor,
    now: datetime,
) -> Question:
    """Add a question to a ticket: a promise of its own, and a closed ticket opens again.

    It is asked by `contact`, who need not be who asked first; without one by who asked first.
    """
    source = _store(raw, channel=ticket.channel, received_at=asked_at)
    _open_again(ticket, by=by, now=now)
    question = _add_question(
        ticket,
        contact=contact or ticket.contact,
        body=body,
        source=source,
        asked_at=asked_at,
        now=now,
    )
    audit.record(
        event="ticket.asked_again",
        by=by,
        subject=("ticket", ticket.pk),
        now=now,
        data={"question": question.pk},
    )
    return question


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
    ticket: Ticket,
    *,
    contact: Contact | None,
    body: str,
    source: RawSource,
    asked_at: datetime,
    now: datetime,
) -> Question:
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.QUESTION,
        contact=contact,
        author_name=contact.name if contact else ticket.asker_name,
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

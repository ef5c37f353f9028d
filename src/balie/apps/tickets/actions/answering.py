"""Answer: only what a named employee said, and the asker got, keeps the promise of a question."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import open_again
from balie.apps.tickets.actions.due import settle_due, take_hold
from balie.apps.tickets.actions.searching import index_messages
from balie.apps.tickets.models import Message, PhoneTalk, Question, Ticket
from balie.infra import audit, outbox
from balie.infra.audit import Actor

UNDELIVERED = "undelivered"


class UnableToAnswer(Exception):
    """An answer cannot be given as asked; the message says why and what to do."""


class WrittenMeanwhile(UnableToAnswer):
    """Somebody wrote on the ticket after the employee saw it; he reads that first."""


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    body: str,
    employee: Employee,
    told_by_phone: bool = False,
    seen: int | None = None,
    leaves_at: datetime | None = None,
    now: datetime,
) -> Message:
    """Answer every open question of a ticket, publicly and by name; each asker gets a mail.

    The promise is kept when the mail server takes the mail; told by phone it is kept now. The mail
    leaves at `leaves_at` (else at once); until then `take_back` undoes it. `seen` is the id of the
    last message that the employee had before him. Raises UnableToAnswer when there is nothing in
    the answer or the ticket went on in another one, WrittenMeanwhile when there is a later message.
    """
    if not body.strip():
        msg = "the answer is empty; write what the customer needs to know"
        raise UnableToAnswer(msg)
    take_hold(ticket.pk)
    _refuse_unseen(ticket, seen=seen, employee=employee)
    message = _add_message(ticket, kind=Message.Kind.ANSWER, body=body, employee=employee, now=now)
    waiting = queries.open_questions(ticket).select_related("promise", "message")
    answered = list(waiting if told_by_phone else waiting.exclude(queries.WITHOUT_ADDRESS))
    _refuse_without_address(ticket, answered, told_by_phone=told_by_phone)
    # Guarded: of two answers at once the first one counts for a question.
    queries.open_questions(ticket).filter(pk__in=[question.pk for question in answered]).update(
        answer=message
    )
    settle_due(ticket.pk)
    audit.record(
        event="ticket.answered",
        by=Actor("employee", employee.pk, employee.name),
        subject=("ticket", ticket.pk),
        now=now,
        data={"message": message.pk, "questions": [question.pk for question in answered]},
    )
    if told_by_phone:
        PhoneTalk.objects.create(
            ticket=ticket, employee=employee, message=message, reached=True, at=now
        )
        note_delivered(message=message, delivered_at=now, now=now)
    _send_to_askers(message, answered, leaves_at=leaves_at, now=now)
    return message


def _refuse_unseen(ticket: Ticket, *, seen: int | None, employee: Employee) -> None:
    """Refuse an answer to a ticket that is not as the employee saw it."""
    now_there = queries.survivor_of(Ticket.objects.get(pk=ticket.pk))
    if now_there != ticket:
        msg = f"ticket {ticket.number} went on in {now_there.number}; answer there"
        raise UnableToAnswer(msg)
    if seen is not None and queries.written_after(ticket, seen=seen, but=employee).exists():
        msg = f"somebody wrote on {ticket.number} meanwhile; read that and send again"
        raise WrittenMeanwhile(msg)


def _refuse_without_address(
    ticket: Ticket, answered: list[Question], *, told_by_phone: bool
) -> None:
    """Refuse a written answer to somebody who called and gave no address to write to."""
    if not answered and not told_by_phone and not (ticket.contact_id or ticket.asker_email):
        msg = f"there is no address to write to on {ticket.number}; call, and note what you said"
        raise UnableToAnswer(msg)


def _send_to_askers(
    message: Message, answered: list[Question], *, leaves_at: datetime | None, now: datetime
) -> None:
    """Queue one mail for each who asked, on the ticket that he himself opened.

    Two visitors, whose tickets were merged, are told apart by these tickets.
    """
    askers: dict[tuple[int | None, int | None], tuple[int, list[int]]] = {}
    for question in answered:
        asked = question.message
        came_in_on = asked.origin_id or asked.ticket_id
        key = (asked.contact_id, None if asked.contact_id else came_in_on)
        askers.setdefault(key, (came_in_on, []))[1].append(question.pk)
    if not askers:
        askers = {(message.ticket.contact_id, None): (message.ticket_id, [])}
    on_file = Ticket.objects.exclude(asker_email="")
    reachable = set(on_file.filter(pk__in=[one for one, _ in askers.values()]).values_list("pk"))
    for (contact, _), (came_in_on, questions) in askers.items():
        if not contact and (came_in_on,) not in reachable:
            continue
        visitor = "visitor" if came_in_on == message.ticket_id else f"visitor:{came_in_on}"
        outbox.put(
            kind="answer",
            event=f"answer:{message.pk}:{contact or visitor}",
            recipient=("ticket", came_in_on),
            payload={"message": message.pk, "contact": contact, "questions": [*questions]},
            now=now,
            wait_until=leaves_at,
        )


@transaction.atomic
def note_delivered(
    *, message: Message, delivered_at: datetime, questions: Q | None = None, now: datetime
) -> Message:
    """Note that an answer reached its asker; this keeps the promises of what it answers.

    With `questions` only of these (`queries.asked_by`): another asker has his own mail.
    """
    Message.objects.filter(
        pk=message.pk, kind=Message.Kind.ANSWER, delivered_at__isnull=True
    ).update(delivered_at=delivered_at, undelivered_at=None)
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
    Question.objects.filter(pk__in=[question.pk for question in missed]).update(
        answer=None, bounces=F("bounces") + 1
    )
    if not Question.objects.filter(answer=message, promise__kept_at__isnull=False).exists():
        Message.objects.filter(pk=message.pk).update(delivered_at=None)
    waiting = {question.ticket_id for question in missed}
    settle_due(*waiting)
    for ticket in Ticket.objects.filter(pk__in=waiting):
        open_again(ticket, by=audit.SYSTEM, now=now)
    audit.record(
        event="ticket.answer_bounced",
        by=audit.SYSTEM,
        subject=("ticket", message.ticket_id),
        now=now,
        data={"message": message.pk},
    )
    message.refresh_from_db()
    return message


def show_answers(*, ticket: Ticket, viewer: Viewer, now: datetime) -> None:
    """Somebody, signed in, opened a ticket: what answers a question of his has reached him.

    So has an answer that bounced: what still waited for an answer when it was written has one. An
    answer to no question in particular is for who opened the ticket. Writes only when something is
    new to him; how much he read before is no matter.
    """
    if viewer.is_employee:
        return
    his = queries.asked_by(viewer.person_id)
    is_opener = ticket.contact_id == viewer.person_id
    if not _new_to(his, ticket=ticket, is_opener=is_opener).exists():
        return
    with transaction.atomic():
        for message in _new_to(his, ticket=ticket, is_opener=is_opener).order_by("pk"):
            if message.undelivered_at is not None:
                waiting = queries.open_questions(ticket).filter(his)
                waiting.filter(promise__made_at__lte=message.written_at).update(answer=message)
                settle_due(ticket.pk)
            note_delivered(message=message, delivered_at=now, questions=his, now=now)


def _new_to(his: Q, *, ticket: Ticket, is_opener: bool) -> QuerySet[Message]:
    """Return the answers on a ticket's page that an asker has not had yet, as far as we know."""
    answered = Question.objects.filter(answer=OuterRef("pk"))
    waiting = queries.open_questions(ticket).filter(
        his, promise__made_at__lte=OuterRef("written_at")
    )
    new = Q(Exists(answered.filter(his, promise__kept_at__isnull=True)))
    new |= Q(Exists(waiting), undelivered_at__isnull=False)
    if is_opener:
        new |= Q(~Exists(answered), delivered_at__isnull=True)
    return queries.on_ticket(ticket).filter(new, kind=Message.Kind.ANSWER)


@transaction.atomic
def add_note(*, ticket: Ticket, body: str, employee: Employee, now: datetime) -> Message:
    """Write a note among ourselves; it is never shown outside and keeps no promise."""
    return _add_message(ticket, kind=Message.Kind.NOTE, body=body, employee=employee, now=now)


def _add_message(
    ticket: Ticket, *, kind: str, body: str, employee: Employee, now: datetime
) -> Message:
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        employee=employee,
        author_name=employee.name,
        body=body,
        written_at=now,
    )
    index_messages([message])
    return message

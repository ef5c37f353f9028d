"""What is said by phone: write a call down while talking, and call back who asked for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from balie.apps.customers.models import Contact, Customer, Employee
from balie.apps.tickets import queries
from balie.apps.tickets.actions.answering import UnableToAnswer, add_note, note_delivered
from balie.apps.tickets.actions.asking import ask
from balie.apps.tickets.actions.due import settle_due, take_hold
from balie.apps.tickets.actions.searching import index_messages
from balie.apps.tickets.actions.sorting import assign, close
from balie.apps.tickets.models import Call, CallBack, Extension, Message, PhoneTalk, Team, Ticket
from balie.infra import audit, outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow


class UnableToLogCall(Exception):
    """A call cannot be written down as asked; the message says why and what to do."""


class UnableToReach(Exception):
    """A try to call somebody back cannot be noted; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an employee wrote down while talking.

    `started_at` is when the call was taken. With `answer` the question was answered on the phone;
    with none it stays open. `number` is E.164 or empty; `customer` is the employee's own judgement.
    """

    started_at: datetime
    caller: str
    number: str
    email: str
    customer: Customer | None
    question: str
    answer: str
    language: str = "nl"


@transaction.atomic
def log_call(*, told: Told, call: Call | None = None, employee: Employee, now: datetime) -> Ticket:
    """Write a call down as a ticket, under a promise from the start of the call.

    Answered on the phone: the promise is kept at that moment and the ticket is closed. Else it is
    open, and whoever logged it has it. Raises UnableToLogCall for a call that is written down
    already and for a start in the future.
    """
    started_at = call.started_at if call is not None else told.started_at
    if started_at > now:
        msg = "the call begins in the future; open the page again"
        raise UnableToLogCall(msg)
    by = Actor("employee", employee.pk, employee.name)
    question = ask(
        channel=Ticket.Channel.PHONE,
        subject="",
        body=told.question,
        asker_name=told.caller,
        asker_email=told.email,
        raw=f"{told.caller}\n{told.number}\n\n{told.question}".encode(),
        asked_at=started_at,
        customer=told.customer,
        language=told.language,
        by=by,
        now=now,
    )
    ticket = question.ticket
    if call is not None:
        _tie(call, ticket, now=now)
    if not told.answer:
        assign(ticket=ticket, employee=employee, by=by, now=now)
        if told.number:
            CallBack.objects.create(ticket=ticket, number=told.number, requested_at=started_at)
        ticket.refresh_from_db()
        return ticket
    acknowledged = OutboxRow.objects.filter(event=f"question-received:{question.pk}")
    outbox.withdraw_untried(acknowledged, reason="answered on the phone", now=now)
    answered_at = call.answered_at if call is not None else None
    spoken_at = max(started_at, answered_at or started_at)
    tell(
        ticket=ticket, body=told.answer, employee=employee, call=call, spoken_at=spoken_at, now=now
    )
    return close(ticket=ticket, by=by, now=now)


@transaction.atomic
def tell(
    *,
    ticket: Ticket,
    body: str,
    employee: Employee,
    call: Call | None = None,
    spoken_at: datetime,
    now: datetime,
) -> Message:
    """Note the answer an employee gave by phone: it reached its asker as it was spoken; no mail.

    It answers what waits on the ticket. Raises UnableToAnswer when there is nothing in it.
    """
    if not body.strip():
        msg = "write down what you said; the customer can read it back"
        raise UnableToAnswer(msg)
    take_hold(ticket.pk)
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.ANSWER,
        employee=employee,
        author_name=employee.name,
        body=body,
        written_at=spoken_at,
    )
    index_messages([message])
    answered = list(queries.open_questions(ticket).values_list("pk", flat=True))
    queries.open_questions(ticket).filter(pk__in=answered).update(answer=message)
    settle_due(ticket.pk)
    PhoneTalk.objects.create(
        ticket=ticket, call=call, employee=employee, message=message, reached=True, at=spoken_at
    )
    audit.record(
        event="ticket.answered_by_phone",
        by=Actor("employee", employee.pk, employee.name),
        subject=("ticket", ticket.pk),
        now=now,
        data={"message": message.pk, "questions": [*answered]},
    )
    return note_delivered(message=message, delivered_at=spoken_at, now=now)


@transaction.atomic
def request_call_back(
    *,
    name: str,
    number: str,
    suits: str = "",
    body: str = "",
    email: str = "",
    contact: Contact | None = None,
    customer: Customer | None = None,
    team: Team | None = None,
    channel: str,
    call: Call | None = None,
    raw: bytes,
    asked_at: datetime,
    language: str = "nl",
    by: Actor,
    now: datetime,
) -> CallBack:
    """Ask to be called at an E.164 number: a ticket with a promise like any other.

    Who gives an address as well gets an acknowledgement there. Raises ValueError without a number.
    """
    if not number:
        msg = "somebody who is to be called needs a number"
        raise ValueError(msg)
    with translation.override(language):
        subject = _("Please call me back") if call is None else _("Missed call")
        text = body.strip() or _("The caller would like to be called back.")
        asker = name or _("Caller")
    question = ask(
        channel=channel,
        subject=subject,
        body=text,
        asker_name=asker,
        asker_email=email,
        raw=raw,
        asked_at=asked_at,
        contact=contact,
        customer=customer,
        team=team,
        language=language,
        by=by,
        now=now,
    )
    if call is not None:
        _tie(call, question.ticket, now=now)
    return CallBack.objects.create(
        ticket=question.ticket, number=number, suits=suits, requested_at=asked_at
    )


@transaction.atomic
def note_not_reached(
    *, ticket: Ticket, body: str = "", employee: Employee, now: datetime
) -> Message:
    """Note that somebody was called and did not answer. It keeps nothing: he still waits."""
    with translation.override("nl"):
        text = body.strip() or _("Called, not reached.")
    note = add_note(ticket=ticket, body=text, employee=employee, now=now)
    PhoneTalk.objects.create(ticket=ticket, employee=employee, message=note, reached=False, at=now)
    return note


@transaction.atomic
def note_reached(*, ticket: Ticket, body: str, employee: Employee, now: datetime) -> Message:
    """Note that somebody was called back and what was said; this keeps the promise, now.

    Raises UnableToReach when nobody waits on the ticket any more: a colleague was first.
    """
    take_hold(ticket.pk)
    if not queries.open_questions(ticket).exists():
        msg = f"nobody waits on {ticket.number} any more; write a note instead"
        raise UnableToReach(msg)
    return tell(ticket=ticket, body=body, employee=employee, spoken_at=now, now=now)


@transaction.atomic
def set_extension(*, employee: Employee, extension: str, now: datetime) -> Extension:
    """Say whose telephone it is; the last who says so has it."""
    own, _created = Extension.objects.update_or_create(
        extension=extension, defaults={"employee": employee}
    )
    audit.record(
        event="extension.set",
        by=Actor("employee", employee.pk, employee.name),
        subject=("employee", employee.pk),
        now=now,
        data={"extension": extension},
    )
    return own


def _tie(call: Call, ticket: Ticket, *, now: datetime) -> None:
    """Let a call have this ticket, unless it has one: then a colleague was first."""
    free = Call.objects.filter(pk=call.pk, ticket__isnull=True)
    if not free.update(ticket=ticket, settled_at=now):
        call.refresh_from_db()
        msg = f"this call is written down already, as {call.ticket}; add to that"
        raise UnableToLogCall(msg)
    call.refresh_from_db()

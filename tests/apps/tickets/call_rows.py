"""For each constraint of calls, files, visits, warnings and subjects, a row that it refuses."""

from collections.abc import Callable
from typing import Any

from balie.apps.tickets import actions
from balie.apps.tickets.models import (
    About,
    AnswerVisit,
    Call,
    CallBack,
    Caller,
    CallEvent,
    Extension,
    Message,
    PhoneTalk,
    PromiseWarning,
    Question,
    StoredFile,
    Ticket,
)
from tests.apps.building import NOW, new_customer, new_invoice, new_service
from tests.apps.refusing import copy_of
from tests.apps.tickets.asking import new_employee
from tests.apps.tickets.calling import MINUTE, missed, report, settle


def call() -> Call:
    """A call that nobody answered."""
    return report(missed())


def caller() -> Caller:
    """The number that called in vain."""
    report(missed())
    settle(NOW + 5 * MINUTE)
    return Caller.objects.get()


def reported() -> CallEvent:
    """The first report about a call."""
    return call().events.earliest("pk")


def call_back() -> CallBack:
    """Who wants to be called."""
    ticket = Ticket.objects.earliest("pk")
    return CallBack.objects.create(ticket=ticket, number="+31507009920", requested_at=NOW)


def talk() -> PhoneTalk:
    """What was said."""
    message = Message.objects.get(kind="answer")
    return PhoneTalk.objects.create(
        ticket=message.ticket, employee=new_employee(), message=message, reached=True, at=NOW
    )


def extension() -> Extension:
    """A telephone."""
    return Extension.objects.create(extension="201", employee=new_employee())


def about_service() -> About:
    """A ticket about what the customer has."""
    service = new_service(new_customer())
    return About.objects.create(ticket=Ticket.objects.earliest("pk"), service=service)


def about_invoice() -> About:
    """A ticket about what the customer pays."""
    invoice = new_invoice(new_customer())
    return About.objects.create(ticket=Ticket.objects.earliest("pk"), invoice=invoice)


def visit() -> AnswerVisit:
    """Somebody opened an answer of the FAQ."""
    return actions.note_opened(key="k" * 43, anchor="bellen", now=NOW)


def stored() -> StoredFile:
    """The bytes of a file."""
    return StoredFile.objects.create(sha256="0" * 64, content=b"x")


def warning() -> PromiseWarning:
    """Somebody was warned."""
    return PromiseWarning.objects.create(
        question=Question.objects.earliest("pk"), employee=new_employee(), warned_at=NOW
    )


CALL_ROWS: dict[str, Callable[[], Any]] = {
    "tickets_call_once": lambda: copy_of(call()),
    "tickets_call_direction_known": lambda: copy_of(call(), call_id="c2", direction="up"),
    "tickets_event_once": lambda: copy_of(reported()),
    "tickets_caller.number": lambda: copy_of(caller()),
    "tickets_callback.ticket_id": lambda: copy_of(call_back()),
    "tickets_phonetalk.message_id": lambda: copy_of(talk()),
    "tickets_extension.extension": lambda: copy_of(extension()),
    "tickets_about_one_thing": lambda: copy_of(about_service(), service=None),
    "tickets_about_service": lambda: copy_of(about_service()),
    "tickets_about_invoice": lambda: copy_of(about_invoice()),
    "tickets_answervisit.key": lambda: copy_of(visit()),
    "tickets_storedfile.sha256": lambda: copy_of(stored()),
    "tickets_warned_once_per_person": lambda: copy_of(warning()),
}

"""For each constraint of what passes with an asker, a row that it refuses."""

from collections.abc import Callable
from typing import Any

from balie.apps.tickets import actions
from balie.apps.tickets.models import (
    AskerConfirmation,
    BrokenPromise,
    Message,
    Question,
    Satisfaction,
    Ticket,
)
from tests.apps.building import NOW
from tests.apps.refusing import copy_of
from tests.apps.tickets.asking import ask


def confirmation() -> AskerConfirmation:
    """The link of a ticket."""
    return actions.issue_confirmation(ticket=Ticket.objects.earliest("pk"), now=NOW)


def alarm() -> BrokenPromise:
    """The alarm about a question."""
    return BrokenPromise.objects.create(
        question=Question.objects.earliest("pk"), asker_told=False, raised_at=NOW
    )


def satisfaction() -> Satisfaction:
    """What the asker said of an answer."""
    message = Message.objects.filter(kind=Message.Kind.ANSWER).earliest("pk")
    return actions.say_satisfied(message=message, is_happy=True, remark="", now=NOW)


ASKER_ROWS: dict[str, Callable[[], Any]] = {
    "tickets_askerconfirmation.ticket_id": lambda: copy_of(confirmation(), secret_sha256="x"),
    "tickets_askerconfirmation.secret_sha256": lambda: copy_of(
        confirmation(), ticket=ask(NOW).ticket
    ),
    "tickets_brokenpromise.question_id": lambda: copy_of(alarm()),
    "tickets_satisfaction.message_id": lambda: copy_of(satisfaction()),
}

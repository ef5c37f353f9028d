"""For each constraint of the mail that comes in, a row that it refuses."""

from collections.abc import Callable
from typing import Any

from balie.apps.tickets.actions.asking import store_source
from balie.apps.tickets.actions.inbound import LiesAt, take_in
from balie.apps.tickets.models import (
    InboundMail,
    MailCopy,
    MailFolder,
    PerhapsBelongsTo,
    Ticket,
)
from tests.apps.building import NOW
from tests.apps.refusing import copy_of
from tests.apps.tickets.asking import ask
from tests.apps.tickets.mailing import mail, receive


def stored() -> InboundMail:
    """A mail that waits to be read."""
    return take_in(raw=mail(), taken_at=NOW, now=NOW)


def another(**changes: Any) -> Any:
    """A second mail with these changes."""
    source = store_source(b"x", channel="email", received_at=NOW)
    return copy_of(stored(), **({"source": source, "content_key": "x"} | changes))


def question_again() -> Any:
    """A second mail of the same question."""
    placed = receive(mail(), NOW)
    return another(place="question", message=placed.message, placed_at=NOW)


def lying() -> MailCopy:
    """A mail in a mailbox."""
    folder, _ = MailFolder.objects.get_or_create(name="helpdesk/INBOX")
    place = LiesAt(folder=folder, uid_validity=7, uid=1)
    take_in(raw=mail(), taken_at=NOW, lies_at=place, now=NOW)
    return MailCopy.objects.get()


def perhaps() -> PerhapsBelongsTo:
    """A ticket that says it belongs to another one."""
    return PerhapsBelongsTo.objects.create(
        ticket=ask(NOW).ticket, other=Ticket.objects.earliest("pk"), why="number", noted_at=NOW
    )


def of_itself() -> PerhapsBelongsTo:
    """A ticket that says it belongs to itself."""
    ticket = Ticket.objects.earliest("pk")
    return PerhapsBelongsTo(ticket=ticket, other=ticket, why="number", noted_at=NOW)


MAIL_ROWS: dict[str, Callable[[], Any]] = {
    "tickets_inboundmail.source_id": lambda: copy_of(stored(), content_key="x"),
    "tickets_inboundmail.content_key": lambda: another(content_key=stored().content_key),
    "tickets_inboundmail.message_id": question_again,
    "tickets_mail_in_one_place": lambda: another(place="question", placed_at=NOW),
    "tickets_mail_trust_known": lambda: another(trust="misschien"),
    "tickets_mail_decided_by_somebody": lambda: another(decided_by="employee:1"),
    "tickets_mailfolder.name": lambda: copy_of(lying().folder),
    "tickets_mail_taken_once": lambda: copy_of(lying()),
    "tickets_perhaps_once": lambda: copy_of(perhaps()),
    "tickets_perhaps_of_two": of_itself,
}

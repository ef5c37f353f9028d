"""Ask: each customer message that needs an answer is a question under a promise of its own."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Contact, Customer
from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.actions.due import settle_due, take_hold
from balie.apps.tickets.actions.files import keep_files
from balie.apps.tickets.actions.searching import index_messages
from balie.apps.tickets.actions.triage import suggest_soon
from balie.apps.tickets.models import Message, Question, RawSource, Team, Ticket
from balie.apps.tickets.queries.files import GivenFile
from balie.domain.numbering import format_ticket_number
from balie.infra import audit, clock, outbox, sequences
from balie.infra.audit import Actor
from balie.infra.incoming import one_line

SUBJECT_LENGTH = 200
NAME_LENGTH = 140


@transaction.atomic
def ask(
    *,
    channel: str,
    subject: str,
    body: str,
    asker_name: str,
    asker_email: str,
    raw: bytes | RawSource,
    asked_at: datetime,
    contact: Contact | None = None,
    customer: Customer | None = None,
    team: Team | None = None,
    language: str = "nl",
    files: Sequence[GivenFile] = (),
    by: Actor,
    now: datetime,
) -> Question:
    """Open a ticket with a first question, under a promise counted from `asked_at`.

    `raw` is what came in, byte for byte; it is kept (or was already). A signed-in asker (`contact`)
    is confirmed.
    Without an address nothing is acknowledged. Raises UnableToKeepFiles, and then asks nothing.
    """
    source = store_source(raw, channel=channel, received_at=asked_at)
    year = clock.local(asked_at).year
    ticket = Ticket.objects.create(
        number=format_ticket_number(year, sequences.next_number(f"ticket:{year}")),
        subject=_subject(subject, body),
        channel=channel,
        customer=customer,
        contact=contact,
        asker_name=one_line(asker_name)[:NAME_LENGTH],
        asker_email=asker_email,
        asker_confirmed=contact is not None,
        language=language,
        team=team,
        opened_at=asked_at,
    )
    question = add_question(
        ticket, contact=contact, body=body, source=source, asked_at=asked_at, now=now
    )
    keep_files(message=question.message, files=files, now=now)
    suggest_soon(ticket)
    audit.record(event="ticket.opened", by=by, subject=("ticket", ticket.pk), now=now)
    if asker_email:
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
    stranger: str = "",
    body: str,
    raw: bytes | RawSource,
    asked_at: datetime,
    files: Sequence[GivenFile] = (),
    by: Actor,
    now: datetime,
) -> Question:
    """Add a question to a ticket: a promise of its own, and a closed ticket opens again.

    It is asked by `contact`, who need not be who asked first; without one by who asked first, or by
    a `stranger` of that name, who did not show that he is anybody on file. On a ticket that was
    merged it lands where the conversation goes on.
    """
    source = store_source(raw, channel=ticket.channel, received_at=asked_at)
    take_hold(ticket.pk)
    ticket.refresh_from_db()
    came_in_on, ticket = ticket, queries.survivor_of(ticket)
    open_again(ticket, by=by, now=now)
    question = add_question(
        ticket,
        came_in_on=came_in_on,
        contact=contact or (None if stranger else came_in_on.contact),
        author_name=stranger,
        body=body,
        source=source,
        asked_at=asked_at,
        now=now,
    )
    keep_files(message=question.message, files=files, now=now)
    audit.record(
        event="ticket.asked_again",
        by=by,
        subject=("ticket", ticket.pk),
        now=now,
        data={"question": question.pk},
    )
    return question


def open_again(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Take a closing back; nothing happens to a ticket that is open."""
    closed = Ticket.objects.filter(pk=ticket.pk, closed_at__isnull=False)
    if closed.update(closed_at=None, closed_by=""):
        audit.record(event="ticket.reopened", by=by, subject=("ticket", ticket.pk), now=now)
    ticket.refresh_from_db()


def store_source(raw: bytes | RawSource, *, channel: str, received_at: datetime) -> RawSource:
    """Keep what came in, byte for byte, with its hash; what was kept already is kept once."""
    if isinstance(raw, RawSource):
        return raw
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


def add_question(
    ticket: Ticket,
    *,
    contact: Contact | None,
    body: str,
    source: RawSource,
    asked_at: datetime,
    came_in_on: Ticket | None = None,
    author_name: str = "",
    now: datetime,
) -> Question:
    """Add a customer message that needs an answer, and promise one from `asked_at` on.

    `came_in_on` is the ticket that the asker wrote to, when that was merged into this one.
    """
    asker = came_in_on or ticket
    message = Message.objects.create(
        ticket=ticket,
        origin=None if asker.pk == ticket.pk else asker,
        kind=Message.Kind.QUESTION,
        contact=contact,
        author_name=(contact.name if contact else author_name or asker.asker_name)[:NAME_LENGTH],
        body=body,
        source=source,
        written_at=asked_at,
    )
    index_messages([message])
    question = Question.objects.create(
        ticket=ticket,
        message=message,
        promise=promises.promise_answer(asked_at=asked_at, now=now),
    )
    settle_due(ticket.pk)
    return question

"""Reads of the desk beside a ticket: links, merges, tags, replies, drafts, who else is there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import (
    Draft,
    Merge,
    Message,
    Presence,
    Question,
    SavedReply,
    Tag,
    Ticket,
    TicketLink,
    TicketTag,
)
from balie.infra.models import OutboxRow, OutboxState

PRESENT_FOR = timedelta(seconds=40)
TYPING_FOR = timedelta(seconds=15)
NO_WAIT_BEFORE_DUE = timedelta(minutes=2)
RECENT_TAGS = 500
SUGGESTED_TAGS = 30


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A ticket that belongs with another one; `came_from` when this one was split off it."""

    ticket: Ticket
    kind: str
    came_from: bool


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """An answer that still waits before it leaves, and the moment it does."""

    message: Message
    leaves_at: datetime


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody else who has the ticket before him."""

    name: str
    is_typing: bool


def links_of(ticket: Ticket) -> list[Linked]:
    """Return what a ticket is linked to, from either side; a merged one is where it went on."""
    rows = (
        TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket))
        .select_related("ticket", "other")
        .order_by("pk")
    )
    return [
        Linked(
            ticket=row.other if row.ticket_id == ticket.pk else row.ticket,
            kind=row.kind,
            came_from=row.other_id == ticket.pk,
        )
        for row in rows
    ]


def merges_into(ticket: Ticket) -> QuerySet[Merge]:
    """Return the merges that brought others here and still stand, last one first."""
    standing = Merge.objects.filter(into=ticket, undone_at__isnull=True)
    return standing.select_related("ticket").order_by("-pk")


def tags_of(ticket: Ticket) -> list[str]:
    """Return the tags of a ticket in alphabetical order."""
    return list(
        TicketTag.objects.filter(ticket=ticket)
        .order_by("tag__name")
        .values_list("tag__name", flat=True)
    )


def suggested_tags() -> list[str]:
    """Return the tags that were used most lately, for whoever begins to type one."""
    lately = TicketTag.objects.order_by("-pk").values_list("tag__name", flat=True)
    counted = Counter(lately[:RECENT_TAGS])
    return [name for name, _ in counted.most_common(SUGGESTED_TAGS)]


def is_tag(name: str) -> bool:
    """Tell whether there is a tag of this name."""
    return Tag.objects.filter(name=name).exists()


def saved_replies() -> QuerySet[SavedReply]:
    """Return the replies in use, by name."""
    return SavedReply.objects.filter(retired_at__isnull=True).order_by("name")


def drafts_of(ticket: Ticket, employee: Employee) -> dict[str, Draft]:
    """Return what an employee was writing on a ticket, by kind."""
    return {draft.kind: draft for draft in Draft.objects.filter(ticket=ticket, employee=employee)}


def colleagues_at(ticket: Ticket, *, but: Employee, now: datetime) -> list[Colleague]:
    """Return who else has a ticket before him at `now`, in alphabetical order."""
    present = Presence.objects.filter(ticket=ticket, seen_at__gt=now - PRESENT_FOR)
    rows = present.exclude(employee=but).select_related("employee").order_by("employee__name")
    return [
        Colleague(
            name=row.employee.name,
            is_typing=row.typed_at is not None and row.typed_at > now - TYPING_FOR,
        )
        for row in rows
    ]


def last_message(messages: Sequence[Message]) -> int:
    """Return the id of the last message that a page shows: what its reader has seen."""
    return max((message.pk for message in messages), default=0)


def leaves_at(ticket: Ticket, *, seconds: int, now: datetime) -> datetime | None:
    """Return until when an answer waits to be taken back; None when it must leave at once.

    No promise is missed for our own second thoughts: close to the due moment nothing waits.
    """
    until = now + timedelta(seconds=seconds)
    if not seconds or (ticket.due_at is not None and ticket.due_at < until + NO_WAIT_BEFORE_DUE):
        return None
    return until


def mails_of_answer(message: Message) -> QuerySet[OutboxRow]:
    """Return the mails of an answer: one for each who asked, on the ticket he opened himself."""
    asked = Question.objects.filter(answer=message).select_related("message")
    tickets = {one.message.origin_id or one.message.ticket_id for one in asked}
    return OutboxRow.objects.filter(
        recipient_kind="ticket",
        recipient_id__in={message.ticket_id, *tickets},
        event__startswith=f"answer:{message.pk}:",
    )


def leaving(employee: Employee, *, now: datetime) -> Leaving | None:
    """Return the last answer of an employee that can be taken back, if there is one."""
    waiting = OutboxRow.objects.filter(
        state=OutboxState.QUEUED, kind="answer", attempts=0, next_attempt_at__gt=now
    )
    moments = {row.payload["message"]: row.wait_until for row in waiting.order_by("pk")}
    if not moments:
        return None
    message = (
        Message.objects.filter(pk__in=moments, employee=employee, kind=Message.Kind.ANSWER)
        .select_related("ticket")
        .order_by("-pk")
        .first()
    )
    return Leaving(message=message, leaves_at=moments[message.pk]) if message else None

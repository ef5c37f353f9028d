"""Merge, split and link tickets. Each question keeps its promise and its moments, wherever it goes.

A merge never shows one customer what another one wrote: two customers' tickets do not merge, and
what a visitor wrote stays hidden from the customer whose ticket it went on in.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf

from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import SUBJECT_LENGTH, open_again
from balie.apps.tickets.actions.due import settle_due, take_hold
from balie.apps.tickets.models import (
    Draft,
    Merge,
    Message,
    Question,
    Ticket,
    TicketLink,
    TicketTag,
)
from balie.domain.numbering import format_ticket_number
from balie.infra import audit, clock, sequences
from balie.infra.audit import Actor
from balie.infra.incoming import one_line


class UnableToMerge(Exception):
    """Two tickets cannot become one (or two again); `why` is a code, the message says the rest."""

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


class UnableToSplit(Exception):
    """These messages cannot go to a ticket of their own; `why` is a code."""

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


@transaction.atomic
def merge(*, ticket: Ticket, into: Ticket, knowingly: bool, by: Actor, now: datetime) -> Merge:
    """Let `ticket` go on in `into`: its messages and questions move, with their promises.

    `knowingly` says that the employee knows that two people asked; each gets an answer of his own.
    Raises UnableToMerge: `self`, `merged`, `customers`, `direction` or `askers`.
    """
    ticket, into = _both_held(ticket, into)
    _refuse_merge(ticket, into, knowingly=knowingly)
    moved = list(ticket.messages.order_by("pk").values_list("pk", flat=True))
    _move(moved, to=into, origin=NullIf(Coalesce(F("origin"), Value(ticket.pk)), Value(into.pk)))
    settle_due(ticket.pk, into.pk)
    went = Ticket.objects.filter(pk=ticket.pk, merged_into__isnull=True)
    if went.update(merged_into=into) != 1:
        raise UnableToMerge(f"{ticket.number} went on elsewhere meanwhile", why="merged")
    TicketTag.objects.filter(ticket=ticket).exclude(tag__in=_tags_of(into)).update(ticket=into)
    here = Draft.objects.filter(ticket=into).values("employee")
    Draft.objects.filter(ticket=ticket).exclude(employee__in=here).update(ticket=into)
    if Ticket.objects.filter(pk=into.pk, open_questions__gt=0).exists():
        open_again(into, by=by, now=now)
    merged = Merge.objects.create(
        ticket=ticket, into=into, moved=moved, merged_at=now, merged_by=str(by)
    )
    _note("ticket.merged", (ticket, into), data={"merge": merged.pk}, by=by, now=now)
    return merged


@transaction.atomic
def unmerge(*, merged: Merge, by: Actor, now: datetime) -> Ticket:
    """Undo a merge: what came in on the ticket, or on one that went on in it, goes back to it.

    So do later replies, and the answers that answer nothing else. Raises UnableToMerge: `undone`,
    `merged` when the other one went on elsewhere since, or `split` when its questions did.
    """
    ticket, into = _both_held(merged.ticket, merged.into)
    if into.merged_into_id is not None:
        msg = f"{into.number} itself went on in another ticket; undo that first"
        raise UnableToMerge(msg, why="merged")
    standing = Merge.objects.filter(pk=merged.pk, undone_at__isnull=True)
    if standing.update(undone_at=now, undone_by=str(by)) != 1:
        raise UnableToMerge(f"{ticket.number} stands on its own already", why="undone")
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=None)
    came_in_on = _ends_in(ticket)
    back = into.messages.filter(Q(pk__in=merged.moved) | Q(origin__in=came_in_on))
    moved = list(back.order_by("pk").values_list("pk", flat=True))
    if not Question.objects.filter(message__in=moved).exists():
        msg = f"what was asked on {ticket.number} was split off since; nothing of it is left here"
        raise UnableToMerge(msg, why="split")
    moved += into.messages.filter(pk__in=_answers_of(moved)).values_list("pk", flat=True)
    _move(moved, to=ticket, origin=NullIf(F("origin"), Value(ticket.pk)))
    settle_due(ticket.pk, into.pk)
    _note("ticket.unmerged", (ticket, into), data={"merge": merged.pk}, by=by, now=now)
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def split(
    *, ticket: Ticket, messages: Collection[int], subject: str, by: Actor, now: datetime
) -> Ticket:
    """Give chosen messages (ids) a ticket of their own, with the asker who wrote them.

    Their questions go along with the promises they have; an answer goes along when it answers
    nothing that stays. Raises UnableToSplit: `question` (none chosen), `rest` (none stays),
    `askers` (of several people) or `strange` (not on this ticket).
    """
    take_hold(ticket.pk)
    found = ticket.messages.filter(pk__in=messages).select_related("origin")
    chosen = list(found.order_by("written_at", "pk"))
    source = _refuse_split(ticket, chosen, asked_for=len(set(messages)))
    moved = [message.pk for message in chosen]
    moved += _answers_of(moved)
    year = clock.local(now).year
    made = Ticket.objects.create(
        number=format_ticket_number(year, sequences.next_number(f"ticket:{year}")),
        subject=(one_line(subject) or ticket.subject)[:SUBJECT_LENGTH],
        channel=source.channel,
        customer=source.customer,
        contact=source.contact,
        asker_name=source.asker_name,
        asker_email=source.asker_email,
        asker_confirmed=source.asker_confirmed,
        language=source.language,
        team=ticket.team,
        assignee=ticket.assignee,
        opened_at=chosen[0].written_at,
    )
    _move(moved, to=made, origin=Value(None))
    settle_due(ticket.pk, made.pk)
    made.refresh_from_db()
    TicketLink.objects.create(
        ticket=ticket, other=made, kind=TicketLink.Kind.SPLIT, linked_at=now, linked_by=str(by)
    )
    _note("ticket.split", (ticket, made), data={"moved": [*moved]}, by=by, now=now)
    return made


@transaction.atomic
def link(*, ticket: Ticket, other: Ticket, by: Actor, now: datetime) -> TicketLink:
    """Say that two tickets belong together; twice, or from the other side, changes nothing.

    Raises UnableToMerge (`self`) for a ticket and itself.
    """
    if ticket.pk == other.pk:
        raise UnableToMerge(f"{ticket.number} belongs to itself already", why="self")
    either = Q(ticket=ticket, other=other) | Q(ticket=other, other=ticket)
    found = TicketLink.objects.filter(either).first()
    if found is not None:
        return found
    made, _ = TicketLink.objects.get_or_create(
        ticket=ticket,
        other=other,
        defaults={"kind": TicketLink.Kind.RELATED, "linked_at": now, "linked_by": str(by)},
    )
    _note("ticket.linked", (ticket, other), data={}, by=by, now=now)
    return made


@transaction.atomic
def unlink(*, ticket: Ticket, other: Ticket, by: Actor, now: datetime) -> None:
    """Take a link between two tickets away; that of a split stays."""
    either = Q(ticket=ticket, other=other) | Q(ticket=other, other=ticket)
    if TicketLink.objects.filter(either, kind=TicketLink.Kind.RELATED).delete()[0]:
        _note("ticket.unlinked", (ticket, other), data={}, by=by, now=now)


def _both_held(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Take hold of both, always in the same order, and read them as they are now."""
    for pk in sorted((one.pk, other.pk)):
        take_hold(pk)
    found = Ticket.objects.in_bulk([one.pk, other.pk])
    return found[one.pk], found[other.pk]


def _refuse_merge(ticket: Ticket, into: Ticket, *, knowingly: bool) -> None:
    if ticket.pk == into.pk:
        raise UnableToMerge(f"{ticket.number} cannot go on in itself", why="self")
    for one in (ticket, into):
        if one.merged_into_id is not None:
            goes_on = queries.survivor_of(one).number
            raise UnableToMerge(f"{one.number} went on in {goes_on}; take that", why="merged")
    if ticket.customer_id is not None and into.customer_id != ticket.customer_id:
        if into.customer_id is None:
            msg = f"{into.number} has no customer; merge it into {ticket.number} instead"
            raise UnableToMerge(msg, why="direction")
        msg = f"{ticket.number} and {into.number} are of two customers; link them instead"
        raise UnableToMerge(msg, why="customers")
    if not knowingly and not _same_asker(ticket, into):
        msg = f"{ticket.number} and {into.number} were asked by two people; say that you know"
        raise UnableToMerge(msg, why="askers")


def _same_asker(one: Ticket, other: Ticket) -> bool:
    """Whether one contact asked both, or two visitors gave one address.

    Anybody can type an address, so that says little about who they are; and nothing hangs on it
    here, as nobody reads more than his own mail by it.
    """
    if one.contact_id != other.contact_id:
        return False
    return one.contact_id is not None or one.asker_email.lower() == other.asker_email.lower()


def _refuse_split(ticket: Ticket, chosen: list[Message], *, asked_for: int) -> Ticket:
    """Return the ticket whose asker wrote the chosen messages."""
    if len(chosen) != asked_for:
        raise UnableToSplit(f"not every message is on {ticket.number}", why="strange")
    asked = [message for message in chosen if message.kind == Message.Kind.QUESTION]
    if not asked:
        raise UnableToSplit("choose at least one message of the asker", why="question")
    stays = ticket.messages.filter(kind=Message.Kind.QUESTION)
    if not stays.exclude(pk__in=[message.pk for message in chosen]).exists():
        raise UnableToSplit(f"nothing of the asker would stay on {ticket.number}", why="rest")
    sources = {message.origin or ticket for message in asked}
    if len(sources) > 1:
        raise UnableToSplit("choose messages of one asker", why="askers")
    return sources.pop()


def _ends_in(ticket: Ticket) -> set[int]:
    """Return a ticket (id) with all that went on in it, however many merges ago."""
    found, further = {ticket.pk}, {ticket.pk}
    while further:
        went_on = Ticket.objects.filter(merged_into__in=further).exclude(pk__in=found)
        further = set(went_on.values_list("pk", flat=True))
        found |= further
    return found


def _answers_of(asked: Iterable[int]) -> list[int]:
    """Return the answers (ids) that answer nothing but these messages, without those themselves."""
    chosen = list(asked)
    answers = Question.objects.filter(message__in=chosen, answer__isnull=False).values("answer")
    shared = Question.objects.filter(answer__in=answers).exclude(message__in=chosen)
    found = Message.objects.filter(pk__in=answers).exclude(pk__in=chosen)
    return list(found.exclude(pk__in=shared.values("answer")).values_list("pk", flat=True))


def _move(messages: list[int], *, to: Ticket, origin: Coalesce | NullIf | Value) -> None:
    Message.objects.filter(pk__in=messages).update(ticket=to, origin=origin)
    Question.objects.filter(message__in=messages).update(ticket=to)


def _tags_of(ticket: Ticket) -> list[int]:
    return list(TicketTag.objects.filter(ticket=ticket).values_list("tag", flat=True))


def _note(
    event: str,
    tickets: tuple[Ticket, Ticket],
    *,
    data: dict[str, audit.JSON],
    by: Actor,
    now: datetime,
) -> None:
    """Write in the trail of both."""
    for one, other in (tickets, tickets[::-1]):
        whole = {**data, "other": other.pk}
        audit.record(event=event, by=by, subject=("ticket", one.pk), now=now, data=whole)

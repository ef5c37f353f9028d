"""Tag tickets: free words, in lower case."""

import re
from datetime import datetime

from django.db import transaction

from balie.apps.tickets.models import Tag, Ticket, TicketTag
from balie.infra import audit
from balie.infra.audit import Actor

LONGEST = 40
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"[\w][\w.+-]*")


class UnableToTag(Exception):
    """This is no tag; the message says what one looks like."""


def tag_name(typed: str) -> str:
    """Return what was typed as a tag: lower case, hyphens for blanks. Raises UnableToTag."""
    name = _BLANKS.sub("-", typed.strip().lstrip("#").strip().lower())
    if not _WORD.fullmatch(name) or len(name) > LONGEST:
        msg = f"a tag is one word of at most {LONGEST} letters or figures, not {typed[:60]!r}"
        raise UnableToTag(msg)
    return name


@transaction.atomic
def add_tag(*, ticket: Ticket, name: str, by: Actor, now: datetime) -> TicketTag:
    """Put a tag on a ticket; putting it there twice changes nothing. Raises UnableToTag."""
    tag, _ = Tag.objects.get_or_create(name=tag_name(name))
    row, made = TicketTag.objects.get_or_create(
        ticket=ticket, tag=tag, defaults={"tagged_at": now, "tagged_by": str(by)}
    )
    if made:
        _note("ticket.tagged", ticket, tag.name, by=by, now=now)
    return row


@transaction.atomic
def remove_tag(*, ticket: Ticket, name: str, by: Actor, now: datetime) -> None:
    """Take a tag off a ticket."""
    if TicketTag.objects.filter(ticket=ticket, tag__name=name).delete()[0]:
        _note("ticket.untagged", ticket, name, by=by, now=now)


def _note(event: str, ticket: Ticket, name: str, *, by: Actor, now: datetime) -> None:
    audit.record(event=event, by=by, subject=("ticket", ticket.pk), now=now, data={"tag": name})

"""Saved replies: texts that employees use again, changed by any of them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.tickets.actions.tagging import UnableToTag, tag_name
from balie.apps.tickets.models import SavedReply
from balie.domain.reply_fields import FIELDS, unknown_fields
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToSaveReply(Exception):
    """A reply cannot be saved like this; `why` is a code, the message says what to change."""

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


@transaction.atomic
def save_reply(
    *,
    reply: SavedReply | None,
    name: str,
    body_nl: str,
    body_en: str,
    by: Actor,
    now: datetime,
) -> SavedReply:
    """Save a reply, new or changed. What is typed after the semicolon to use it is its name.

    Raises UnableToSaveReply: `name` (no word, or in use), `empty`, or `field` (in braces, unknown).
    """
    try:
        name = tag_name(name)
    except UnableToTag as error:
        raise UnableToSaveReply(str(error), why="name") from error
    if not body_nl.strip():
        raise UnableToSaveReply("the Dutch text is empty; most customers get that", why="empty")
    unknown = unknown_fields(body_nl) + unknown_fields(body_en)
    if unknown:
        known = ", ".join(f"{{{field}}}" for field in FIELDS)
        raise UnableToSaveReply(f"{', '.join(unknown)} is no field; there are {known}", why="field")
    row = reply or SavedReply()
    row.name, row.body_nl, row.body_en = name, body_nl.strip(), body_en.strip()
    row.changed_at, row.changed_by = now, str(by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise UnableToSaveReply(f"there is a reply {name} already", why="name") from error
    audit.record(event="reply.saved", by=by, subject=("saved_reply", row.pk), now=now)
    return row


@transaction.atomic
def retire_reply(*, reply: SavedReply, by: Actor, now: datetime) -> None:
    """Take a reply out of use; what was sent with it stays as it was."""
    if SavedReply.objects.filter(pk=reply.pk, retired_at__isnull=True).update(retired_at=now):
        audit.record(event="reply.retired", by=by, subject=("saved_reply", reply.pk), now=now)

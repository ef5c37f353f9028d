"""Many outbox rows in one statement, for a run that writes to thousands of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from balie.infra.audit import JSON
from balie.infra.models import OutboxRow
from balie.infra.outbox import AlreadyQueued, UnableToQueue, message_id_of


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message for `put_all`; its parts are those of `put`."""

    kind: str
    event: str
    recipient: tuple[str, int]
    payload: Mapping[str, JSON]


def put_all(messages: Sequence[Message], *, now: datetime) -> None:
    """Queue many messages at once, in the caller's transaction: all, or AlreadyQueued."""
    if not messages:
        return
    if not connection.in_atomic_block:
        first = messages[0].event
        raise UnableToQueue(f"{first}: queue it in the transaction of the fact that causes it")
    try:
        with transaction.atomic():
            OutboxRow.objects.bulk_create(
                OutboxRow(
                    kind=message.kind,
                    event=message.event,
                    recipient_kind=message.recipient[0],
                    recipient_id=message.recipient[1],
                    payload=dict(message.payload),
                    message_id=message_id_of(message.event),
                    created_at=now,
                    wait_until=now,
                    next_attempt_at=now,
                )
                for message in messages
            )
    except IntegrityError as error:
        raise AlreadyQueued(f"one of {len(messages)} messages") from error

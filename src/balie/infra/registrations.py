"""Who sends a kind of outbox row, and what follows from how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outcomes import Delivery, Refusal

Callback = Callable[[OutboxRow, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What an app registered for its kind."""

    sender: Callable[[OutboxRow, datetime], Delivery]
    may_send: Callable[[OutboxRow, datetime], Refusal | None] | None
    on_accepted: Callback | None
    on_failed: Callback | None
    on_withdrawn: Callback | None
    on_bounced: Callback | None


FOLLOWED_BY = {
    OutboxState.ACCEPTED: "on_accepted",
    OutboxState.FAILED: "on_failed",
    OutboxState.EXPIRED: "on_failed",
    OutboxState.WITHDRAWN: "on_withdrawn",
}
_registered: dict[str, Registration] = {}


def register(
    kind: str,
    *,
    sender: Callable[[OutboxRow, datetime], Delivery],
    may_send: Callable[[OutboxRow, datetime], Refusal | None] | None = None,
    on_accepted: Callback | None = None,
    on_failed: Callback | None = None,
    on_withdrawn: Callback | None = None,
    on_bounced: Callback | None = None,
) -> None:
    """Say who sends rows of ``kind``; called from ``AppConfig.ready`` of the app that owns it.

    ``sender`` runs outside a transaction; ``may_send`` is asked right before it. The others run in
    the transaction that marks the row: ``on_accepted``, ``on_failed`` (also for an expired row:
    ``row.state`` tells), ``on_withdrawn``, when we ourselves no longer want to send it, and
    ``on_bounced``, when a later mail server sent an accepted row back.
    """
    _registered[kind] = Registration(
        sender=sender,
        may_send=may_send,
        on_accepted=on_accepted,
        on_failed=on_failed,
        on_withdrawn=on_withdrawn,
        on_bounced=on_bounced,
    )


def registration_of(kind: str) -> Registration | None:
    """What was registered for a kind, or None."""
    return _registered.get(kind)


def follow(name: str, row: OutboxRow, *, now: datetime) -> None:
    """Call what its app registered under ``name`` (``on_accepted`` …) for this row, if anything."""
    callback: Callback | None = getattr(_registered.get(row.kind), name, None)
    if callback is not None:
        callback(row, now)

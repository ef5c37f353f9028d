"""The brake: while something is wrong, money stands still (DESIGN section 2).

Two things can be halted apart: ``money`` (billing, collecting, repaying, dunning) when an
invariant is broken, and ``outgoing`` (the outbox) after a restore, when nobody knows yet what was
sent since the backup. Each halt and resume is a row; the latest row is what counts.
"""

from __future__ import annotations

from datetime import datetime

from balie.infra.audit import Actor
from balie.infra.models import HaltEvent

MONEY = "money"
OUTGOING = "outgoing"


class Halted(Exception):
    """The work was not done because it is halted; the message says why."""


def halt(*, reason: str, now: datetime, by: Actor, what: str = MONEY) -> HaltEvent:
    """Stop ``what`` until somebody resumes it; ``reason`` is shown to the desk."""
    if not reason.strip():
        raise ValueError("a halt needs a reason")
    return _add(what=what, halted=True, reason=reason, now=now, by=by)


def resume(*, reason: str, now: datetime, by: Actor, what: str = MONEY) -> HaltEvent:
    """Let ``what`` run again; ``reason`` says what was found."""
    return _add(what=what, halted=False, reason=reason, now=now, by=by)


def _add(*, what: str, halted: bool, reason: str, now: datetime, by: Actor) -> HaltEvent:
    return HaltEvent.objects.create(
        what=what,
        halted=halted,
        reason=reason,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
    )


def reason(*, what: str = MONEY) -> str | None:
    """Why ``what`` is halted, or None when it runs."""
    latest = HaltEvent.objects.filter(what=what).order_by("-id").first()
    return latest.reason if latest is not None and latest.halted else None


def raise_if_halted(*, what: str = MONEY) -> None:
    """Raise Halted when ``what`` stands still; every money job calls this first."""
    why = reason(what=what)
    if why is not None:
        raise Halted(why)

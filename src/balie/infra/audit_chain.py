"""The chain of seals over the audit trail: what was written down cannot be changed unseen.

Events are inserted freely and sealed within a minute. A seal names its events one by one, so that
a transaction which commits late, with a lower id, is simply part of a later seal.

What the chain cannot show: an event removed, with the row that has it wait, before it was sealed;
and the last seals removed together with all their events. For the second the head (``head``) is
logged every day and can be kept elsewhere; ``stands`` tells whether a head kept so is still there.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from balie.infra.invariants import Result, Violation
from balie.infra.models import AuditEvent, Seal, UnsealedEvent

log = logging.getLogger("balie.audit")

NAME = "16 the audit trail is whole"
NOTHING_BEFORE = "0" * 64
MOST_PER_SEAL = 10_000
COLUMNS = (
    *("id", "event", "at", "by_kind", "by_id", "by_name"),
    *("subject_kind", "subject_id", "data"),
)
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last seal: who knows it, knows whether anything behind it was changed."""

    number: int
    sha256: str

    def __str__(self) -> str:
        """As it is printed, logged and kept elsewhere: ``17:ab…``."""
        return f"{self.number}:{self.sha256}"


def seal_waiting(*, now: datetime) -> int:
    """Seal every event that waits, in as many seals as that takes; how many were sealed.

    Another sealer at the same moment takes the number: then this one leaves it to him.
    """
    sealed = 0
    while True:
        try:
            count = _seal_some(now=now)
        except IntegrityError:
            log.info("somebody else is sealing")
            return sealed
        sealed += count
        if count < MOST_PER_SEAL:
            return sealed


@transaction.atomic
def _seal_some(*, now: datetime) -> int:
    """Add one seal over the oldest events that wait; 0 when none does.

    The last seal is read first: whoever seals meanwhile then takes the same number.
    """
    last = Seal.objects.order_by("-number").only("number", "sha256").first()
    waiting = list(
        UnsealedEvent.objects.order_by("event_id").values_list("event_id", flat=True)[
            :MOST_PER_SEAL
        ]
    )
    if not waiting:
        return 0
    wanted = set(waiting)
    rows = (row for row in _events(waiting[0], waiting[-1]) if row[0] in wanted)
    members = "".join(f"{row[0]} {digest(row)}\n" for row in rows)
    seal = Seal(
        number=last.number + 1 if last else 1,
        previous_sha256=last.sha256 if last else NOTHING_BEFORE,
        sealed_at=now,
        events=len(waiting),
        members=members,
    )
    seal.sha256 = seal_digest(seal)
    seal.save(force_insert=True)
    removed, _ = UnsealedEvent.objects.filter(pk__in=waiting).delete()
    if removed != len(waiting):
        raise IntegrityError("another sealer took some of these events")
    return len(waiting)


def _events(first: int, last: int) -> Iterator[Row]:
    found = AuditEvent.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    return found.values_list(*COLUMNS).iterator(chunk_size=2000)


def digest(row: Row) -> str:
    """SHA-256 of one event, over bytes that are the same on both engines."""
    plain = [
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row
    ]
    content = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def seal_digest(seal: Seal) -> str:
    """SHA-256 of a seal: what it covers, and the seal before it."""
    moment = seal.sealed_at.astimezone(UTC).isoformat()
    head = f"{seal.number}\n{seal.previous_sha256}\n{moment}\n{seal.events}\n"
    return hashlib.sha256((head + seal.members).encode()).hexdigest()


def head() -> Head | None:
    """The last seal, None while nothing is sealed."""
    last = Seal.objects.order_by("-number").values("number", "sha256").first()
    return Head(**last) if last else None


def stands(kept: str) -> bool:
    """Whether a head that was kept elsewhere (``17:ab…``) is still a seal of this chain."""
    number, _, sha256 = kept.strip().partition(":")
    return number.isdecimal() and Seal.objects.filter(number=number, sha256=sha256).exists()


def log_head() -> None:
    """Write the head to the log, which lives elsewhere than the database."""
    last = head()
    if last is not None:
        # In groups: the log cuts out long words of letters and digits, which may be secrets.
        log.info("head of the audit trail", extra={"number": last.number, "sha": _groups(last)})


def _groups(last: Head) -> str:
    return " ".join(last.sha256[at : at + 16] for at in range(0, 64, 16))


class _Seen:
    """The ids met so far, a bit each: a trail of ten million events takes 1.25 MB."""

    def __init__(self, highest: int) -> None:
        self.highest = highest
        self.bits = bytearray(highest // 8 + 1)

    def add(self, number: int) -> bool:
        """Note an id; False when it was there already."""
        if not 0 <= number <= self.highest:
            return True
        mask = 1 << number % 8
        was_new = not self.bits[number // 8] & mask
        self.bits[number // 8] |= mask
        return was_new

    def __contains__(self, number: int) -> bool:
        return bool(self.bits[number // 8] & 1 << number % 8)


def trail_is_whole(*, now: datetime) -> Result:
    """Recompute every event and every seal; name what was altered, removed or put in behind."""
    highest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    seen = _Seen(highest)
    violations: list[Violation] = []
    checked = 0
    previous, number = NOTHING_BEFORE, 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        violations += _chain_breaks(seal, previous=previous, number=number)
        members = _members_of(seal)
        violations += _event_breaks(seal, members, seen)
        checked += len(members)
        previous, number = seal.sha256, seal.number
    violations += _outside(seen, number=number)
    checked += UnsealedEvent.objects.count()
    return Result(name=NAME, checked=checked, violations=tuple(violations))


def _members_of(seal: Seal) -> dict[int, str]:
    parts = (line.partition(" ") for line in seal.members.splitlines())
    return {int(number): sha256 for number, _, sha256 in parts if number.isdecimal()}


def _chain_breaks(seal: Seal, *, previous: str, number: int) -> list[Violation]:
    """What is wrong with a seal itself, given the hash and the number before it."""
    found = [_violation(f"seal {one}", "missing") for one in range(number + 1, seal.number)]
    if seal.sha256 != seal_digest(seal):
        found.append(_violation(str(seal), "altered: its content gives another hash"))
    elif seal.previous_sha256 != previous and not found:
        found.append(_violation(str(seal), f"does not follow seal {number}, which was replaced"))
    return found


def _event_breaks(seal: Seal, members: dict[int, str], seen: _Seen) -> list[Violation]:
    if not members:
        return []
    now_there = {
        row[0]: digest(row) for row in _events(min(members), max(members)) if row[0] in members
    }
    found = []
    for event, sha256 in members.items():
        if event not in now_there:
            found.append(_violation(f"audit event {event}", f"missing; {seal} covers it"))
        elif now_there[event] != sha256:
            found.append(_violation(f"audit event {event}", f"altered since {seal}"))
        if not seen.add(event):
            found.append(_violation(f"audit event {event}", f"sealed again by {seal}"))
    return found


def _outside(seen: _Seen, *, number: int) -> list[Violation]:
    """Events in no seal that do not wait for one either: put in behind, or their seal is gone."""
    waiting = set(UnsealedEvent.objects.values_list("event_id", flat=True))
    found = []
    ids = AuditEvent.objects.filter(pk__lte=seen.highest).values_list("pk", flat=True)
    for event in ids.iterator(chunk_size=10_000):
        if event in waiting and event in seen:
            found.append(_violation(f"audit event {event}", "waits although it is sealed"))
        elif event not in waiting and event not in seen:
            found.append(_violation(f"audit event {event}", "in no seal and not waiting for one"))
    if found:  # what was sealed since the last seal was read is not outside
        since = [_members_of(seal) for seal in Seal.objects.filter(number__gt=number)]
        sealed = {f"audit event {event}" for members in since for event in members}
        found = [one for one in found if one.subject not in sealed]
    return found


def _violation(subject: str, detail: str) -> Violation:
    return Violation(invariant=NAME, subject=subject, detail=detail)

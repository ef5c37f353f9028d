"""The audit trail: who did what to what, when (rule 5: state changes are rows).

Rows are only ever added; triggers on both engines refuse to change or remove one, and a chain of
seals (``audit_chain``) shows it when somebody got round them. ``data`` holds ids, states and
figures, never a secret and never a full IBAN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from balie.infra.models import AuditEvent, UnsealedEvent

JSON = str | int | bool | None | list["JSON"] | dict[str, "JSON"]
AT_ONCE = 1000  # rows per statement
KINDS = ("employee", "contact", "system")
DEMO_BEGUN = "demo.begun"  # what tells a database of the demo from one that somebody works with


@dataclass(frozen=True)
class Actor:
    """Who acts: an employee or a contact by id, or the system itself (a job, an import)."""

    kind: str
    id: int | None
    name: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"an actor is one of {', '.join(KINDS)}, not {self.kind!r}")
        if (self.id is None) != (self.kind == "system"):
            raise ValueError("an employee or contact needs an id, the system has none")

    def __str__(self) -> str:
        """As kept in ``*_by`` columns: ``employee:3``, or ``system``."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Actor("system", None, "Balie")


def record(
    *,
    event: str,
    by: Actor,
    subject: tuple[str, int],
    now: datetime,
    data: Mapping[str, JSON] | None = None,
) -> AuditEvent:
    """Add one line to the audit trail, in the caller's transaction.

    ``event`` is a short dotted name (``invoice.issued``), ``subject`` what it happened to as
    (kind, id), ``now`` the aware moment of the action.
    """
    kind, identity = subject
    row = AuditEvent.objects.create(
        event=event,
        at=now,
        by_kind=by.kind,
        by_id=by.id,
        # A customer's name would stay for ever: his number leads to it as long as it is there.
        by_name="" if by.kind == "contact" else by.name,
        subject_kind=kind,
        subject_id=identity,
        data=dict(data or {}),
    )
    UnsealedEvent.objects.create(event=row)
    return row


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line for `record_all`; its parts are those of `record`."""

    event: str
    subject: tuple[str, int]
    data: Mapping[str, JSON] = field(default_factory=dict)


def record_all(*, events: Sequence[Event], by: Actor, now: datetime) -> None:
    """Add many lines to the audit trail at once, in the caller's transaction."""
    rows = AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                event=each.event,
                at=now,
                by_kind=by.kind,
                by_id=by.id,
                # As in `record`: a customer's name would stay for ever.
                by_name="" if by.kind == "contact" else by.name,
                subject_kind=each.subject[0],
                subject_id=each.subject[1],
                data=dict(each.data),
            )
            for each in events
        ],
        batch_size=AT_ONCE,
    )
    UnsealedEvent.objects.bulk_create(
        [UnsealedEvent(event=row) for row in rows], batch_size=AT_ONCE
    )

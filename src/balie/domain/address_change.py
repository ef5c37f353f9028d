"""What a change of the address on file still needs, until when it waits, and what is held after.

Only proof completes it (docs/algorithms/address-change.md; guide: safety, A1 and A2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from balie.domain.policy_address import AddressChanges

Proof = Literal["", "second_factor", "recovery_code", "bank", "witnesses"]
Need = Literal["proof", "confirmation", "approval", "waiting"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a change. Moments are UTC.

    `touched_at` is when an employee first had a hand in it, `works_alone` whether he was the only
    one when it was started, `proven_at` when the proof was whole (of witnesses: the second one),
    `not_before` the end of the time in which an earlier change can still be stopped.
    """

    proof: Proof
    proven_at: datetime | None
    is_confirmed: bool
    touched_at: datetime | None
    works_alone: bool
    is_approved: bool
    not_before: datetime | None = None


def waits_until(standing: Standing, figures: AddressChanges) -> datetime | None:
    """Return until when time itself has to pass (UTC), or None when nothing is waited for."""
    ends = []
    if standing.proof == "witnesses" and standing.proven_at is not None:
        ends.append(standing.proven_at + timedelta(days=figures.witness_days))
    if standing.touched_at is not None and standing.works_alone:
        ends.append(standing.touched_at + timedelta(days=figures.alone_days))
    if standing.not_before is not None:
        ends.append(standing.not_before)
    return max(ends, default=None)


def still_needed(standing: Standing, figures: AddressChanges, *, now: datetime) -> tuple[Need, ...]:
    """Return what a change still needs at `now`, in the order in which one can see to it."""
    return tuple(_needs(standing, figures, now=now))


def _needs(standing: Standing, figures: AddressChanges, *, now: datetime) -> Iterator[Need]:
    if not standing.is_confirmed:
        yield "confirmation"
    if not standing.proof or standing.proven_at is None:
        yield "proof"
    if needs_approval(standing) and not standing.is_approved:
        yield "approval"
    until = waits_until(standing, figures)
    if until is not None and now < until:
        yield "waiting"


def needs_approval(standing: Standing) -> bool:
    """Tell whether a second employee must look: one had a hand in it, and he was not alone.

    Two witnesses are two employees already.
    """
    touched = standing.touched_at is not None and standing.proof != "witnesses"
    return touched and not standing.works_alone


def credentials_hours(standing: Standing, figures: AddressChanges) -> int:
    """Return how many hours no login is mailed after the change: the longest that applies."""
    hours = {
        "": 0,
        "second_factor": figures.second_factor_hours,
        "recovery_code": figures.recovery_code_hours,
        "bank": figures.bank_hours,
        "witnesses": figures.employee_hours,
    }[standing.proof]
    return max(hours, figures.employee_hours) if standing.touched_at is not None else hours

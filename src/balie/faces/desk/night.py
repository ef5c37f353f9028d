"""What the last round did, as an employee reads it: how much, and what it left out with why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from balie.apps.office.models import RoundStep


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """One customer, or one invoice of his, that a step left out."""

    customer_number: str
    invoice_number: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why some were left out, and which: a code of directdebit.left_out, or a sentence."""

    reason: str
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class StepDone:
    """One step of a round: how many it handled, and whom it left out, grouped by why."""

    name: str
    count: int
    reasons: tuple[Reason, ...]
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Night:
    """The last round there was."""

    day: date
    steps: tuple[StepDone, ...]


# What a step's receipt counts, and where it lists whom it left out.
COUNTS = {
    "verify": "checked",
    "note_misses": "missed",
    "freeze": "batches",
    "bill": "invoices",
    "announce": "announced",
}


def last_night(steps: Sequence[RoundStep]) -> Night | None:
    """Return the round of the last day among these steps (newest first), or None without any."""
    if not steps:
        return None
    day = steps[0].day
    mine = [step for step in reversed(steps) if step.day == day and step.step in COUNTS]
    return Night(day=day, steps=tuple(_read(step) for step in mine))


def _read(step: RoundStep) -> StepDone:
    receipt: dict[str, Any] = step.receipt
    counted = receipt.get(COUNTS[step.step], 0)
    return StepDone(
        name=step.step,
        count=counted if isinstance(counted, int) else len(counted),
        reasons=_grouped(
            [(customer, "", reason) for customer, reason in receipt.get("parked", [])]
            + [
                (customer, number, reason)
                for customer, number, reason in receipt.get("left_out", [])
            ]
        ),
        broken=tuple(receipt.get("broken", [])),
    )


def _grouped(rows: Sequence[tuple[str, str, str]]) -> tuple[Reason, ...]:
    """Put who was left out for the same reason together, the largest group first."""
    groups: dict[str, list[Skipped]] = {}
    for customer, number, reason in rows:
        groups.setdefault(reason, []).append(
            Skipped(customer_number=customer, invoice_number=number)
        )
    return tuple(
        Reason(reason=reason, skipped=tuple(skipped))
        for reason, skipped in sorted(groups.items(), key=lambda group: -len(group[1]))
    )

"""What the last round did, as an employee reads it: how much, and what it left out with why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from balie.apps.billing import queries as billing
from balie.apps.directdebit import queries as directdebit
from balie.apps.office.models import RoundStep
from balie.infra import clock


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
    """One thing the night did: how many, how much, and whom it left out, grouped by why.

    `amount_cents` is None where it is not about money.
    """

    name: str
    count: int
    amount_cents: int | None = None
    reasons: tuple[Reason, ...] = ()
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
    "place": "waiting",
    "freeze": "batches",
    "bill": "invoices",
    "announce": "announced",
    "change": "changed",
    "suspend": "suspended",
    "renewals": "announced",
    "ended": "asked",
    "vat_numbers": "checked",
}


def last_night(steps: Sequence[RoundStep]) -> Night | None:
    """Return the round of the last day among these steps (newest first), or None without any."""
    if not steps:
        return None
    day = steps[0].day
    mine = [step for step in reversed(steps) if step.day == day and step.step in COUNTS]
    amounts = _amounts_of(day=day)
    done = [_read(step, amount_cents=amounts.get(step.step)) for step in mine]
    return Night(day=day, steps=(*done, *_from_the_bank(day=day)))


def left_out_of(night: Night | None) -> list[Reason]:
    """Return what the last round did not announce, or took back before it went to the bank."""
    if night is None:
        return []
    collecting = [step for step in night.steps if step.name in {"freeze", "announce"}]
    return [reason for step in collecting for reason in step.reasons]


def _from_the_bank(*, day: date) -> list[StepDone]:
    """Return what the statements that came in on a day meant for our customers."""
    since = _midnight(day)
    totals = {
        "settled": directdebit.settled_since(since=since),
        "placed": billing.placed_since(since=since),
        "undone": directdebit.undone_since(since=since),
    }
    return [
        StepDone(name=name, count=count, amount_cents=cents)
        for name, (count, cents) in totals.items()
    ]


def _amounts_of(*, day: date) -> dict[str, int]:
    """Return how much was billed and announced on a day, by the name of the step (cents)."""
    since = _midnight(day)
    return {
        "bill": billing.issued_since(since=since)[1],
        "announce": directdebit.announced_since(since=since)[1],
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.AMSTERDAM)


def _read(step: RoundStep, *, amount_cents: int | None) -> StepDone:
    receipt: dict[str, Any] = step.receipt
    counted = receipt.get(COUNTS[step.step], 0)
    return StepDone(
        name=step.step,
        count=counted if isinstance(counted, int) else len(counted),
        amount_cents=amount_cents,
        reasons=_grouped(
            [(customer, "", reason) for customer, reason in receipt.get("parked", [])]
            + [
                (customer, number, reason)
                for customer, number, reason in receipt.get("left_out", [])
            ]
        ),
        broken=(
            *receipt.get("broken", []),
            *receipt.get("doubts", []),
            *(_busy(day) for day in receipt.get("busy", [])),
        ),
    )


def _busy(day: str) -> str:
    words = _("The debits of %(day)s kept changing; the next round freezes them.")
    return words % {"day": day}


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

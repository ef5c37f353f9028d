"""Verify: every app's invariants, run together; what the night did."""

from collections.abc import Callable
from datetime import date, datetime

from balie.apps.banking import invariants as banking
from balie.apps.billing import invariants as billing
from balie.apps.credentials import invariants as credentials
from balie.apps.directdebit import invariants as directdebit
from balie.apps.ledger import invariants as ledger
from balie.apps.mandates import invariants as mandates
from balie.apps.office.models import RoundStep
from balie.apps.promises import invariants as promises
from balie.apps.tickets import invariants as tickets
from balie.infra.invariants import Result

INVARIANTS: tuple[Callable[..., Result], ...] = (
    *ledger.INVARIANTS,
    *billing.INVARIANTS,
    *banking.INVARIANTS,
    *mandates.INVARIANTS,
    *directdebit.INVARIANTS,
    *credentials.INVARIANTS,
    *promises.INVARIANTS,
    *tickets.INVARIANTS,
)


def verify(*, now: datetime) -> list[Result]:
    """Run every invariant over the whole database; one result each, in the order of the design."""
    results = [check(now=now) for check in INVARIANTS]
    return sorted(results, key=lambda result: int(result.name.split()[0]))


def round_of(*, day: date) -> list[RoundStep]:
    """Return what the round of a day did, step by step."""
    return list(RoundStep.objects.filter(day=day).order_by("pk"))


def last_rounds(*, count: int) -> list[RoundStep]:
    """Return the last steps, newest first."""
    return list(RoundStep.objects.order_by("-pk")[:count])

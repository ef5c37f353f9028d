"""Live through months of the simulated company and hold every invariant after each day."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from balie.apps.office import queries
from balie.apps.promises.actions import note_misses
from balie.infra import clock
from balie.simulator import demo
from balie.simulator.demo import Plan
from balie.simulator.world import World

SHIPPED_SEED = 1
SEED = int(os.environ.get("BALIE_TEST_SEED", SHIPPED_SEED))

AtTheEndOfDay = Callable[[int], None]


def nothing(_: int) -> None:
    """What most days end with."""


def live(plan: Plan, *, at_the_end_of_day: AtTheEndOfDay = nothing) -> World:
    """Build the company of a plan; after each day everything must hold."""
    sys.stdout.write(f"seed {plan.seed}: {plan.customers} customers, {plan.days} days\n")

    def verify(passed: int, _: int) -> None:
        at_the_end_of_day(passed)
        # The job that does so every minute is left out of a demo that is being built.
        note_misses(now=clock.now())
        hold(plan, now=clock.now())

    lived = demo.build(plan, progress=verify)
    hold(plan, now=lived.moment)
    return lived


def hold(plan: Plan, *, now: datetime) -> None:
    """Fail with what is broken and how to see it again."""
    broken = [
        f"{violation.invariant}: {violation.subject}: {violation.detail}"
        for result in queries.verify(now=now)
        for violation in result.violations
    ]
    if broken:
        day = clock.local(now).date()
        raise AssertionError(
            f"after {day}: {'; '.join(broken[:5])}\n"
            f"replay: BALIE_TEST_SEED={plan.seed} python -m pytest tests/simulation -k months"
        )


class _Again(Exception):
    """Takes back all that was lived through."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Live, look, and let it never have been."""
    try:
        with transaction.atomic():
            yield
            raise _Again
    except _Again:
        pass


def day(text: str) -> date:
    """A date as it is written in a plan."""
    return date.fromisoformat(text)

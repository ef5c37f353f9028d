"""The last days before a visitor comes in: a busy morning, and debits that just came back.

The months before are lived through by habit; what is put here makes sure that every room of the
desk has something in it on the day the demo opens.
"""

from datetime import date, datetime, timedelta
from typing import Any

from balie.apps.directdebit.models import Collection
from balie.apps.tickets import actions as tickets
from balie.domain.workdays import add_target_days
from balie.infra import clock
from balie.simulator import at_the_phone, at_the_post, movers, words
from balie.simulator.bank import UnableToPlanReturn
from balie.simulator.calendar import at
from balie.simulator.world import World

MORNING_QUESTIONS = 9
LEARNED_BEFORE = (28, 0)  # days; each time takes seconds, so not every night of the months before
COME_BACK = (("AM04", 2), ("MD06", 1))


def plan(world: World, day: date) -> None:
    """Put the present on the agenda: `day` is the day the visitor comes in."""
    chance = world.chance(day, "present")
    for index in range(MORNING_QUESTIONS):
        world.intend(
            at(day, 8, 20) + timedelta(minutes=16 * index + chance.randrange(12)),
            "ask",
            customer=chance.choice(world.personas).customer_id,
            subject=chance.randrange(len(words.QUESTIONS)),
            dice=f"present/{index}",
        )
    for index in range(len(words.FRESH)):
        world.intend(
            at(day, 10, 31) + timedelta(minutes=6 * index),
            "ask",
            customer=chance.choice(world.personas).customer_id,
            subject=len(words.QUESTIONS) + index,
            dice=f"fresh/{index}",
        )
    at_the_post.plan_present(world, day)
    at_the_phone.plan_present(world, day)
    for days in LEARNED_BEFORE:
        world.intend(at(day - timedelta(days=days), 5, 0), "learn")
    world.intend(at(add_target_days(day, -1), 6, 45), "come_back")
    movers.plan(world, day)


def learn(world: World, now: datetime, **_: Any) -> None:
    """Balie learns from what was answered so far, as it does every night."""
    tickets.train(now=now)


def come_back(world: World, now: datetime, **_: Any) -> None:
    """A few debits of the last days come back today: no money, or a customer who claims."""
    day = clock.local(now).date()
    settled = Collection.objects.filter(
        state=Collection.State.SETTLED, settled_on__lt=day
    ).order_by("-settled_on", "pk")
    wanted = [reason for reason, count in COME_BACK for _ in range(count)]
    for collection in settled[: 4 * len(wanted)]:
        if not wanted or collection.settled_on is None:
            return
        try:
            world.bank.plan_return(
                collection.end_to_end_id,
                reason=wanted[0],
                after_days=(day - collection.settled_on).days,
            )
        except UnableToPlanReturn:
            continue
        wanted.pop(0)

"""Life goes on: the world is lived through from moment to moment with the real actions.

A day is planned from the seed when it begins; what people decide on the way (an answer, a
transfer) joins the plan. After each moment the due jobs run and the outbox is sent.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from balie.infra import clock, jobs, outbox
from balie.simulator import (
    askers,
    at_the_bank,
    at_the_desk,
    at_the_phone,
    at_the_post,
    movers,
    present,
)
from balie.simulator.calendar import at
from balie.simulator.world import World

SATURDAY = 5
Deed = Callable[..., None]
DEEDS: dict[str, Deed] = {
    "plan_day": lambda world, now, **_: plan_day(world, clock.local(now).date()),
    "tick": at_the_desk.look_at_promises,
    "bank_answers": at_the_bank.answer_files,
    "bank_statement": at_the_bank.bring_statements,
    "decide_payments": at_the_bank.decide_payments,
    "transfer": at_the_bank.transfer,
    "ask": at_the_desk.ask,
    "triage": at_the_desk.triage,
    "answer": at_the_desk.answer,
    "confirm": askers.confirm,
    "judge": askers.judge,
    "recover": at_the_desk.recover,
    "mail": at_the_post.mail,
    "machine": at_the_post.machine,
    "bounce": at_the_post.bounce,
    "call": at_the_phone.call,
    "hang_up": at_the_phone.hang_up,
    "call_back": at_the_phone.call_back,
    "come_back": present.come_back,
    "learn": present.learn,
    "move_address": movers.move,
    "confirm_address": movers.confirm,
    "transfer_cent": movers.transfer_cent,
    "clear_work_list": at_the_desk.clear_work_list,
    "dispute": at_the_desk.dispute,
    "end_dispute": at_the_desk.end_dispute,
}


def live_until(
    world: World, until: datetime, *, after_day: Callable[[date], None] | None = None
) -> None:
    """Live through everything up to and including `until` (aware), then stand there.

    `after_day` is called at each midnight passed, with the day that ended; tests verify there.
    """
    with clock.frozen(world.moment) as frozen:
        while (intention := world.next_intention(until=until)) is not None:
            moment = max(intention.at, world.moment)
            if after_day is not None and intention.what == "plan_day":
                after_day(clock.local(moment).date() - timedelta(days=1))
            frozen.move_to(moment)
            world.moment = moment
            DEEDS[intention.what](world, moment, **intention.details)
            settle_down(moment)
        world.moment = until
        frozen.move_to(until)
        settle_down(until)
    world.save()


def settle_down(now: datetime) -> None:
    """Run what is due: jobs and their mails, until both are quiet."""
    jobs.run_pending(now=now)
    outbox.send_due(now=now)


def next_moment(world: World) -> datetime | None:
    """Return when something happens next, leaving out the world's own housekeeping."""
    moments = [one.at for one in world.intentions if one.what not in {"plan_day", "tick"}]
    return min(moments, default=None)


def plan_day(world: World, day: date) -> None:
    """Put the fixed moments of a day and the whims of its people on the agenda."""
    world.intend(at(day, 6, 0), "tick")
    world.intend(at(day, 6, 30), "bank_answers")
    world.intend(at(day, 7, 30), "bank_statement")
    world.intend(at(day, 7, 45), "decide_payments")
    if day.weekday() < SATURDAY:
        world.intend(at(day, 10, 30), "clear_work_list")
    for place in (at_the_desk, at_the_post, at_the_phone):
        for moment, what, details in place.whims_of(world, day):
            world.intend(moment, what, **details)
    for hour, minute in ((12, 0), (16, 30), (20, 30), (23, 59)):
        world.intend(at(day, hour, minute), "tick")
    world.intend(at(day + timedelta(days=1), 0, 0), "plan_day")


def begin(world: World, day: date) -> None:
    """Put the first day on the agenda."""
    world.intend(at(day, 0, 0), "plan_day")

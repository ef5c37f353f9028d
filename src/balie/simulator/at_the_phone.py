"""What the telephone exchange reports: calls that are answered, missed, and called back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from balie.apps.customers.models import Employee
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Call, Ticket
from balie.domain.workdays import is_working_day
from balie.formats.phone_events import PhoneEvent
from balie.simulator import at_the_desk, words
from balie.simulator.calendar import at
from balie.simulator.world import World

SOURCE = "centrale"
OUR_NUMBER = "+31580123456"
CALLS = 0.006  # per customer and working day
MISSED = 0.3
REACHED = 0.8
Whim = tuple[datetime, str, dict[str, Any]]


def whims_of(world: World, day: date) -> Iterator[Whim]:
    """Yield the calls of a day, in office hours."""
    if not is_working_day(day, policy=policy_in_force(now=world.moment)):
        return
    chance = world.chance(day, "phone")
    for index in range(at_the_desk.how_many(chance, len(world.personas) * CALLS)):
        moment = at(day, chance.randrange(9, 16), chance.randrange(60))
        is_missed = chance.random() < MISSED
        yield moment, "call", {"dice": f"{day}/call/{index}", "is_missed": is_missed}


def call(world: World, now: datetime, *, dice: str, is_missed: bool, **_: Any) -> None:
    """Somebody calls and chooses support; an employee answers, or nobody does."""
    chance = Random(f"{world.seed}/call/{dice}")
    number = f"+316{chance.randrange(10**7, 10**8)}"
    employee = chance.choice(list(Employee.objects.select_related("user").order_by("pk")))
    agent = "" if is_missed else employee.user.email
    lasts = timedelta(seconds=40 if is_missed else chance.randrange(90, 600))
    told = [("started", timedelta(0), ""), ("menu", timedelta(seconds=6), "2")]
    if not is_missed:
        told.append(("answered", timedelta(seconds=20), ""))
    told.append(("ended", lasts, ""))
    for event, after, choice in told:
        tickets.record_event(
            source=SOURCE,
            event=PhoneEvent(
                event=event,
                call_id=dice,
                at=now + after,
                as_sent=(now + after).isoformat(),
                direction="in",
                number=number,
                called=OUR_NUMBER,
                choice=choice,
                agent=agent if event != "started" else "",
                queue="support",
                outcome=("missed" if is_missed else "answered") if event == "ended" else "",
                duration_seconds=None,
            ),
            now=now + after,
        )
    world.intend(now + lasts + timedelta(minutes=2), "hang_up", dice=dice)


def hang_up(world: World, now: datetime, *, dice: str, **_: Any) -> None:
    """Balie sees what came of the call; who called in vain is called back."""
    tickets.settle_calls(now=now)
    ticket = Call.objects.get(source=SOURCE, call_id=dice).ticket
    if ticket is not None and ticket.due_at is not None:
        chance = Random(f"{world.seed}/hang_up/{dice}")
        _intend_call_back(world, now, ticket=ticket, chance=chance, dice=dice)


def call_back(world: World, now: datetime, *, ticket: int, dice: str, **_: Any) -> None:
    """An employee calls back; not everybody picks up the first time."""
    asked = Ticket.objects.get(pk=ticket)
    if asked.due_at is None:
        return
    chance = Random(f"{world.seed}/call_back/{dice}")
    employee = chance.choice(list(Employee.objects.order_by("pk")))
    if chance.random() < REACHED:
        tickets.note_reached(ticket=asked, body=words.CALLED_BACK, employee=employee, now=now)
    else:
        tickets.note_not_reached(ticket=asked, employee=employee, now=now)
        _intend_call_back(world, now, ticket=asked, chance=chance, dice=f"{dice}/again")


def _intend_call_back(
    world: World, now: datetime, *, ticket: Ticket, chance: Random, dice: str
) -> None:
    moment = now + timedelta(minutes=chance.randrange(12, 90))
    world.intend(moment, "call_back", ticket=ticket.pk, dice=dice)


def plan_present(world: World, day: date) -> None:
    """Let somebody call in vain just before the visitor comes in."""
    world.intend(at(day, 10, 52), "call", dice=f"{day}/present/call", is_missed=True)

"""What the tests of calls build with: reports of an exchange, people with a telephone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from balie.apps.tickets import actions
from balie.apps.tickets.models import Call
from balie.formats.phone_events import PhoneEvent
from tests.apps.building import NOW

SOURCE = "voys"
NUMBER = "+31507009920"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def event(
    kind: str,
    at: datetime,
    *,
    call: str = "c1",
    number: str = NUMBER,
    choice: str = "",
    agent: str = "",
    outcome: str = "",
    direction: str = "in",
) -> PhoneEvent:
    """One report."""
    return PhoneEvent(
        event=kind,
        call_id=call,
        at=at,
        as_sent=at.isoformat(),
        direction=direction,
        number=number,
        called="+31580123456",
        choice=choice,
        agent=agent,
        queue="",
        outcome=outcome,
        duration_seconds=None,
    )


def missed(
    *, at: datetime = NOW, call: str = "c1", number: str = NUMBER, choice: str = "2"
) -> list[PhoneEvent]:
    """A call that rang for twenty seconds; the exchange itself calls it answered."""
    told = [event("started", at, call=call, number=number)]
    if choice:
        told.append(event("menu", at + 5 * SECOND, call=call, number=number, choice=choice))
    end = at + 25 * SECOND
    return [*told, event("ended", end, call=call, number=number, outcome="answered")]


def answered(
    *, at: datetime = NOW, call: str = "c1", agent: str = "201", choice: str = "2"
) -> list[PhoneEvent]:
    """A call that somebody answered after ten seconds."""
    return [
        event("started", at, call=call),
        event("menu", at + 5 * SECOND, call=call, choice=choice),
        event("answered", at + 10 * SECOND, call=call, agent=agent),
        event("ended", at + 5 * MINUTE, call=call, agent=agent, outcome="answered"),
    ]


def report(events: Sequence[PhoneEvent], *, now: datetime | None = None) -> Call:
    """Take in reports as they come; return the call of the last one."""
    call = None
    for one in events:
        call = actions.record_event(source=SOURCE, event=one, now=now or one.at)
    assert call is not None
    return call


def settle(at: datetime) -> list[Call]:
    """See what came of the calls that are over."""
    return actions.settle_calls(now=at)

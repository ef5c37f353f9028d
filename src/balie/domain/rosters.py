"""Who is at work when: weekly shifts, days that differ, holidays and the change of the clock.

A shift is said on the wall clock of the policy's time zone and holds on one weekday, from
`period_start` until the day before `period_end`. Office shifts stand still on a holiday, duty goes
on. An exception of one day or more takes somebody out (he is away) or puts him in (he works then
as well), and wins over the weekly shifts. Moments come in aware, in any zone, and go out in UTC.

The rules stand in docs/algorithms/routing.md (rosters), whose table the tests read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from balie.domain.policy import Policy
from balie.domain.policy_times import closing_minute, minute_of
from balie.domain.workdays import holidays_in, utc_moment, wall_clock_periods

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = 7
_MINUTES_A_DAY = 24 * 60
Period = tuple[datetime, datetime]


class UnreadableRoster(ValueError):
    """A shift or an exception says what cannot be; the message says what and what to do."""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One block that somebody works every week; `weekday` 0 is Monday.

    `ends` is exclusive; time(0, 0) ends the day, so a night is two shifts. `on_holidays` is true
    for duty. A `period_end` of None goes on for ever.
    """

    person: Hashable
    weekday: int
    starts: time
    ends: time
    on_holidays: bool = False
    period_start: date = date.min
    period_end: date | None = None

    def __post_init__(self) -> None:
        if self.weekday not in range(_WEEKDAYS):
            raise UnreadableRoster(f"weekday {self.weekday} is none; take 0 (Monday) to 6")
        _check_block(self.starts, self.ends)

    def holds_on(self, day: date) -> bool:
        """Whether the shift is worked in the week of `day`, on that day; holidays apart."""
        ended = self.period_end is not None and day >= self.period_end
        return day.weekday() == self.weekday and day >= self.period_start and not ended


@dataclass(frozen=True, kw_only=True)
class DifferentDays:
    """Days that differ from the week, from `period_start` until the day before `period_end`.

    Without `works` somebody is away, all day. With it he works that block too, on holidays as well.
    """

    person: Hashable
    period_start: date
    period_end: date
    works: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if self.period_end <= self.period_start:
            raise UnreadableRoster(
                f"days that differ end on {self.period_end}, not after they begin on "
                f"{self.period_start}; name the day after the last one"
            )
        if self.works is not None:
            _check_block(*self.works)

    def holds_on(self, day: date) -> bool:
        """Whether `day` is one of these days."""
        return self.period_start <= day < self.period_end


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Everybody's shifts and the days that differ."""

    shifts: tuple[Shift, ...] = ()
    exceptions: tuple[DifferentDays, ...] = ()

    @property
    def begins_on(self) -> date:
        """The first day that anybody has a shift; `date.min` when one was always there."""
        return min((one.period_start for one in self.shifts), default=date.min)

    def of(self, people: Iterable[Hashable]) -> Roster:
        """Return the roster of these people alone."""
        wanted = frozenset(people)
        return Roster(
            shifts=tuple(one for one in self.shifts if one.person in wanted),
            exceptions=tuple(one for one in self.exceptions if one.person in wanted),
        )


def _check_block(starts: time, ends: time) -> None:
    if starts.tzinfo is not None or ends.tzinfo is not None:
        raise UnreadableRoster(f"{starts}-{ends} names an offset; write wall clock times")
    if closing_minute(ends) <= minute_of(starts):
        raise UnreadableRoster(
            f"{starts:%H:%M}-{ends:%H:%M} ends before it starts; what goes past midnight is two "
            "shifts, the first until 00:00"
        )


def periods_on(day: date, *, roster: Roster, policy: Policy) -> dict[Hashable, tuple[Period, ...]]:
    """Return who works when on the local day: merged half-open periods in UTC per person."""
    is_holiday = day in holidays_in(day.year, policy=policy)
    differing = [one for one in roster.exceptions if one.holds_on(day)]
    away = {one.person for one in differing if one.works is None}
    blocks: dict[Hashable, list[tuple[int, int]]] = {}
    for shift in roster.shifts:
        stands_still = is_holiday and not shift.on_holidays
        if shift.holds_on(day) and not stands_still and shift.person not in away:
            blocks.setdefault(shift.person, []).append(_minutes(shift.starts, shift.ends))
    for one in differing:
        # Somebody who comes in on a day off comes in: the block that names him is the later word.
        if one.works is not None:
            blocks.setdefault(one.person, []).append(_minutes(*one.works))
    return {
        person: merged(wall_clock_periods(day, minutes, zone=policy.zone))
        for person, minutes in blocks.items()
    }


def on_duty(roster: Roster, *, at: datetime, policy: Policy) -> frozenset[Hashable]:
    """Return who is at work at the aware moment; the end of a shift is exclusive."""
    instant = utc_moment(at)
    day = instant.astimezone(policy.zone).date()
    return frozenset(
        person
        for person, periods in periods_on(day, roster=roster, policy=policy).items()
        if any(opens <= instant < closes for opens, closes in periods)
    )


def shifts_between(
    roster: Roster, *, start: datetime, end: datetime, policy: Policy
) -> dict[Hashable, tuple[Period, ...]]:
    """Return who works when between two aware moments: merged periods in UTC per person.

    A period that reaches over `start` or `end` is cut there. Nobody is in it who does not work.
    """
    first, last = utc_moment(start), utc_moment(end)
    found: dict[Hashable, list[Period]] = {}
    day = first.astimezone(policy.zone).date()
    while first < last and day <= (last - timedelta(microseconds=1)).astimezone(policy.zone).date():
        for person, periods in periods_on(day, roster=roster, policy=policy).items():
            found.setdefault(person, []).extend(_cut(periods, first, last))
        day += _ONE_DAY
    return {person: merged(periods) for person, periods in found.items() if periods}


def staffed(
    roster: Roster, *, start: datetime, end: datetime, policy: Policy
) -> tuple[Period, ...]:
    """Return when at least one person is at work between two aware moments, merged, in UTC."""
    everybody = shifts_between(roster, start=start, end=end, policy=policy)
    return merged(period for periods in everybody.values() for period in periods)


def staffed_seconds(roster: Roster, *, start: datetime, end: datetime, policy: Policy) -> float:
    """Return how many seconds between two aware moments somebody is at work."""
    periods = staffed(roster, start=start, end=end, policy=policy)
    return sum((closes - opens).total_seconds() for opens, closes in periods)


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return half-open periods in order, those that touch or overlap as one."""
    joined: list[Period] = []
    for opens, closes in sorted(periods):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _minutes(starts: time, ends: time) -> tuple[int, int]:
    return minute_of(starts), min(closing_minute(ends), _MINUTES_A_DAY)


def _cut(periods: Iterable[Period], first: datetime, last: datetime) -> list[Period]:
    cut = [(max(opens, first), min(closes, last)) for opens, closes in periods]
    return [
        (opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in cut if opens < closes
    ]

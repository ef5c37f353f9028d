"""Which asking moments a policy and a roster cannot keep, and what roster could.

A moment can be kept when somebody is at work for at least a minute between the question and its
due moment. The answer is found by trying every quarter of an hour of a period, holidays and the
change of the clock included. What would help is said in hours of duty: weekly ones for what
returns every week, single days for what a holiday makes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from balie.domain.policy import Policy
from balie.domain.promises import promise_for
from balie.domain.rosters import Period, Roster, Shift, staffed
from balie.domain.workdays import holidays_in, start_of_day

STEP = timedelta(minutes=15)
Hour = TypeVar("Hour", "WeeklyHour", "DayHour")
NEEDED_SECONDS = 60.0
# Duty is proposed within the day: nobody is asked to sit up for a promise.
HOURS = range(8, 22)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_NOON = 12


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An asking moment, its due moment (both in UTC), and whether it gets the same-day promise."""

    asked_at: datetime
    due_at: datetime
    same_day: bool


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Asking moments in a row that cannot be kept; half-open, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A stretch as it returns, on the wall clock: from a weekday and time to another."""

    weekday: int
    starts: time
    until_weekday: int
    ends: time
    times: int


@dataclass(frozen=True, order=True)
class WeeklyHour:
    """An hour of duty every week, holidays included; `weekday` 0 is Monday, `hour` local."""

    weekday: int
    hour: int


@dataclass(frozen=True, order=True)
class DayHour:
    """An hour of duty on one day; `hour` local."""

    day: date
    hour: int


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """What came of trying every moment from `period_start` until the day before `period_end`.

    `only_guarantee` counts the moments with no promise for the same day, `unkeepable` those before
    whose due moment nobody is at work. With `weekly` and `days` added to the roster `left` remain.
    """

    period_start: date
    period_end: date
    zone: ZoneInfo
    moments: int
    only_guarantee: int
    unkeepable: int
    stretches: tuple[Stretch, ...]
    weekly: tuple[WeeklyHour, ...]
    days: tuple[DayHour, ...]
    left: int

    @property
    def unkeepable_share(self) -> float:
        """The share of asking moments that cannot be kept, 0 to 1."""
        return self.unkeepable / self.moments if self.moments else 0.0

    @property
    def only_guarantee_share(self) -> float:
        """The share of asking moments without a promise for the same day, 0 to 1."""
        return self.only_guarantee / self.moments if self.moments else 0.0

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The stretches as they return, most frequent first."""
        walls = Counter(
            (start.weekday(), start.time(), end.weekday(), end.time())
            for start, end in (
                (one.starts_at.astimezone(self.zone), one.ends_at.astimezone(self.zone))
                for one in self.stretches
            )
        )
        return tuple(
            Pattern(weekday=day, starts=starts, until_weekday=until, ends=ends, times=times)
            for (day, starts, until, ends), times in walls.most_common()
        )


def year_to_try(year: int, *, roster: Roster) -> tuple[date, date]:
    """Return the days of a year to try, half-open: not those before there was a roster at all."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    return (max(first, roster.begins_on) if roster.begins_on < end else first), end


def office_roster(policy: Policy) -> Roster:
    """Return the roster that the office hours of the policy say by themselves."""
    return Roster(
        shifts=tuple(
            Shift(person="office", weekday=weekday, starts=opens, ends=closes)
            for weekday, blocks in enumerate(policy.office.hours.by_weekday)
            for opens, closes in blocks
        )
    )


@lru_cache(maxsize=16)
def feasibility(
    *, policy: Policy, roster: Roster, period_start: date, period_end: date
) -> Feasibility:
    """Try every quarter of an hour of a period; a year takes a second or two and is remembered.

    Raises ValueError for a period that is empty.
    """
    if period_end <= period_start:
        raise ValueError(f"the period ends on {period_end}, not after it begins; swap the two")
    moments = tuple(_moments(policy, period_start, period_end))
    lost = _lost(moments, roster, policy=policy)
    weekly = _weekly_hours(lost, policy=policy)
    still = _lost(lost, _with_weekly(roster, weekly), policy=policy)
    days = _cover(still, _day_hours, policy=policy)
    chosen = set(days)
    left = [one for one in still if not chosen.intersection(_day_hours(one, policy.zone))]
    return Feasibility(
        period_start=period_start,
        period_end=period_end,
        zone=policy.zone,
        moments=len(moments),
        only_guarantee=sum(not one.same_day for one in moments),
        unkeepable=len(lost),
        stretches=tuple(_stretches(lost)),
        weekly=tuple(sorted(weekly)),
        days=tuple(sorted(days)),
        left=len(left),
    )


def _moments(policy: Policy, first: date, end: date) -> Iterator[Moment]:
    asked = start_of_day(first, zone=policy.zone).astimezone(UTC)
    last = start_of_day(end, zone=policy.zone)
    while asked < last:
        promise = promise_for(asked_at=asked, policy=policy)
        yield Moment(
            asked_at=asked, due_at=promise.due_at, same_day=promise.same_day_by is not None
        )
        asked += STEP


def _lost(moments: Sequence[Moment], roster: Roster, *, policy: Policy) -> tuple[Moment, ...]:
    """Return the moments between which and their due moment nobody is at work for a minute."""
    if not moments:
        return ()
    end = max(one.due_at for one in moments)
    periods = staffed(roster, start=moments[0].asked_at, end=end, policy=policy)
    seconds = _Staffed(periods)
    return tuple(
        one
        for one in moments
        if seconds.until(one.due_at) - seconds.until(one.asked_at) < NEEDED_SECONDS
    )


class _Staffed:
    """How many seconds somebody was at work until a moment, looked up in a sorted list."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self._periods = periods
        self._opens = [opens for opens, _ in periods]
        self._before = [0.0]
        for opens, closes in periods:
            self._before.append(self._before[-1] + (closes - opens).total_seconds())

    def until(self, moment: datetime) -> float:
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return 0.0
        opens, closes = self._periods[index]
        return self._before[index] + (min(moment, closes) - opens).total_seconds()


def _stretches(lost: Iterable[Moment]) -> Iterator[Stretch]:
    ordered = enumerate(one.asked_at for one in lost)
    for _, run in groupby(ordered, key=lambda each: each[1] - each[0] * STEP):
        moments = [moment for _, moment in run]
        yield Stretch(starts_at=moments[0], ends_at=moments[-1] + STEP)


def _with_weekly(roster: Roster, weekly: Iterable[WeeklyHour]) -> Roster:
    duty = tuple(
        Shift(
            person="duty",
            weekday=one.weekday,
            starts=time(one.hour),
            ends=time(one.hour + 1),
            on_holidays=True,
        )
        for one in weekly
    )
    return Roster(shifts=(*roster.shifts, *duty), exceptions=roster.exceptions)


def _weekly_hours(lost: Sequence[Moment], *, policy: Policy) -> list[WeeklyHour]:
    """Choose weekly hours for what is lost in weeks without a holiday: that returns."""

    def is_plain(one: Moment) -> bool:
        days = {_local_day(moment, policy.zone) for moment in (one.asked_at, one.due_at)}
        return not any(day in holidays_in(day.year, policy=policy) for day in days)

    plain = [one for one in lost if is_plain(one)]
    return _cover(plain, _hours_of_week, policy=policy)


def _cover(
    moments: Iterable[Moment],
    hours_of: Callable[[Moment, ZoneInfo], Iterator[Hour]],
    *,
    policy: Policy,
) -> list[Hour]:
    """Choose hours until every moment has one that can have one; the most useful hour first."""
    waiting = [frozenset(hours_of(one, policy.zone)) for one in moments]
    chosen: list[Hour] = []
    while waiting:
        useful = Counter(hour for hours in waiting for hour in hours)
        if not useful:
            break
        # Of hours that help as much the one nearest to noon, and then the first.
        best = min(useful, key=lambda one: (-useful[one], abs(one.hour - _NOON), one))
        chosen.append(best)
        waiting = [hours for hours in waiting if best not in hours]
    return chosen


def _day_hours(one: Moment, zone: ZoneInfo) -> Iterator[DayHour]:
    """Yield the hours of duty that lie, for a minute at least, before the due moment."""
    for local in _hours_between(one, zone):
        yield DayHour(local.date(), local.hour)


def _hours_of_week(one: Moment, zone: ZoneInfo) -> Iterator[WeeklyHour]:
    for local in _hours_between(one, zone):
        yield WeeklyHour(local.weekday(), local.hour)


def _hours_between(one: Moment, zone: ZoneInfo) -> Iterator[datetime]:
    # Enough for the moments between two that were tried, too.
    needed = STEP + timedelta(seconds=NEEDED_SECONDS)
    hour = one.asked_at.replace(minute=0, second=0, microsecond=0)
    while hour < one.due_at:
        local = hour.astimezone(zone)
        overlap = min(hour + _HOUR, one.due_at) - max(hour, one.asked_at)
        if overlap >= needed and local.hour in HOURS:
            yield local
        hour += _HOUR


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()

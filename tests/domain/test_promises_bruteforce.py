"""A second engine, stepping through the office minute by minute, agrees with the first.

It shares nothing with it but the policy: integers of minutes since 1970 instead of datetimes,
the European rule for summer time instead of the time zone database, and the holidays of
another library. It asks of each single minute whether the office is open.
"""

from __future__ import annotations

import calendar
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
import pytest

from balie.domain.policy import Answers, Block, Holidays, Office, Policy, WeekHours
from balie.domain.promises import promise_for
from balie.domain.workdays import office_minutes_after

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
YEARS = range(2023, 2038)
MOMENTS, SEED = 10_000, 20_260_311
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def microseconds_of(moment: datetime) -> int:
    """Return the microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """Return the moment so many microseconds after 1970, in UTC."""
    return EPOCH + microseconds * MICROSECOND


@cache
def last_sunday_at_one(year: int, month: int) -> int:
    """Return the minute since 1970 of 01:00 UTC on the last Sunday of the month."""
    last = calendar.monthrange(year, month)[1]
    day = next(d for d in range(last, 0, -1) if calendar.weekday(year, month, d) == 6)
    return int((datetime(year, month, day, 1, tzinfo=UTC) - EPOCH).total_seconds()) // 60


CHANGES = [(last_sunday_at_one(year, 3), last_sunday_at_one(year, 10)) for year in YEARS]


def local_minute(minute: int) -> int:
    """Return what the clock in Amsterdam shows, as minutes since local midnight of 1970."""
    # Mean years: some hours off at New Year, when it is winter on both sides.
    summer = CHANGES[minute // 525_949 + 1970 - YEARS.start]
    return minute + (120 if summer[0] <= minute < summer[1] else 60)


THEIRS = holidays.country_holidays("NL", years=YEARS, language="nl")
GOOD_FRIDAYS = sorted(THEIRS.get_named("Goede Vrijdag"))
LUSTRUM_MAYS = [date(year, 5, 5) for year in YEARS if str(year)[-1] in "05"]


def closed_days(rules: Holidays) -> set[int]:
    """Return the holidays of all years as days since 1970, from the other library."""
    days = set(THEIRS)
    if not rules.good_friday:
        days.difference_update(GOOD_FRIDAYS)
    if rules.liberation_day == "always":
        days.update(date(year, 5, 5) for year in YEARS)
    if rules.liberation_day == "never":
        # In none of these years is 5 May another holiday as well.
        days.difference_update(LUSTRUM_MAYS)
    return {day.toordinal() - EPOCH.toordinal() for day in days.union(rules.extra)}


@dataclass
class Stepper:
    """The office as 7 rows of 1440 minutes, and the days on which it is closed."""

    policy: Policy
    closed: set[int] = field(init=False)
    early: set[int] = field(init=False)
    week: list[list[bool]] = field(init=False)
    busy_hours: list[list[bool]] = field(init=False)

    def __post_init__(self) -> None:
        """Write out every minute of the week."""
        self.closed = closed_days(self.policy.holidays)
        eves = [date(year, 12, day) for year in YEARS for day in (24, 31)]
        self.early = {day.toordinal() - EPOCH.toordinal() for day in eves}
        self.week = [[False] * 1440 for _ in range(7)]
        for row, blocks in zip(self.week, self.policy.office.hours.by_weekday, strict=True):
            for opens, closes in blocks:
                end = closes.hour * 60 + closes.minute if closes != time(0) else 1440
                for minute in range(opens.hour * 60 + opens.minute, end):
                    row[minute] = True
        self.busy_hours = [[any(row[h * 60 : h * 60 + 60]) for h in range(24)] for row in self.week]

    def is_open(self, minute: int) -> bool:
        """Return whether the office is open in this minute since 1970 (UTC)."""
        day, clock = divmod(local_minute(minute), 1440)
        rules = self.policy.holidays
        if day in self.closed:
            return False
        if rules.close_early and day in self.early:
            closing = rules.early_closing.hour * 60 + rules.early_closing.minute
            if clock >= closing:
                return False
        return self.week[(day + 3) % 7][clock]

    def usual_by(self, asked: int, minutes: int) -> int:
        """Return the microsecond at which so many office minutes have passed."""
        left, now = minutes * MINUTE, asked
        for _ in range(200_000):
            minute = now // MINUTE
            day, clock = divmod(local_minute(minute), 1440)
            if day in self.closed or not self.busy_hours[(day + 3) % 7][clock // 60]:
                # Nothing to see in this hour: on to the next full hour.
                now = (minute - clock % 60 + 60) * MINUTE
                continue
            step = (minute + 1) * MINUTE - now
            if self.is_open(minute):
                if left <= step:
                    return now + left
                left -= step
            now += step
        raise AssertionError("the office does not open again")

    def same_day_by(self, asked: int) -> int | None:
        """Return the first microsecond of the next local day, found by walking there."""
        minute = asked // MINUTE
        today, clock = divmod(local_minute(minute), 1440)
        cutoff = self.policy.answers.same_day_cutoff
        late = clock >= cutoff.hour * 60 + cutoff.minute
        if late or today in self.closed or (today + 3) % 7 > 4:
            return None
        while local_minute(minute) // 1440 == today:
            minute += 1
        return minute * MINUTE


def _random_day(pick: random.Random, *, chance: float) -> tuple[Block, ...]:
    if pick.random() > chance:
        return ()
    marks = sorted(pick.sample(range(1441), 2 * pick.randint(1, 3)))
    times = [time(mark // 60 % 24, mark % 60) for mark in marks]
    return tuple(zip(times[::2], times[1::2], strict=True))


def _random_policy(pick: random.Random) -> Policy:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    chances = (0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.3)
    week = {
        name: _random_day(pick, chance=chance) for name, chance in zip(names, chances, strict=True)
    }
    # So that there is an end to every wait.
    week["tuesday"] = ((time(9, 3), time(12, 17)), (time(12, 59), time(17, 1)))
    extra = {FIRST.date() + timedelta(days=pick.randrange(4_383)) for _ in range(200)}
    return Policy(
        answers=Answers(
            guarantee_hours=pick.randint(4, 96),
            same_day_cutoff=time(pick.randint(1, 23), pick.randint(0, 59)),
            usual_minutes=pick.randint(1, 240),
        ),
        office=Office(hours=WeekHours(**week)),
        holidays=Holidays(
            good_friday=pick.random() < 0.5,
            liberation_day=pick.choice(["lustrum", "always", "never"]),
            close_early=pick.random() < 0.7,
            early_closing=time(pick.randint(10, 18), pick.randint(0, 59)),
            extra=tuple(sorted(extra)),
        ),
    )


def _policies() -> list[Policy]:
    pick = random.Random(SEED)
    return [Policy(), *(_random_policy(pick) for _ in range(9))]


POLICIES = _policies()


def _random_moments(pick: random.Random, count: int) -> list[datetime]:
    span = (LAST - FIRST) // MICROSECOND
    return [FIRST + pick.randrange(span) * MICROSECOND for _ in range(count)]


def _edge_day(pick: random.Random) -> date:
    """Return a day around which the rules turn: clock change, Christmas, year end or Easter."""
    year = pick.randrange(2024, 2036)
    change = pick.choice(CHANGES[year - YEARS.start])
    return pick.choice(
        [
            (EPOCH + timedelta(minutes=change)).date(),
            date(year, 12, pick.choice([23, 24, 30, 31])),
            GOOD_FRIDAYS[year - YEARS.start] + timedelta(days=pick.randint(-1, 4)),
            date(year, 4, pick.randint(25, 28)),
            date(year, 5, pick.randint(4, 5)),
        ]
    )


def _edge_moments(pick: random.Random, policy: Policy, count: int) -> list[datetime]:
    """Return moments on, just before and just after what the rules turn on."""
    turns = {time(0), policy.answers.same_day_cutoff, policy.holidays.early_closing}
    turns |= {side for day in policy.office.hours.by_weekday for block in day for side in block}
    offsets = [timedelta(hours=1), timedelta(hours=2)]
    nears = [microseconds * MICROSECOND for microseconds in (-30_000_000, -1, 0, 1, 90_000_000)]
    return [
        datetime.combine(_edge_day(pick), pick.choice(sorted(turns)), tzinfo=UTC)
        - pick.choice(offsets)
        + pick.choice(nears)
        for _ in range(count)
    ]


def _stepped(stepper: Stepper, asked_at: datetime) -> tuple[datetime | None, ...]:
    """Return what the second engine promises, and where the usual minutes end in any case."""
    answers = stepper.policy.answers
    asked = microseconds_of(asked_at)
    guaranteed = asked + answers.guarantee_hours * 60 * MINUTE
    same_day = stepper.same_day_by(asked)
    usual = moment_of(stepper.usual_by(asked, answers.usual_minutes))
    return (
        moment_of(guaranteed),
        None if same_day is None else moment_of(same_day),
        usual if stepper.is_open(asked // MINUTE) else None,
        moment_of(guaranteed if same_day is None else min(guaranteed, same_day)),
        usual,
    )


def _promised(policy: Policy, asked_at: datetime) -> tuple[datetime | None, ...]:
    """Return the same from the engine of the house."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    return (
        promise.guaranteed_by,
        promise.same_day_by,
        promise.usual_by,
        promise.due_at,
        office_minutes_after(asked_at, policy.answers.usual_minutes, policy=policy),
    )


def _disagreements(*, stepped: Policy, promised: Policy, moments: list[datetime]) -> list[str]:
    stepper = Stepper(stepped)
    both = [(at, _stepped(stepper, at), _promised(promised, at)) for at in moments]
    return [f"{at}: {got} is not {expected}" for at, expected, got in both if got != expected]


@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_engines_agree_on_random_moments(number: int) -> None:
    policy = POLICIES[number]
    moments = _random_moments(random.Random(SEED + number), MOMENTS // len(POLICIES))

    assert _disagreements(stepped=policy, promised=policy, moments=moments) == []


@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_engines_agree_on_edges(number: int) -> None:
    policy = POLICIES[number]
    moments = _edge_moments(random.Random(SEED - number), policy, 500)

    assert _disagreements(stepped=policy, promised=policy, moments=moments) == []


@pytest.mark.parametrize(
    "changed",
    [
        Policy(answers=Answers(same_day_cutoff=time(20, 1))),
        Policy(answers=Answers(usual_minutes=61)),
        Policy(office=Office(hours=WeekHours(monday=((time(9), time(17, 1)),)))),
        Policy(office=Office(hours=WeekHours(friday=((time(9), time(16, 59)),)))),
        Policy(office=Office(timezone="Europe/London")),
        Policy(holidays=Holidays(good_friday=True)),
        Policy(holidays=Holidays(liberation_day="always")),
        Policy(holidays=Holidays(liberation_day="never")),
        Policy(holidays=Holidays(close_early=True)),
    ],
    ids=[
        "cut-off",
        "minutes",
        "closing",
        "friday",
        "zone",
        "good-friday",
        "5-may",
        "none",
        "early",
    ],
)
def test_engines_disagree_on_another_policy(changed: Policy) -> None:
    moments = _edge_moments(random.Random(SEED), Policy(), 500)

    assert _disagreements(stepped=Policy(), promised=changed, moments=moments)

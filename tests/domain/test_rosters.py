"""Who is at work when: weekly shifts, days that differ, holidays, and the change of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.policy import Policy
from balie.domain.rosters import (
    DifferentDays,
    Roster,
    Shift,
    UnreadableRoster,
    on_duty,
    periods_on,
    shifts_between,
    staffed,
    staffed_seconds,
)

POLICY = Policy()
MONDAY = date(2026, 3, 9)
DAY = timedelta(days=1)


def utc(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def office(person: str, *weekdays: int, starts: int = 9, ends: int = 17) -> list[Shift]:
    return [
        Shift(person=person, weekday=day, starts=time(starts), ends=time(ends)) for day in weekdays
    ]


def test_shift_holds_on_its_weekday_and_its_end_is_exclusive() -> None:
    roster = Roster(shifts=tuple(office("marit", 0)))

    assert on_duty(roster, at=utc(9, 8), policy=POLICY) == {"marit"}
    assert on_duty(roster, at=utc(9, 7, 59), policy=POLICY) == frozenset()
    assert on_duty(roster, at=utc(9, 16), policy=POLICY) == frozenset()
    assert on_duty(roster, at=utc(10, 8), policy=POLICY) == frozenset()


def test_shift_until_midnight_lasts_until_the_end_of_the_day() -> None:
    night = Shift(person="joris", weekday=0, starts=time(20), ends=time(0))

    periods = periods_on(MONDAY, roster=Roster(shifts=(night,)), policy=POLICY)

    assert periods == {"joris": ((utc(9, 19), utc(9, 23)),)}


def test_shift_holds_within_its_period_alone() -> None:
    shift = Shift(
        person="marit",
        weekday=0,
        starts=time(9),
        ends=time(17),
        period_start=MONDAY,
        period_end=MONDAY + 7 * DAY,
    )
    roster = Roster(shifts=(shift,))

    worked = [
        bool(periods_on(MONDAY + weeks * 7 * DAY, roster=roster, policy=POLICY))
        for weeks in (-1, 0, 1)
    ]

    assert worked == [False, True, False]


def test_office_stands_still_on_a_holiday_and_duty_goes_on() -> None:
    easter_monday = date(2026, 4, 6)
    duty = Shift(person="joris", weekday=0, starts=time(10), ends=time(12), on_holidays=True)

    periods = periods_on(
        easter_monday, roster=Roster(shifts=(*office("marit", 0), duty)), policy=POLICY
    )

    assert list(periods) == ["joris"]


def test_somebody_away_works_no_shift_on_those_days() -> None:
    away = DifferentDays(person="marit", period_start=MONDAY, period_end=MONDAY + DAY)
    roster = Roster(shifts=tuple(office("marit", 0, 1)), exceptions=(away,))

    assert periods_on(MONDAY, roster=roster, policy=POLICY) == {}
    assert list(periods_on(MONDAY + DAY, roster=roster, policy=POLICY)) == ["marit"]


def test_somebody_who_works_besides_his_shifts_is_there_on_a_holiday_too() -> None:
    new_year = date(2026, 1, 1)
    extra = DifferentDays(
        person="marit",
        period_start=new_year,
        period_end=new_year + DAY,
        works=(time(10), time(12)),
    )

    periods = periods_on(new_year, roster=Roster(exceptions=(extra,)), policy=POLICY)

    assert periods == {"marit": ((utc(1, 9, month=1), utc(1, 11, month=1)),)}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 6), (date(2026, 3, 29), 5), (date(2026, 10, 25), 7)],
    ids=["plain", "spring", "autumn"],
)
def test_night_of_the_clock_change_is_as_long_as_it_lasts(day: date, hours: int) -> None:
    night = Shift(person="joris", weekday=day.weekday(), starts=time(0), ends=time(6))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)

    seconds = staffed_seconds(
        Roster(shifts=(night,)), start=start, end=start + 2 * DAY, policy=POLICY
    )

    assert seconds == hours * 3600


def test_shifts_are_cut_at_both_ends_and_merged() -> None:
    roster = Roster(
        shifts=(
            *office("marit", 0, starts=9, ends=13),
            *office("marit", 0, starts=12, ends=17),
            *office("joris", 0, starts=17, ends=20),
        )
    )

    window = {"start": utc(9, 9), "end": utc(9, 18)}

    assert shifts_between(roster, **window, policy=POLICY) == {
        "marit": ((utc(9, 9), utc(9, 16)),),
        "joris": ((utc(9, 16), utc(9, 18)),),
    }
    assert staffed(roster, **window, policy=POLICY) == ((utc(9, 9), utc(9, 18)),)
    assert staffed(roster, start=utc(9, 9), end=utc(9, 9), policy=POLICY) == ()
    assert roster.of(["joris"]).shifts == tuple(office("joris", 0, starts=17, ends=20))


@pytest.mark.parametrize(
    ("starts", "ends"), [(time(17), time(9)), (time(9), time(9)), (time(22), time(6))]
)
def test_shift_that_ends_before_it_starts_is_refused(starts: time, ends: time) -> None:
    with pytest.raises(UnreadableRoster, match="two shifts"):
        Shift(person="marit", weekday=0, starts=starts, ends=ends)


def test_days_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(UnreadableRoster, match="the day after the last one"):
        DifferentDays(person="marit", period_start=MONDAY, period_end=MONDAY)


def test_weekday_that_is_none_is_refused() -> None:
    with pytest.raises(UnreadableRoster, match="0 \\(Monday\\) to 6"):
        Shift(person="marit", weekday=7, starts=time(9), ends=time(17))


@given(seed=st.integers(min_value=0, max_value=10**6))
def test_periods_say_the_same_as_asking_at_each_moment(seed: int) -> None:
    chance = Random(seed)
    roster = _any_roster(chance)
    start = utc(27, 12) if seed % 2 else utc(23, 12, month=10)
    end = start + 4 * DAY

    periods = staffed(roster, start=start, end=end, policy=POLICY)

    for _ in range(40):
        moment = start + timedelta(minutes=chance.randrange(4 * 24 * 60))
        inside = any(opens <= moment < closes for opens, closes in periods)
        assert inside == bool(on_duty(roster, at=moment, policy=POLICY)), moment


@given(seed=st.integers(min_value=0, max_value=10**6))
def test_one_more_shift_never_staffs_less(seed: int) -> None:
    chance = Random(seed)
    roster = _any_roster(chance)
    more = Roster(
        shifts=(*roster.shifts, *office("ilse", chance.randrange(7))), exceptions=roster.exceptions
    )
    window = {"start": utc(1, 0), "end": utc(15, 0)}

    assert staffed_seconds(more, **window, policy=POLICY) >= staffed_seconds(
        roster, **window, policy=POLICY
    )


def _any_roster(chance: Random) -> Roster:
    shifts = []
    for _ in range(chance.randrange(1, 9)):
        starts = chance.randrange(23)
        shifts.append(
            Shift(
                person=chance.choice("ABC"),
                weekday=chance.randrange(7),
                starts=time(starts, chance.choice((0, 30))),
                ends=time((chance.randrange(starts + 1, 24) + 1) % 24),
                on_holidays=chance.random() < 0.5,
            )
        )
    day = date(2026, 3, 1) + chance.randrange(240) * DAY
    away = DifferentDays(person="A", period_start=day, period_end=day + 9 * DAY)
    return Roster(shifts=tuple(shifts), exceptions=(away,))

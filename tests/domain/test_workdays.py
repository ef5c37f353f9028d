"""Two calendars, checked against other libraries, and the minutes of the office."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays as other_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.policy import Block, Collecting, Holidays, Office, Policy, WeekHours
from balie.domain.workdays import (
    UnableToFindWorkingDay,
    add_target_days,
    add_working_days,
    charge_back_until,
    easter_sunday,
    final_on,
    holidays_in,
    is_office_open,
    is_target_day,
    is_working_day,
    next_target_day,
    next_working_day,
    office_minutes_after,
    office_periods,
    start_of_day,
)

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "promise-clock.md"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
POLICY = Policy()
YEARS = range(2024, 2036)
DAYS = [
    date(YEARS.start, 1, 1) + timedelta(days=ahead)
    for ahead in range((date(YEARS.stop, 1, 1) - date(YEARS.start, 1, 1)).days)
]
DAY = timedelta(days=1)


def _local(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    microsecond: int = 0,
    *,
    fold: int = 0,
) -> datetime:
    clock = time(hour, minute, second, microsecond, AMSTERDAM, fold=fold)
    return datetime.combine(date(year, month, day), clock)


def _office(*blocks: Block) -> Policy:
    """Return a policy whose office keeps the same blocks on all seven days."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return Policy(office=Office(hours=WeekHours(**dict.fromkeys(names, blocks))))


# --- Dutch holidays ------------------------------------------------------------------------------
def test_easter_sunday_is_that_of_the_other_calendar() -> None:
    years = range(1966, 2101)

    theirs = other_calendar.country_holidays("NL", years=years, language="nl")

    assert [easter_sunday(year) for year in years] == sorted(theirs.get_named("Eerste paasdag"))


@pytest.mark.parametrize("year", YEARS)
def test_holidays_in_is_the_other_calendar_without_good_friday(year: int) -> None:
    theirs = other_calendar.country_holidays("NL", years=year, language="nl")
    good_friday = theirs.get_named("Goede Vrijdag")
    with_good_friday = Policy(holidays=Holidays(good_friday=True))

    assert holidays_in(year, policy=POLICY) == set(theirs) - set(good_friday)
    assert holidays_in(year, policy=with_good_friday) == set(theirs)


@pytest.mark.parametrize(
    ("liberation_day", "years"),
    [("lustrum", [2025, 2030, 2035]), ("always", list(YEARS)), ("never", [])],
)
def test_liberation_day_by_switch(liberation_day: str, years: list[int]) -> None:
    policy = Policy(holidays=Holidays(liberation_day=liberation_day))
    # Ascension Day falls on 5 May in none of these years.
    closed = [year for year in YEARS if date(year, 5, 5) in holidays_in(year, policy=policy)]

    assert closed == years


def test_kings_day_on_a_sunday_is_the_saturday_before() -> None:
    closed = holidays_in(2025, policy=POLICY)

    assert date(2025, 4, 26) in closed
    assert date(2025, 4, 27) not in closed


def test_extra_holidays_close_their_own_year_only() -> None:
    policy = Policy(holidays=Holidays(extra=(date(2026, 5, 15), date(2027, 5, 7))))

    assert not is_working_day(date(2026, 5, 15), policy=policy)
    assert not is_working_day(date(2027, 5, 7), policy=policy)
    assert holidays_in(2026, policy=policy) == holidays_in(2026, policy=POLICY) | {
        date(2026, 5, 15)
    }
    assert holidays_in(2028, policy=policy) == holidays_in(2028, policy=POLICY)


# --- working days --------------------------------------------------------------------------------
def test_is_working_day_knows_nothing_of_office_hours() -> None:
    saturdays = _office((time(9), time(17)))
    never = _office()

    assert not is_working_day(date(2026, 3, 14), policy=saturdays)
    assert is_working_day(date(2026, 3, 11), policy=never)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 3, 11), date(2026, 3, 11)),
        (date(2026, 3, 14), date(2026, 3, 16)),
        (date(2026, 4, 4), date(2026, 4, 7)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_next_working_day_is_the_day_itself_or_later(day: date, following: date) -> None:
    assert next_working_day(day, policy=POLICY) == following


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 3, 11), 2, date(2026, 3, 13)),
        (date(2026, 3, 11), 5, date(2026, 3, 18)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 3, 14), 0, date(2026, 3, 14)),
        (date(2026, 4, 2), 2, date(2026, 4, 7)),
        (date(2026, 3, 16), -1, date(2026, 3, 13)),
        (date(2026, 12, 24), 5, date(2027, 1, 4)),
    ],
)
def test_add_working_days(day: date, n: int, expected: date) -> None:
    assert add_working_days(day, n, policy=POLICY) == expected


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), n=st.integers(1, 30))
def test_add_working_days_counts_as_many_as_asked(day: date, n: int) -> None:
    later = add_working_days(day, n, policy=POLICY)

    between = [day + ahead * DAY for ahead in range(1, (later - day).days + 1)]
    assert sum(is_working_day(step, policy=POLICY) for step in between) == n
    assert is_working_day(later, policy=POLICY)
    assert add_working_days(later, -n, policy=POLICY) == add_working_days(
        next_working_day(day + DAY, policy=POLICY), -1, policy=POLICY
    )


def test_next_working_day_when_all_days_are_closed() -> None:
    extra = tuple(date(2026, 1, 1) + ahead * DAY for ahead in range(3_700))
    policy = Policy(holidays=Holidays(extra=extra))

    with pytest.raises(UnableToFindWorkingDay, match=r"shorten holidays\.extra of the policy"):
        next_working_day(date(2026, 1, 1), policy=policy)
    with pytest.raises(UnableToFindWorkingDay):
        add_working_days(date(2026, 1, 1), 1, policy=policy)


# --- TARGET --------------------------------------------------------------------------------------
def test_is_target_day_is_the_other_calendar() -> None:
    theirs = other_calendar.financial_holidays("XECB", years=YEARS)

    closed = {day for day in DAYS if not is_target_day(day)}
    assert closed == {day for day in DAYS if day in theirs or day.weekday() > 4}


def test_calendars_differ_where_banks_work_and_the_office_does_not() -> None:
    weekdays = [day for day in DAYS if day.year == 2026 and day.weekday() < 5]

    office_only = [day for day in weekdays if not is_target_day(day)]
    banks_only = [day for day in weekdays if not is_working_day(day, policy=POLICY)]
    assert set(office_only) - set(banks_only) == {date(2026, 4, 3), date(2026, 5, 1)}
    assert set(banks_only) - set(office_only) == {
        date(2026, 4, 27),
        date(2026, 5, 14),
        date(2026, 5, 25),
    }


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2027, 3, 26), date(2027, 3, 30)),
        (date(2028, 4, 14), date(2028, 4, 18)),
        (date(2026, 5, 1), date(2026, 5, 4)),
    ],
)
def test_next_target_day_is_the_day_itself_or_later(day: date, following: date) -> None:
    assert next_target_day(day) == following


def test_add_target_days_forward_and_back() -> None:
    assert add_target_days(date(2026, 12, 1), 5) == date(2026, 12, 8)
    assert add_target_days(date(2027, 3, 30), -2) == date(2027, 3, 24)
    assert add_target_days(date(2027, 3, 26), 0) == date(2027, 3, 26)


def _charge_backs() -> list[tuple[date, date, date]]:
    lines = DOC.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        (date.fromisoformat(row[0]), date.fromisoformat(row[1]), date.fromisoformat(row[2]))
        for row in rows
        if len(row) == 4 and row[0].startswith("20")
    ]


def test_charge_back_of_the_document() -> None:
    rows = _charge_backs()

    assert len(rows) == 3
    assert rows == [
        (day, charge_back_until(day, policy=POLICY), final_on(day, policy=POLICY))
        for day, _, _ in rows
    ]


def test_charge_back_follows_the_figures_of_the_policy() -> None:
    policy = Policy(collecting=Collecting(refund_days=10, final_extra_target_days=1))

    assert charge_back_until(date(2026, 12, 1), policy=policy) == date(2026, 12, 11)
    assert final_on(date(2026, 12, 1), policy=policy) == date(2026, 12, 14)


# --- office hours --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ((8, 59, 59, 999_999), False),
        ((9,), True),
        ((16, 59, 59, 999_999), True),
        ((17,), False),
    ],
)
def test_is_office_open_includes_opening_not_closing(
    clock: tuple[int, ...], *, is_open: bool
) -> None:
    assert is_office_open(_local(2026, 3, 11, *clock), policy=POLICY) is is_open


def test_is_office_open_until_midnight() -> None:
    policy = _office((time(18), time(0)))

    assert is_office_open(_local(2026, 3, 11, 23, 59, 59), policy=policy)
    assert not is_office_open(_local(2026, 3, 12), policy=policy)


def test_office_that_never_closes_is_one_stretch_of_time() -> None:
    policy = _office((time(0), time(0)))

    # A week with a clock change in it: elapsed minutes.
    start = _local(2026, 3, 26, 12)
    assert office_minutes_after(start, 7 * 1440, policy=policy) == start.astimezone(
        UTC
    ) + timedelta(days=7)


def test_office_minutes_after_stands_still_over_lunch() -> None:
    policy = _office((time(9), time(12, 30)), (time(13), time(17)))

    assert office_minutes_after(_local(2026, 3, 11, 12), 60, policy=policy) == _local(
        2026, 3, 11, 13, 30
    )
    assert office_minutes_after(_local(2026, 3, 11, 11, 30), 60, policy=policy) == _local(
        2026, 3, 11, 12, 30
    )


def test_office_minutes_after_in_adjoining_blocks() -> None:
    policy = _office((time(9), time(12)), (time(12), time(17)))

    assert office_minutes_after(_local(2026, 3, 11, 11, 30), 60, policy=policy) == _local(
        2026, 3, 11, 12, 30
    )


def test_office_minutes_after_counts_saturday_hours() -> None:
    policy = Policy(office=Office(hours=WeekHours(saturday=((time(10), time(12)),))))

    assert office_minutes_after(_local(2026, 3, 13, 16, 30), 60, policy=policy) == _local(
        2026, 3, 14, 10, 30
    )


def test_office_minutes_after_early_closing() -> None:
    policy = Policy(holidays=Holidays(close_early=True, early_closing=time(15)))

    assert not is_office_open(_local(2026, 12, 24, 15), policy=policy)
    assert is_office_open(_local(2026, 12, 23, 15), policy=policy)
    assert is_working_day(date(2026, 12, 24), policy=policy)
    assert office_minutes_after(_local(2026, 12, 24, 14, 30), 60, policy=policy) == _local(
        2026, 12, 28, 9, 30
    )
    assert office_minutes_after(_local(2026, 12, 31, 14, 30), 60, policy=policy) == _local(
        2027, 1, 4, 9, 30
    )


def test_early_closing_before_opening_leaves_the_office_shut() -> None:
    policy = Policy(holidays=Holidays(close_early=True, early_closing=time(8)))

    assert office_periods(date(2026, 12, 24), policy=policy) == ()


def test_skipped_hour_counts_for_nothing() -> None:
    policy = _office((time(1, 30), time(3, 30)))

    assert office_periods(date(2026, 3, 29), policy=policy) == (
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    )
    assert office_minutes_after(_local(2026, 3, 29, 1, 30), 60, policy=policy) == _local(
        2026, 3, 29, 3, 30
    )


def test_block_inside_the_skipped_hour_does_not_exist() -> None:
    policy = _office((time(2, 10), time(2, 50)))

    assert office_periods(date(2026, 3, 29), policy=policy) == ()


def test_hour_that_comes_twice_counts_twice() -> None:
    policy = _office((time(2), time(2, 20)), (time(2, 40), time(3)))

    periods = office_periods(date(2026, 10, 25), policy=policy)

    starts = [
        datetime(2026, 10, 25, hour, minute, tzinfo=UTC) for hour in (0, 1) for minute in (0, 40)
    ]
    assert periods == tuple((start, start + timedelta(minutes=20)) for start in starts)
    assert is_office_open(_local(2026, 10, 25, 2, 45), policy=policy)
    assert is_office_open(_local(2026, 10, 25, 2, 45, fold=1), policy=policy)
    assert office_minutes_after(starts[0], 60, policy=policy) == starts[2] + timedelta(minutes=20)


def test_start_of_day_has_the_offset_of_that_night() -> None:
    days = [date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(2026, 10, 26)]

    assert [start_of_day(day, zone=AMSTERDAM) for day in days] == [
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    ]


def test_office_minutes_after_zero_minutes_is_the_moment() -> None:
    asked_at = _local(2026, 3, 14, 11)

    assert office_minutes_after(asked_at, 0, policy=POLICY) == asked_at
    assert office_minutes_after(asked_at, 0, policy=_office()) == asked_at


def test_office_minutes_after_refuses_what_it_cannot_count() -> None:
    with pytest.raises(ValueError, match="-1 minutes lie in the past"):
        office_minutes_after(_local(2026, 3, 11, 10), -1, policy=POLICY)
    with pytest.raises(ValueError, match="has no UTC offset"):
        office_minutes_after(datetime(2026, 3, 11, 10), 60, policy=POLICY)  # noqa: DTZ001


def test_office_minutes_after_beyond_the_horizon_is_none() -> None:
    assert office_minutes_after(_local(2026, 3, 11, 10), 60, policy=_office()) is None
    assert office_minutes_after(_local(2026, 3, 11, 10), 3_000_000, policy=POLICY) is None


def test_office_minutes_after_at_the_end_of_the_calendar_ends() -> None:
    last = datetime(9999, 12, 31, 12, tzinfo=UTC)

    assert office_minutes_after(last, 60, policy=POLICY) is None


def test_office_minutes_after_an_office_of_three_minutes_a_week() -> None:
    week = WeekHours(
        monday=((time(9), time(9, 3)),), tuesday=(), wednesday=(), thursday=(), friday=()
    )
    policy = Policy(office=Office(hours=week))

    late = office_minutes_after(_local(2026, 3, 9, 9), 1440, policy=policy)

    assert late is not None
    assert late.astimezone(AMSTERDAM).weekday() == 0
    assert late.year == 2035

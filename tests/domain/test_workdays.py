"""Two calendars, checked against other libraries, and the minutes of the office."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

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
    collection_date_for,
    easter_sunday,
    final_on,
    holidays_in,
    is_target_day,
    is_working_day,
    next_target_day,
    next_working_day,
)

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "promise-clock.md"
POLICY = Policy()
YEARS = range(2024, 2036)
DAYS = [
    date(YEARS.start, 1, 1) + timedelta(days=ahead)
    for ahead in range((date(YEARS.stop, 1, 1) - date(YEARS.start, 1, 1)).days)
]
DAY = timedelta(days=1)


def _office(*blocks: Block) -> Policy:
    """Return a policy whose office keeps the same blocks on all seven days."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return Policy(office=Office(hours=WeekHours(**dict.fromkeys(names, blocks))))


# --- Dutch holidays ------------------------------------------------------------------------------
def test_easter_sunday_is_that_of_the_other_calendar() -> None:
    years = range(1966, 2101)

    theirs = other_calendar.country_holidays("NL", years=years, language="nl")

    assert [easter_sunday(year) for year in years] == sorted(theirs.get_named("Eerste paasdag"))


@pytest.mark.parametrize(
    "day",
    # From printed tables: the earliest and the latest that there can be, and two of the 1700s.
    [
        date(1707, 4, 24),
        date(1710, 4, 20),
        date(1818, 3, 22),
        date(1886, 4, 25),
        date(1943, 4, 25),
        date(2285, 3, 22),
    ],
)
def test_easter_sunday_of_far_years(day: date) -> None:
    assert easter_sunday(day.year) == day


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


# --- announced and handed in ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "days", "lead", "expected"),
    [
        (date(2026, 3, 11), 3, 2, date(2026, 3, 16)),
        (date(2026, 3, 9), 3, 2, date(2026, 3, 12)),
        (date(2026, 3, 13), 3, 2, date(2026, 3, 17)),
        (date(2026, 4, 1), 1, 1, date(2026, 4, 7)),
        (date(2026, 4, 2), 1, 1, date(2026, 4, 7)),
        (date(2026, 4, 24), 3, 1, date(2026, 4, 27)),
        (date(2026, 12, 1), 14, 2, date(2026, 12, 15)),
    ],
)
def test_collection_date_for(today: date, days: int, lead: int, expected: date) -> None:
    policy = Policy(collecting=Collecting(prenotification_days=days, lead_target_days=lead))

    assert collection_date_for(today, policy=policy) == expected

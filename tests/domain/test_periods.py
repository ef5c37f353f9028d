"""Billing periods touch, never overlap and stay on their anchor."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.periods import Term, add_months, term_end

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
TERMS = st.sampled_from(["month", "year"])


def _starts(start: date, *, term: Term, anchor_day: int, count: int) -> list[date]:
    starts = [start]
    for _ in range(count):
        starts.append(term_end(starts[-1], term=term, anchor_day=anchor_day))
    return starts


def test_term_end_of_a_month_end_comes_back_to_the_31st() -> None:
    assert _starts(date(2027, 12, 31), term="month", anchor_day=31, count=5) == [
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
        date(2028, 4, 30),
        date(2028, 5, 31),
    ]


def test_term_end_of_a_leap_day_comes_back_in_a_leap_year() -> None:
    assert _starts(date(2024, 2, 29), term="year", anchor_day=29, count=4) == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_term_end_of_an_ordinary_day_is_the_same_day() -> None:
    assert term_end(date(2026, 11, 23), term="month", anchor_day=23) == date(2026, 12, 23)
    assert term_end(date(2026, 12, 23), term="month", anchor_day=23) == date(2027, 1, 23)
    assert term_end(date(2026, 11, 23), term="year", anchor_day=23) == date(2027, 11, 23)


def test_term_end_refuses_an_unknown_term() -> None:
    with pytest.raises(ValueError, match='"month" or "year"'):
        term_end(date(2026, 11, 23), term="week", anchor_day=23)


@pytest.mark.parametrize("anchor_day", [0, 32])
def test_term_end_refuses_an_anchor_that_is_no_day(anchor_day: int) -> None:
    with pytest.raises(ValueError, match="1 to 31"):
        term_end(date(2026, 11, 23), term="month", anchor_day=anchor_day)


@pytest.mark.parametrize("start", [date(2026, 11, 22), date(2026, 2, 27)])
def test_term_end_refuses_a_start_beside_its_anchor(start: date) -> None:
    with pytest.raises(ValueError, match="does not begin on"):
        term_end(start, term="month", anchor_day=30)


@given(start=DAYS, term=TERMS)
def test_periods_touch_without_overlap_and_stay_anchored(start: date, term: Term) -> None:
    starts = _starts(start, term=term, anchor_day=start.day, count=30)

    for begin, end in pairwise(starts):
        assert 28 <= (end - begin).days <= (31 if term == "month" else 366)
        days_in_month = calendar.monthrange(end.year, end.month)[1]
        assert end.day == min(start.day, days_in_month)
        months = (end.year - begin.year) * 12 + end.month - begin.month
        assert months == (1 if term == "month" else 12)


@given(start=DAYS)
def test_twelve_monthly_periods_are_one_yearly_period(start: date) -> None:
    by_month = _starts(start, term="month", anchor_day=start.day, count=12)[-1]

    assert by_month == term_end(start, term="year", anchor_day=start.day)


@given(day=DAYS, months=st.integers(-60, 60))
def test_add_months_keeps_the_day_or_takes_the_last_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )

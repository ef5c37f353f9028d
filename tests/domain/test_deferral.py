"""Revenue by the month in which it is earned: months that add up, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.deferral import earned_per_month


def test_year_from_mid_month_is_earned_by_its_days() -> None:
    earned = earned_per_month(12000, period_start=date(2026, 11, 16), period_end=date(2027, 11, 16))

    assert len(earned) == 13
    assert earned[date(2026, 11, 1)] == 493  # 15 of 365 days: 493.15
    assert earned[date(2026, 12, 1)] == 1019  # 46 of 365 days: 1512.33, less 493
    assert sum(earned.values()) == 12000


def test_month_is_earned_in_its_month() -> None:
    earned = earned_per_month(1000, period_start=date(2026, 2, 1), period_end=date(2026, 3, 1))

    assert earned == {date(2026, 2, 1): 1000}


def test_period_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="a day at least"):
        earned_per_month(1, period_start=date(2026, 2, 1), period_end=date(2026, 2, 1))


@given(
    cents=st.integers(min_value=-(10**9), max_value=10**9),
    start=st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)),
    days=st.integers(min_value=1, max_value=1200),
)
def test_months_always_add_up_and_are_a_cent_out_at_most(
    cents: int, start: date, days: int
) -> None:
    end = start + timedelta(days=days)

    earned = earned_per_month(cents, period_start=start, period_end=end)

    assert sum(earned.values()) == cents
    for month, share in earned.items():
        following = (month + timedelta(days=32)).replace(day=1)
        length = (min(following, end) - max(month, start)).days
        assert abs(share - cents * length / days) <= 1

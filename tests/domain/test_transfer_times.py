"""How long transfers took, in working days from the bank's value date."""

from datetime import date

import pytest

from balie.domain.policy import Policy
from balie.domain.transfer_times import transfer_times, working_days_taken

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
POLICY = Policy()


@pytest.mark.parametrize(
    ("valued_on", "placed_on", "days"),
    [
        (MONDAY, MONDAY, 0),
        (MONDAY, date(2026, 11, 24), 1),
        (FRIDAY, date(2026, 11, 30), 1),  # over the weekend
        (FRIDAY, date(2026, 11, 29), 0),  # placed on a Sunday
        (date(2026, 12, 24), date(2026, 12, 28), 1),  # over Christmas
        (MONDAY, FRIDAY, 4),
        (FRIDAY, MONDAY, 0),  # the bank may value a day later than it books
    ],
)
def test_working_days_are_counted_from_the_value_date(
    valued_on: date, placed_on: date, days: int
) -> None:
    assert working_days_taken(valued_on, placed_on, policy=POLICY) == days


def test_transfers_are_counted_beside_what_is_said() -> None:
    placed = [
        (MONDAY, MONDAY),  # sooner than two days
        (MONDAY, date(2026, 11, 25)),  # two
        (MONDAY, date(2026, 11, 30)),  # five
        (MONDAY, date(2026, 12, 1)),  # six: late
    ]

    times = transfer_times(
        placed,
        waiting_since=[MONDAY, date(2026, 11, 30)],
        today=date(2026, 12, 1),
        policy=POLICY,
    )

    assert times.by_days == ((0, 1), (2, 1), (5, 1), (6, 1))
    assert (times.count, times.sooner, times.late, times.waiting) == (4, 1, 1, 1)
    assert times.in_time == 60
    assert times.median_days == 2


def test_nothing_transferred_is_no_rate() -> None:
    times = transfer_times([], today=MONDAY, policy=POLICY)

    assert (times.count, times.in_time, times.median_days) == (0, None, None)

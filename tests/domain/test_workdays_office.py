"""The minutes of the office: lunch, closing, early closing and the nights of a clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from balie.domain.policy import Block, Holidays, Office, Policy, WeekHours
from balie.domain.workdays import (
    is_office_open,
    is_working_day,
    office_minutes_after,
    office_periods,
    start_of_day,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
POLICY = Policy()


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


@pytest.mark.parametrize("block", [(time(2, 10), time(2, 50)), (time(2), time(3))])
def test_block_inside_the_skipped_hour_does_not_exist(block: Block) -> None:
    assert office_periods(date(2026, 3, 29), policy=_office(block)) == ()


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

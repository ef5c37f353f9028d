"""Feasibility: the figures of the guide's year, a brute-force second opinion, and what helps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from balie.domain.feasibility import (
    STEP,
    DayHour,
    Feasibility,
    WeeklyHour,
    feasibility,
    office_roster,
    year_to_try,
)
from balie.domain.policy import Answers, Holidays, Office, Policy, WeekHours
from balie.domain.promises import promise_for
from balie.domain.rosters import Roster, Shift, on_duty

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHIPPED = Policy()


def tried(
    *,
    policy: Policy = SHIPPED,
    roster: Roster | None = None,
    first: date = date(2026, 1, 1),
    end: date = date(2027, 1, 1),
) -> Feasibility:
    return feasibility(
        policy=policy,
        roster=office_roster(policy) if roster is None else roster,
        period_start=first,
        period_end=end,
    )


def test_year_of_the_shipped_policy_counts_what_was_counted_by_hand() -> None:
    found = tried()

    assert found.moments == 35_040
    assert round(100 * found.only_guarantee_share, 1) == 41.8
    assert round(100 * found.unkeepable_share, 1) == 32.2


def test_proposed_duty_leaves_nothing_that_cannot_be_kept() -> None:
    found = tried()
    duty = tuple(
        Shift(
            person="duty",
            weekday=one.weekday,
            starts=time(one.hour),
            ends=time(one.hour + 1),
            on_holidays=True,
        )
        for one in found.weekly
    )
    after = tried(roster=Roster(shifts=(*office_roster(SHIPPED).shifts, *duty)))

    assert found.left == 0
    assert found.weekly == (
        *(WeeklyHour(weekday, 20) for weekday in range(6)),
        WeeklyHour(6, 12),
    )
    assert found.days == tuple(
        DayHour(day, 12) for day in (date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 25))
    )
    assert after.weekly == ()
    assert after.days == found.days


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (date(2026, 3, 27), date(2026, 3, 31)),  # the clock goes forward
        (date(2026, 10, 23), date(2026, 10, 27)),  # and back
        (date(2026, 4, 2), date(2026, 4, 9)),  # Easter
    ],
)
def test_agrees_with_walking_through_the_minutes(first: date, end: date) -> None:
    roster = office_roster(SHIPPED)
    at = datetime.combine(first, time(), tzinfo=AMSTERDAM).astimezone(UTC)
    last = datetime.combine(end, time(), tzinfo=AMSTERDAM).astimezone(UTC)
    minute = timedelta(minutes=1)
    staffed = set()
    walk = at
    while walk < last + timedelta(days=1):
        if on_duty(roster, at=walk, policy=SHIPPED):
            staffed.add(walk)
        walk += minute
    lost = 0
    while at < last:
        due = promise_for(asked_at=at, policy=SHIPPED).due_at
        minutes = range(int((due - at) / minute))
        lost += not any(at + each * minute in staffed for each in minutes)
        at += STEP

    assert tried(first=first, end=end).unkeepable == lost


def test_more_closing_never_makes_more_keepable() -> None:
    closed = Policy(holidays=Holidays(extra=(date(2026, 3, 10), date(2026, 3, 11))))
    shorter = Policy(office=Office(hours=WeekHours(friday=())))
    first, end = date(2026, 3, 1), date(2026, 4, 1)

    counts = [
        tried(policy=policy, first=first, end=end).unkeepable
        for policy in (SHIPPED, closed, shorter)
    ]

    assert counts[0] < counts[1]
    assert counts[0] < counts[2]


def test_longer_guarantee_without_a_same_day_promise_needs_less_duty() -> None:
    slow = Policy(answers=Answers(guarantee_hours=96, same_day_cutoff=time(12)))

    assert tried(policy=slow, first=date(2026, 6, 1), end=date(2026, 6, 29)).unkeepable == 0


def test_nobody_at_all_keeps_nothing_and_stretches_touch() -> None:
    found = tried(roster=Roster(), first=date(2026, 3, 2), end=date(2026, 3, 9))

    assert found.unkeepable_share == 1.0
    assert len(found.stretches) == 1
    assert found.stretches[0].ends_at - found.stretches[0].starts_at == timedelta(days=7)


def test_patterns_say_on_the_wall_clock_what_returns() -> None:
    found = tried(first=date(2026, 6, 1), end=date(2026, 6, 29))
    weekend = next(one for one in found.patterns if one.weekday == 4)

    assert (weekend.starts, weekend.until_weekday, weekend.ends) == (time(17), 6, time(9, 15))
    assert sum(one.times for one in found.patterns) == len(found.stretches)


def test_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="swap the two"):
        tried(first=date(2026, 1, 2), end=date(2026, 1, 2))


def test_days_before_there_was_a_roster_are_not_tried() -> None:
    shift = Shift(
        person="a", weekday=0, starts=time(9), ends=time(17), period_start=date(2026, 5, 25)
    )
    begun, always = Roster(shifts=(shift,)), office_roster(Policy())

    assert year_to_try(2026, roster=begun) == (date(2026, 5, 25), date(2027, 1, 1))
    assert year_to_try(2027, roster=begun) == (date(2027, 1, 1), date(2028, 1, 1))
    assert year_to_try(2025, roster=begun) == (date(2025, 1, 1), date(2026, 1, 1))
    assert year_to_try(2026, roster=always) == (date(2026, 1, 1), date(2027, 1, 1))

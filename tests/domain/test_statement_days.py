"""The statement of a TARGET day is due the day after at ten; nothing is due of a day without."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from balie.domain.policy import Policy
from balie.domain.policy_desk import Desk
from balie.domain.statement_days import statements_due_through

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def due(moment: str, *, policy: Policy | None = None) -> date:
    at = datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)
    return statements_due_through(at, policy=policy or Policy())


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T09:59:59", "2026-11-20"),  # Tuesday before ten: Friday's
        ("2026-11-24T10:00:00", "2026-11-23"),  # from ten on Monday's
        ("2026-11-25T00:00:00", "2026-11-23"),
        ("2026-11-21T09:59:00", "2026-11-19"),  # Saturday before ten: Thursday's
        ("2026-11-21T10:00:00", "2026-11-20"),  # and then Friday's, the whole weekend
        ("2026-11-22T00:00:00", "2026-11-20"),
        ("2026-11-23T08:00:00", "2026-11-20"),
        ("2027-03-26T10:00:00", "2027-03-25"),  # Good Friday: Thursday's
        ("2027-03-28T12:00:00", "2027-03-25"),
        ("2027-03-30T09:00:00", "2027-03-25"),  # Tuesday after Easter: still Thursday's
        ("2027-03-30T23:59:00", "2027-03-25"),  # Easter Monday had none
        ("2027-03-31T10:00:00", "2027-03-30"),
        ("2026-12-27T12:00:00", "2026-12-24"),  # Christmas
        ("2027-01-01T10:00:00", "2026-12-31"),
        ("2027-04-28T10:00:00", "2027-04-27"),  # King's Day is a TARGET day
    ],
)
def test_statement_is_due_the_day_after_its_target_day(moment: str, expected: str) -> None:
    assert due(moment) == date.fromisoformat(expected)


def test_what_is_due_never_moves_back() -> None:
    hours = [
        due(f"2027-{month:02d}-{day:02d}T{hour:02d}:00:00")
        for month in (3, 4)
        for day in range(1, 31)
        for hour in range(24)
    ]

    assert hours == sorted(hours)


def test_time_comes_from_the_policy() -> None:
    policy = Policy(desk=Desk(statement_by=time(8, 30)))

    assert due("2026-11-24T08:30:00", policy=policy) == date(2026, 11, 23)
    assert due("2026-11-24T08:29:00", policy=policy) == date(2026, 11, 20)

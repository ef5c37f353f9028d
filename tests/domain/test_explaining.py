"""A promise explained: each rule of the clock in a sentence, and the verdict clause by clause."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from balie.domain.explaining import Rule, explain_clock, explain_verdict
from balie.domain.policy import Policy
from balie.domain.promises import promise_for

POLICY = Policy()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=AMSTERDAM)


def clock_of(asked: datetime) -> dict[str, str]:
    return {rule.name: rule.found for rule in explain_clock(asked_at=asked, policy=POLICY)[1]}


def verdict_of(asked: datetime, kept: datetime | None, now: datetime) -> tuple[Rule, ...]:
    promise = promise_for(asked_at=asked, policy=POLICY)
    return explain_verdict(promise, kept_at=kept, policy=POLICY, now=now)


def test_plain_question_names_every_rule_with_its_moment() -> None:
    assert clock_of(local(3, 11, 10, 15)) == {
        "asked": "Wed 11 Mar 2026 10:15:00 +0100",
        "guarantee": "24 elapsed hours later: Thu 12 Mar 2026 10:15:00 +0100",
        "working day": "Wednesday 11 March 2026 is one",
        "cut-off": "10:15:00 is before 20:00",
        "same day": "before Thu 12 Mar 2026 00:00:00 +0100",
        "usual": "60 office minutes later: Wed 11 Mar 2026 11:15:00 +0100",
        "due": "the earlier of guarantee and same day: Thu 12 Mar 2026 00:00:00 +0100",
    }


def test_last_weekend_of_winter_shows_that_hours_are_elapsed() -> None:
    found = clock_of(local(3, 28, 15))

    assert found["guarantee"] == "24 elapsed hours later: Sun 29 Mar 2026 16:00:00 +0200"
    assert found["working day"] == "Saturday 28 March 2026 is none: a weekend or holiday"
    assert found["same day"].startswith("not promised")
    assert found["usual"] == "not promised: asked outside office hours"


def test_cut_off_is_exclusive() -> None:
    assert clock_of(local(3, 11, 20))["cut-off"] == "20:00:00 is not before 20:00"
    assert clock_of(local(3, 11, 19, 59, 59))["cut-off"] == "19:59:59 is before 20:00"


@pytest.mark.parametrize(
    ("kept", "held", "verdict"),
    [
        (local(3, 11, 11), ["held", "held", "held"], "kept"),
        (local(3, 11, 23, 59), ["held", "held", "not held"], "kept"),
        (local(3, 12, 0), ["held", "not held", "not held"], "missed: the answer came too late"),
        (
            local(3, 12, 10, 16),
            ["not held", "not held", "not held"],
            "missed: the answer came too late",
        ),
    ],
)
def test_verdict_says_which_clause_held(kept: datetime, held: list[str], verdict: str) -> None:
    rules = verdict_of(local(3, 11, 10, 15), kept, kept)

    clauses = [rule.found.partition(":")[0] for rule in rules[1:-1]]
    assert clauses == held
    assert rules[-1] == Rule(name="verdict", found=verdict)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (local(3, 11, 23, 59), "not answered yet, still in time"),
        (local(3, 12, 0), "missed: not answered in time"),
    ],
)
def test_open_question_is_in_time_until_its_day_ends(now: datetime, found: str) -> None:
    (rule,) = verdict_of(local(3, 11, 10, 15), None, now.astimezone(UTC))

    assert rule.found == found

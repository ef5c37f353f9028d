"""What a call amounts to does not depend on the order in which it was reported."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.calls import (
    Report,
    is_phone_answered,
    is_same_caller,
    promises_answer,
    state_of,
    team_of,
)
from balie.domain.policy import Policy

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

reports = st.lists(
    st.builds(
        Report,
        event=st.sampled_from(["started", "menu", "answered", "ended", "callback"]),
        at=st.integers(0, 20).map(lambda after: AT + after * SECOND),
        choice=st.sampled_from(["", "1", "2", "9"]),
        agent=st.sampled_from(["", "201", "202"]),
        outcome=st.sampled_from(["", "missed", "answered"]),
    ),
    min_size=1,
    max_size=8,
)


@given(reports, st.randoms(use_true_random=False))
def test_state_is_the_same_in_any_order_and_with_repeats(
    told: list[Report], chance: Random
) -> None:
    shuffled = [*told, *told[: len(told) // 2]]
    chance.shuffle(shuffled)

    assert state_of(shuffled) == state_of(told)


@given(reports)
def test_call_is_missed_exactly_when_it_ended_and_nobody_answered(told: list[Report]) -> None:
    kinds = {one.event for one in told}

    assert state_of(told).is_missed == ("ended" in kinds and "answered" not in kinds)


def test_start_that_was_not_reported_is_the_earliest_report() -> None:
    state = state_of([Report(event="ended", at=AT + SECOND), Report(event="menu", at=AT)])

    assert (state.started_at, state.start_is_known) == (AT, False)


def test_who_answered_counts_before_where_it_rang() -> None:
    rang = Report(event="started", at=AT, agent="201")
    took = Report(event="answered", at=AT + SECOND, agent="202")

    assert state_of([rang]).agent == "201"
    assert state_of([took, rang]).agent == "202"


def test_call_without_a_report_is_refused() -> None:
    with pytest.raises(ValueError, match="without a report"):
        state_of([])


def test_choice_leads_where_the_menu_says() -> None:
    promised = {key: promises_answer(choice=key, policy=Policy()) for key in ("1", "2", "3", "")}

    assert promised == {"1": False, "2": True, "3": False, "": True}
    assert team_of(choice="3", policy=Policy()) == "administration"
    assert team_of(choice="9", policy=Policy()) is None


@pytest.mark.parametrize(
    ("hour", "day", "open_"),
    [(8, 23, True), (7, 23, False), (15, 23, True), (16, 23, False), (10, 28, False)],
)
def test_phone_is_answered_in_its_hours(hour: int, day: int, *, open_: bool) -> None:
    at = datetime(2026, 11, day, hour, 0, tzinfo=UTC)

    assert is_phone_answered(at, policy=Policy()) is open_


def test_phone_is_not_answered_on_a_holiday() -> None:
    christmas = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)

    assert not is_phone_answered(christmas, policy=Policy())


@pytest.mark.parametrize(("minutes", "same"), [(0, True), (30, True), (-30, True), (31, False)])
def test_half_an_hour_is_one_caller(minutes: int, *, same: bool) -> None:
    assert is_same_caller(earlier=AT, later=AT + timedelta(minutes=minutes)) is same

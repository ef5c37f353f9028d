"""The kept rates count every promise once, and a week is a week in Amsterdam."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from balie.apps.promises import actions, queries
from balie.apps.promises.actions import UnableToNameCause
from balie.apps.promises.models import Miss
from balie.apps.promises.queries import KeptRate
from balie.infra.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ASKED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def answered(asked_at: datetime, after: timedelta | None) -> None:
    promise = actions.promise_answer(asked_at=asked_at, now=asked_at)
    if after is not None:
        actions.keep(promise=promise, kept_at=asked_at + after, now=asked_at + after)


def rates(now: datetime) -> dict[str, tuple[int, int, int]]:
    found = queries.kept_rates(now=now)
    return {rate.name.partition(".")[2]: (rate.kept, rate.broken, rate.open) for rate in found}


def test_without_promises_there_is_no_rate() -> None:
    assert [rate.per_cent for rate in queries.kept_rates(now=ASKED)] == [None] * 4


def test_answer_within_the_hour_keeps_all_three() -> None:
    answered(ASKED, 59 * MINUTE)

    found = rates(ASKED + DAY)

    assert found["guarantee_hours"] == (1, 0, 0)
    assert found["same_day_cutoff"] == (1, 0, 0)
    assert found["usual_minutes"] == (1, 0, 0)


def test_answer_the_next_morning_keeps_the_guarantee_only() -> None:
    answered(ASKED, 23 * HOUR)

    found = rates(ASKED + DAY)

    assert found["guarantee_hours"] == (1, 0, 0)
    assert found["same_day_cutoff"] == (0, 1, 0)
    assert found["usual_minutes"] == (0, 1, 0)


def test_unanswered_question_is_open_until_each_moment_has_passed() -> None:
    answered(ASKED, None)

    assert rates(ASKED + HOUR)["usual_minutes"] == (0, 0, 1)
    assert rates(ASKED + HOUR + MINUTE)["usual_minutes"] == (0, 1, 0)
    assert rates(ASKED + HOUR + MINUTE)["same_day_cutoff"] == (0, 0, 1)
    assert rates(ASKED + 14 * HOUR)["same_day_cutoff"] == (0, 1, 0)
    assert rates(ASKED + DAY)["guarantee_hours"] == (0, 0, 1)
    assert rates(ASKED + DAY + MINUTE)["guarantee_hours"] == (0, 1, 0)


def test_question_outside_office_hours_was_not_promised_the_hour() -> None:
    answered(datetime(2026, 3, 10, 20, 0, tzinfo=UTC), 12 * HOUR)

    assert rates(ASKED + 3 * DAY)["usual_minutes"] == (0, 0, 0)


def test_withdrawn_promise_counts_nowhere() -> None:
    promise = actions.promise_answer(asked_at=ASKED, now=ASKED)
    actions.withdraw(promise=promise, now=ASKED + MINUTE)

    assert set(rates(ASKED + 3 * DAY).values()) == {(0, 0, 0)}


def test_login_mail_counts_apart() -> None:
    promise = actions.promise_credentials(requested_at=ASKED)
    actions.keep(promise=promise, kept_at=ASKED + MINUTE, now=ASKED + MINUTE)

    assert rates(ASKED + DAY)["mail_seconds"] == (1, 0, 0)


def test_rate_is_of_what_is_decided() -> None:
    rate = KeptRate(name="x", kept=2, broken=1, open=7, withdrawn=0)

    assert rate.per_cent == 66.7


def test_only_promises_since_a_moment_are_counted() -> None:
    answered(ASKED, MINUTE)

    found = queries.kept_rates(now=ASKED + DAY, since=ASKED + MINUTE)

    assert {(rate.kept, rate.broken, rate.open) for rate in found} == {(0, 0, 0)}


def test_rates_take_one_query(django_assert_num_queries: Callable[..., object]) -> None:
    for minutes in range(3):
        answered(ASKED + minutes * MINUTE, MINUTE)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        queries.kept_rates(now=ASKED)


def test_week_begins_on_monday_in_amsterdam() -> None:
    monday_just_begun = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    answered(monday_just_begun - HOUR, HOUR)
    answered(monday_just_begun, 25 * HOUR)
    answered(ASKED, None)

    weeks = queries.kept_per_week(now=ASKED + MINUTE, weeks=2)

    guarantee = [week.rate("answers.guarantee_hours") for week in weeks]
    assert [week.monday for week in weeks] == [date(2026, 3, 2), date(2026, 3, 9)]
    assert [(rate.kept, rate.broken, rate.open) for rate in guarantee] == [(1, 0, 0), (0, 1, 1)]


def test_weeks_take_one_query_and_an_empty_week_is_there(
    django_assert_num_queries: Callable[..., object],
) -> None:
    answered(ASKED, MINUTE)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        weeks = queries.kept_per_week(now=ASKED + 15 * 24 * HOUR, weeks=4)

    assert [week.rate("answers.usual_minutes").kept for week in weeks] == [0, 1, 0, 0]
    assert weeks[0].rates[0].per_cent is None


@pytest.mark.postgres
def test_answer_times_are_counted_per_stretch() -> None:
    for took in (MINUTE, 15 * MINUTE, HOUR, 5 * HOUR, 25 * HOUR, None):
        answered(ASKED, took)
    answered(ASKED - 100 * HOUR, MINUTE)

    times = queries.answer_times(since=ASKED - HOUR)

    assert [count for _, count in times.within] == [2, 1, 0, 1, 0]
    assert (times.longer, times.unanswered, times.answered) == (1, 1, 5)


@pytest.mark.postgres
def test_login_mails_have_a_median_a_p99_and_a_share_in_time() -> None:
    times = [0.4] * 50 + [2.5] * 48 + [45, 3600]
    for seconds in times:
        promise = actions.promise_credentials(requested_at=ASKED)
        taken_at = ASKED + timedelta(seconds=seconds)
        actions.keep(promise=promise, kept_at=taken_at, now=taken_at)
    early = actions.promise_credentials(requested_at=ASKED - 100 * HOUR)
    actions.keep(promise=early, kept_at=ASKED, now=ASKED)

    found = queries.login_mail_times(now=ASKED + HOUR, since=ASKED - HOUR)
    actions.promise_credentials(requested_at=ASKED)
    later = queries.login_mail_times(now=ASKED + HOUR, since=ASKED - HOUR)

    assert found.count == 100
    assert (found.median, found.p99) == (timedelta(seconds=1), timedelta(seconds=45))
    # One came after an hour, and then one never came: that has no time, and counts as missed.
    assert (found.kept, later.kept, later.count) == (99.0, 98.0, 100)


def test_login_mails_that_nobody_asked_for_have_no_time() -> None:
    found = queries.login_mail_times(now=ASKED, since=ASKED - HOUR)

    assert (found.count, found.median, found.p99, found.kept) == (0, None, None, None)


def test_misses_are_counted_by_cause() -> None:
    for _each in range(2):
        answered(ASKED, 30 * HOUR)
    miss = Miss.objects.order_by("pk")[0]
    actions.name_cause(miss=miss, cause="outage", by=SYSTEM, now=ASKED)

    assert queries.misses_by_cause(since=ASKED) == [("", 1), ("outage", 1)]
    with pytest.raises(UnableToNameCause, match="choose one of"):
        actions.name_cause(miss=miss, cause="Jan was vrij", by=SYSTEM, now=ASKED)

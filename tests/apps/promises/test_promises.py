"""Promises as rows: made, kept, missed, reopened, withdrawn; policies as versions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from balie.apps.promises import actions, invariants, queries
from balie.apps.promises.models import Miss, PolicyVersion, Promise
from balie.domain.policy import InvalidPolicy, Policy
from balie.domain.promises import promise_for
from balie.infra.audit import SYSTEM
from balie.infra.invariants import Result

pytestmark = pytest.mark.django_db

# Monday 23 November 2026, 10:00 in Amsterdam.
ASKED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def asked(at: datetime = ASKED) -> Promise:
    return actions.promise_answer(asked_at=at, now=at)


def keep(promise: Promise, at: datetime) -> Promise:
    return actions.keep(promise=promise, kept_at=at, now=at)


def test_shipped_policy_is_in_force_from_the_start() -> None:
    assert queries.version_in_force(now=ASKED).number == 1
    assert queries.policy_in_force(now=ASKED) == Policy()


def test_promise_is_what_the_policy_says() -> None:
    moments = promise_for(asked_at=ASKED, policy=Policy())

    promise = asked()

    assert promise.made_at == ASKED
    assert promise.due_at == moments.due_at
    assert promise.guaranteed_by == ASKED + 24 * HOUR
    assert promise.usual_by == ASKED + HOUR


def test_promise_kept_in_time_has_no_miss() -> None:
    promise = keep(asked(), ASKED + HOUR)

    assert promise.was_kept
    assert not Miss.objects.exists()


def test_first_keeping_counts() -> None:
    promise = keep(asked(), ASKED + HOUR)

    assert keep(promise, ASKED + 2 * HOUR).kept_at == ASKED + HOUR


def test_promise_is_missed_at_its_due_moment_whoever_noticed_when() -> None:
    promise = asked()
    later = promise.due_at + timedelta(days=3)

    assert [miss.promise for miss in actions.note_misses(now=later)] == [promise]
    assert actions.note_misses(now=later) == []

    miss = Miss.objects.get()
    assert (miss.missed_at, miss.noticed_at) == (promise.due_at, later)


def test_late_answer_leaves_a_miss() -> None:
    promise = asked()

    keep(promise, promise.due_at + HOUR)

    assert Miss.objects.get().missed_at == promise.due_at


def test_keeping_in_time_that_is_learnt_late_takes_the_miss_back() -> None:
    promise = asked()
    later = promise.due_at + HOUR
    actions.note_misses(now=later)

    actions.keep(promise=promise, kept_at=ASKED + HOUR, now=later)

    assert not Miss.objects.exists()


def test_reopened_promise_keeps_its_due_moment() -> None:
    promise = keep(asked(), ASKED + HOUR)
    due_at = promise.due_at

    reopened = actions.reopen(promise=promise, cause="bounced", now=due_at + HOUR)

    assert (reopened.kept_at, reopened.due_at) == (None, due_at)
    assert Miss.objects.get().cause == "bounced"


def test_withdrawn_promise_is_never_missed() -> None:
    promise = actions.withdraw(promise=asked(), now=ASKED + HOUR)

    assert promise.withdrawn_at == ASKED + HOUR
    assert actions.note_misses(now=promise.due_at + HOUR) == []


def test_broken_promise_cannot_be_withdrawn() -> None:
    promise = asked()

    late = actions.withdraw(promise=promise, now=promise.due_at + HOUR)

    assert late.withdrawn_at is None


def test_login_mail_is_promised_at_once() -> None:
    promise = actions.promise_credentials(requested_at=ASKED)

    assert promise.due_at == ASKED + timedelta(seconds=Policy().credentials.mail_seconds)


def apply(*, hours: int, takes_effect_at: datetime | None = None) -> PolicyVersion:
    mapping = Policy().to_mapping()
    mapping["answers"]["guarantee_hours"] = hours
    return actions.apply_policy(
        mapping=mapping, takes_effect_at=takes_effect_at, by=SYSTEM, now=ASKED
    )


def test_policy_counts_from_the_moment_it_takes_effect() -> None:
    apply(hours=12, takes_effect_at=ASKED + HOUR)

    hours = [
        queries.policy_in_force(now=ASKED + delta).answers.guarantee_hours
        for delta in (timedelta(0), HOUR)
    ]

    assert hours == [24, 12]


def test_what_was_promised_under_a_version_stays_under_it() -> None:
    before = asked()
    apply(hours=12)

    after = asked(ASKED + timedelta(seconds=1))

    before.refresh_from_db()
    assert before.guaranteed_by == ASKED + 24 * HOUR
    assert after.guaranteed_by == after.made_at + 12 * HOUR
    assert invariants.due_as_the_policy_says(now=ASKED).holds


def test_policy_cannot_take_effect_in_the_past() -> None:
    with pytest.raises(actions.UnableToApplyPolicy, match="past"):
        apply(hours=12, takes_effect_at=ASKED - HOUR)


def test_policy_with_faults_is_refused_whole() -> None:
    with pytest.raises(InvalidPolicy):
        apply(hours=-1)

    assert PolicyVersion.objects.count() == 1


def test_kept_rates_are_counted_in_one_query() -> None:
    for hours in (1, 30):
        keep(asked(), ASKED + hours * HOUR)
    asked(ASKED + 40 * HOUR)
    actions.withdraw(promise=asked(), now=ASKED)

    with CaptureQueriesContext(connection) as captured:
        rates = {rate.name: rate for rate in queries.kept_rates(now=ASKED + 41 * HOUR)}

    guarantee = rates["answers.guarantee_hours"]
    assert (guarantee.kept, guarantee.broken, guarantee.open) == (1, 1, 1)
    assert guarantee.per_cent == 50.0
    assert len(captured) == 1


def move_due() -> None:
    Promise.objects.update(due_at=ASKED + 99 * HOUR)


def forget_miss() -> None:
    keep(asked(), ASKED + 30 * HOUR)
    Miss.objects.all().delete()


def invent_miss() -> None:
    Miss.objects.create(promise=keep(asked(), ASKED + HOUR), missed_at=ASKED, noticed_at=ASKED)


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.due_as_the_policy_says, move_due),
    (invariants.every_miss_has_a_record, forget_miss),
    (invariants.every_miss_has_a_record, invent_miss),
]


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    asked()
    assert check(now=ASKED).holds

    plant()

    assert not check(now=ASKED + 40 * HOUR).holds


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("promises_promise_due_after_made", {"due_at": ASKED}),
        ("promises_promise_kept_after_made", {"kept_at": ASKED - HOUR}),
    ],
)
def test_odd_promise_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    asked()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Promise.objects.update(**changes)


@pytest.mark.postgres
def test_promise_has_one_miss() -> None:
    promise = asked()
    actions.note_misses(now=promise.due_at + HOUR)

    with pytest.raises(IntegrityError), transaction.atomic():
        Miss.objects.create(promise=promise, missed_at=ASKED, noticed_at=ASKED)


@pytest.mark.postgres
def test_policy_version_stays_as_it_was() -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PolicyVersion.objects.update(stored_by="other")


@pytest.mark.postgres
def test_policy_number_is_unique() -> None:
    apply(hours=12)

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.create(
            number=2, content={}, takes_effect_at=ASKED, stored_at=ASKED, stored_by="x"
        )

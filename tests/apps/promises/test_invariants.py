"""Each invariant of the promises holds after honest work and catches its planted break."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from balie.apps.promises import actions, invariants
from balie.apps.promises.models import Miss, PolicyVersion, Promise
from balie.infra.invariants import Result
from tests.apps.building import NOW

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 3 * DAY


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """Promises kept in time, kept too late, never kept, and withdrawn."""
    for kept_after in (HOUR, 2 * DAY):
        promise = actions.promise_answer(asked_at=NOW, now=NOW)
        actions.keep(promise=promise, kept_at=NOW + kept_after, now=NOW + kept_after)
    actions.promise_answer(asked_at=NOW, now=NOW)
    withdrawn = actions.promise_answer(asked_at=NOW, now=NOW)
    actions.withdraw(promise=withdrawn, now=NOW + HOUR)
    actions.promise_credentials(requested_at=NOW)
    actions.note_misses(now=NOW + 2 * DAY)


def due_moved_later() -> None:
    Promise.objects.filter(kind="answer").update(due_at=F("due_at") + timedelta(microseconds=1))


def no_same_day() -> None:
    Promise.objects.update(same_day_by=None)


def late_without_record() -> None:
    Miss.objects.filter(promise__kept_at__isnull=False).delete()


def missed_before_it_was_due() -> None:
    actions.promise_answer(asked_at=LATER, now=LATER)
    Miss.objects.create(promise=Promise.objects.latest("pk"), missed_at=LATER, noticed_at=LATER)


def kept_in_time_yet_a_miss() -> None:
    promise = Promise.objects.filter(kept_at=NOW + HOUR).get()
    Miss.objects.create(promise=promise, missed_at=promise.due_at, noticed_at=LATER)


def missed_when_noticed() -> None:
    Miss.objects.update(missed_at=F("noticed_at"))


def login_mail_due_later() -> None:
    Promise.objects.filter(kind="credentials").update(due_at=F("due_at") + timedelta(seconds=1))


def made_under_a_version_of_later() -> None:
    version = PolicyVersion.objects.get()
    later = PolicyVersion.objects.create(
        number=2,
        content=version.content,
        takes_effect_at=NOW + HOUR,
        stored_at=NOW,
        stored_by="system",
    )
    Promise.objects.filter(kind="answer").update(policy_version=later)


def overdue_without_record() -> None:
    Miss.objects.filter(promise__kept_at__isnull=True).delete()


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.due_as_the_policy_says, due_moved_later),
    (invariants.due_as_the_policy_says, no_same_day),
    (invariants.due_as_the_policy_says, login_mail_due_later),
    (invariants.due_as_the_policy_says, made_under_a_version_of_later),
    (invariants.every_miss_has_a_record, late_without_record),
    (invariants.every_miss_has_a_record, overdue_without_record),
    (invariants.every_miss_has_a_record, missed_before_it_was_due),
    (invariants.every_miss_has_a_record, kept_in_time_yet_a_miss),
    (invariants.every_miss_has_a_record, missed_when_noticed),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=LATER)

    assert result.violations == ()
    assert result.checked > 0


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    plant()

    assert not check(now=LATER).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)


def test_promise_that_just_fell_due_waits_for_the_job_that_notes_it() -> None:
    due_at = actions.promise_answer(asked_at=LATER, now=LATER).due_at

    assert invariants.every_miss_has_a_record(now=due_at + timedelta(minutes=4)).holds
    assert not invariants.every_miss_has_a_record(now=due_at + timedelta(minutes=6)).holds

"""Promises are made, kept, missed, reopened and withdrawn; a due moment never moves."""

from datetime import UTC, datetime, timedelta

import pytest

from balie.apps.promises import actions, queries
from balie.apps.promises.actions import UnableToApplyPolicy
from balie.apps.promises.models import Miss, PolicyVersion, Promise
from balie.domain.policy import InvalidPolicy, Policy
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent

pytestmark = pytest.mark.django_db

# Tuesday 10 March 2026, 10:00 in Amsterdam (CET): due before midnight.
ASKED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
# Asked at 21:00: only the guarantee of 24 hours.
LATE = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def promised(asked_at: datetime = ASKED) -> Promise:
    return actions.promise_answer(asked_at=asked_at, now=asked_at)


def misses() -> list[tuple[datetime, datetime, str]]:
    return list(Miss.objects.order_by("pk").values_list("missed_at", "noticed_at", "cause"))


def test_answer_is_promised_by_the_policy_of_the_asking() -> None:
    promise = promised()

    assert (promise.made_at, promise.due_at) == (ASKED, MIDNIGHT)
    assert promise.guaranteed_by == ASKED + DAY
    assert promise.usual_by == ASKED + timedelta(hours=1)
    assert promise.policy_version.number == 1


def test_question_picked_up_after_its_due_moment_is_a_miss_at_once() -> None:
    actions.promise_answer(asked_at=ASKED, now=MIDNIGHT + SECOND)

    assert misses() == [(MIDNIGHT, MIDNIGHT + SECOND, "")]


def test_promise_kept_in_time_has_no_miss() -> None:
    promise = actions.keep(promise=promised(), kept_at=MIDNIGHT - SECOND, now=MIDNIGHT)

    assert promise.was_kept
    assert misses() == []


def test_same_day_ends_at_midnight_itself() -> None:
    promise = actions.keep(promise=promised(), kept_at=MIDNIGHT, now=MIDNIGHT)

    assert not promise.was_kept
    assert misses() == [(MIDNIGHT, MIDNIGHT, "")]


def test_guarantee_holds_up_to_and_including_its_moment() -> None:
    promise = promised(LATE)
    actions.note_misses(now=LATE + DAY)

    promise = actions.keep(promise=promise, kept_at=LATE + DAY, now=LATE + DAY)

    assert promise.was_kept
    assert misses() == []


def test_late_answer_is_a_miss_at_the_due_moment() -> None:
    answered = LATE + DAY + timedelta(hours=3)

    promise = actions.keep(promise=promised(LATE), kept_at=answered, now=answered)

    assert promise.kept_at == answered
    assert misses() == [(LATE + DAY, answered, "")]


def test_first_keeping_counts() -> None:
    promise = actions.keep(promise=promised(), kept_at=ASKED + SECOND, now=ASKED + SECOND)

    actions.keep(promise=promise, kept_at=MIDNIGHT + DAY, now=MIDNIGHT + DAY)

    promise.refresh_from_db()
    assert promise.kept_at == ASKED + SECOND
    assert misses() == []


def test_miss_is_noted_once_whoever_looks_how_often() -> None:
    promised()

    first = actions.note_misses(now=MIDNIGHT)
    second = actions.note_misses(now=MIDNIGHT + DAY)

    assert (len(first), len(second)) == (1, 0)
    assert misses() == [(MIDNIGHT, MIDNIGHT, "")]


def test_nothing_is_missed_before_its_moment() -> None:
    promised()
    promised(LATE)

    assert actions.note_misses(now=MIDNIGHT - SECOND) == []


def test_miss_noted_before_anybody_knew_of_the_answer_is_taken_back() -> None:
    promise = promised()
    actions.note_misses(now=MIDNIGHT)

    actions.keep(promise=promise, kept_at=MIDNIGHT - SECOND, now=MIDNIGHT + SECOND)

    assert misses() == []


def test_bounce_reopens_under_the_same_due_moment() -> None:
    promise = actions.keep(promise=promised(), kept_at=ASKED + SECOND, now=ASKED + SECOND)

    promise = actions.reopen(promise=promise, cause="undelivered", now=ASKED + 2 * SECOND)

    assert (promise.kept_at, promise.due_at) == (None, MIDNIGHT)
    assert misses() == []


def test_bounce_after_the_due_moment_is_a_miss_with_its_cause() -> None:
    promise = actions.keep(promise=promised(), kept_at=MIDNIGHT - SECOND, now=MIDNIGHT - SECOND)
    bounced = MIDNIGHT + timedelta(minutes=20)

    actions.reopen(promise=promise, cause="undelivered", now=bounced)
    actions.note_misses(now=bounced + SECOND)

    assert misses() == [(MIDNIGHT, bounced, "undelivered")]


def test_withdrawn_promise_is_not_missed() -> None:
    promise = actions.withdraw(promise=promised(), now=ASKED + SECOND)

    assert promise.withdrawn_at == ASKED + SECOND
    assert actions.note_misses(now=MIDNIGHT + DAY) == []


def test_missed_promise_cannot_be_withdrawn() -> None:
    promise = actions.withdraw(promise=promised(), now=MIDNIGHT)

    assert promise.withdrawn_at is None


def test_kept_promise_cannot_be_withdrawn() -> None:
    promise = actions.keep(promise=promised(), kept_at=ASKED + SECOND, now=ASKED + SECOND)

    assert actions.withdraw(promise=promise, now=ASKED + 2 * SECOND).withdrawn_at is None


def test_login_mail_is_promised_within_its_seconds() -> None:
    promise = actions.promise_credentials(requested_at=ASKED)

    assert promise.due_at == ASKED + timedelta(seconds=60)


def apply(now: datetime, **figures: object) -> PolicyVersion:
    mapping = Policy().to_mapping()
    answers = mapping["answers"]
    assert isinstance(answers, dict)
    answers |= figures
    return actions.apply_policy(mapping=mapping, by=SYSTEM, now=now)


def test_what_was_promised_under_a_policy_stays_under_it() -> None:
    before = promised()
    version = apply(ASKED + SECOND, guarantee_hours=2)

    after = promised(ASKED + 2 * SECOND)

    before.refresh_from_db()
    assert (before.due_at, before.policy_version.number) == (MIDNIGHT, 1)
    assert after.due_at == ASKED + 2 * SECOND + timedelta(hours=2)
    assert after.policy_version == version


def test_question_asked_before_a_policy_took_effect_comes_under_the_earlier_one() -> None:
    apply(ASKED + SECOND, guarantee_hours=2)

    promise = actions.promise_answer(asked_at=ASKED, now=ASKED + DAY / 2)

    assert promise.due_at == MIDNIGHT


def test_policy_cannot_take_effect_in_the_past() -> None:
    with pytest.raises(UnableToApplyPolicy, match="choose a later moment"):
        actions.apply_policy(
            mapping=Policy().to_mapping(), takes_effect_at=ASKED - SECOND, by=SYSTEM, now=ASKED
        )


def test_policy_with_faults_is_not_stored() -> None:
    with pytest.raises(InvalidPolicy):
        apply(ASKED, guarantee_hours=0)

    assert PolicyVersion.objects.count() == 1


def test_stored_policy_leaves_its_trail() -> None:
    version = apply(ASKED, guarantee_hours=12)

    event = AuditEvent.objects.get(event="policy.applied")
    assert (version.number, event.subject_id, event.at) == (2, version.pk, ASKED)


def test_of_two_policies_of_one_moment_the_last_stored_is_in_force() -> None:
    apply(ASKED, guarantee_hours=12)
    apply(ASKED, guarantee_hours=13)

    assert queries.policy_in_force(now=ASKED).answers.guarantee_hours == 13


def test_before_every_policy_there_is_none_in_force() -> None:
    with pytest.raises(PolicyVersion.DoesNotExist, match="balie migrate"):
        queries.version_in_force(now=datetime(1999, 1, 1, tzinfo=UTC))

"""Make, keep, reopen and withdraw promises; note the misses; store a policy."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from balie.apps.promises import queries
from balie.apps.promises.causes import CAUSES
from balie.apps.promises.models import Miss, PolicyVersion, Promise
from balie.domain.policy import Policy
from balie.domain.promises import promise_for
from balie.infra import audit
from balie.infra.audit import Actor


@transaction.atomic
def promise_answer(*, asked_at: datetime, now: datetime) -> Promise:
    """Promise an answer to a question asked at `asked_at`, under the policy of that moment."""
    version = queries.version_in_force(now=asked_at)
    moments = promise_for(asked_at=asked_at, policy=queries.policy_of(version))
    promise = Promise.objects.create(
        kind=Promise.Kind.ANSWER,
        policy_version=version,
        made_at=asked_at,
        due_at=moments.due_at,
        guaranteed_by=moments.guaranteed_by,
        same_day_by=moments.same_day_by,
        usual_by=moments.usual_by,
    )
    if promise.is_over(now=now):
        _miss(promise, now=now)
    return promise


@transaction.atomic
def promise_credentials(*, requested_at: datetime) -> Promise:
    """Promise that the login mail goes out at once; 'at once' is a figure of the policy."""
    version = queries.version_in_force(now=requested_at)
    seconds = queries.policy_of(version).credentials.mail_seconds
    return Promise.objects.create(
        kind=Promise.Kind.CREDENTIALS,
        policy_version=version,
        made_at=requested_at,
        due_at=requested_at + timedelta(seconds=seconds),
    )


@transaction.atomic
def keep(*, promise: Promise, kept_at: datetime, now: datetime) -> Promise:
    """Note that a promise was kept at `kept_at`; the first keeping counts.

    When that was too late, the miss is noted at the moment it fell due; when it was in time, a miss
    that was noted before anybody knew is taken back.
    """
    Promise.objects.filter(pk=promise.pk, kept_at__isnull=True).update(
        kept_at=max(kept_at, promise.made_at)
    )
    promise.refresh_from_db()
    if promise.was_kept:
        Miss.objects.filter(promise=promise).delete()
    else:
        _miss(promise, now=now)
    return promise


@transaction.atomic
def reopen(*, promise: Promise, cause: str, now: datetime) -> Promise:
    """Take back a keeping that did not hold: the answer bounced. The due moment stays.

    When that has passed, the miss is noted with this `cause`.
    """
    Promise.objects.filter(pk=promise.pk).update(kept_at=None)
    promise.refresh_from_db()
    if promise.is_over(now=now):
        _miss(promise, now=now, cause=cause)
    return promise


@transaction.atomic
def withdraw(*, promise: Promise, now: datetime) -> Promise:
    """End a promise that needs no keeping ("Bedankt!"), unless it is kept or missed already."""
    running = Promise.objects.filter(pk=promise.pk, kept_at__isnull=True, withdrawn_at__isnull=True)
    running.exclude(queries.over(now=now)).update(withdrawn_at=now)
    promise.refresh_from_db()
    return promise


@transaction.atomic
def restore(*, promise: Promise, now: datetime) -> Promise:
    """Let a withdrawn promise stand again, due when it was; missed when that has passed."""
    if Promise.objects.filter(pk=promise.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):
        promise.refresh_from_db()
        if promise.is_over(now=now):
            _miss(promise, now=now)
    return promise


@transaction.atomic
def note_misses(*, now: datetime) -> list[Miss]:
    """Give every promise that fell due unkept its record. Running it again notes nothing twice."""
    overdue = queries.open_promises().filter(queries.over(now=now), miss__isnull=True)
    return [_miss(promise, now=now) for promise in overdue]


@transaction.atomic
def name_cause(*, miss: Miss, cause: str, by: Actor, now: datetime) -> Miss:
    """Say why a promise was missed, by a code of `causes.CAUSES`; it can be said better later.

    Raises UnableToNameCause for another word: the public page counts by cause.
    """
    if cause not in CAUSES:
        msg = f"{cause!r} is no cause; choose one of {', '.join(CAUSES)}"
        raise UnableToNameCause(msg)
    Miss.objects.filter(pk=miss.pk).update(cause=cause)
    audit.record(
        event="promise.cause_named",
        by=by,
        subject=("promise", miss.promise_id),
        now=now,
        data={"cause": cause},
    )
    miss.refresh_from_db()
    return miss


@transaction.atomic
def apply_policy(
    *,
    mapping: Mapping[str, object],
    takes_effect_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """Store a policy as the next version; what was promised under another stays under it.

    Raises domain.policy.InvalidPolicy with all faults, and UnableToApplyPolicy for a moment past.
    """
    effect = takes_effect_at or now
    if effect < now:
        msg = (
            f"a policy cannot take effect in the past ({effect.isoformat()}); choose a later moment"
        )
        raise UnableToApplyPolicy(msg)
    policy = Policy.from_mapping(mapping)
    latest = PolicyVersion.objects.aggregate(latest=Max("number"))["latest"] or 0
    version = PolicyVersion.objects.create(
        number=latest + 1,
        content=policy.to_mapping(),
        takes_effect_at=effect,
        stored_at=now,
        stored_by=str(by),
    )
    audit.record(event="policy.applied", by=by, subject=("policy", version.pk), now=now)
    return version


class UnableToNameCause(Exception):
    """A miss cannot have this cause; the message says which there are."""


class UnableToApplyPolicy(Exception):
    """A policy cannot take effect as asked; the message says why and what to do."""


def _miss(promise: Promise, *, now: datetime, cause: str = "") -> Miss:
    miss, _ = Miss.objects.get_or_create(
        promise=promise,
        defaults={"missed_at": promise.due_at, "noticed_at": now, "cause": cause},
    )
    return miss

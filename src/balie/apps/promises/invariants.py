"""What must always hold of promises (DESIGN section 7: 15)."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from balie.apps.promises import queries
from balie.apps.promises.models import PolicyVersion, Promise
from balie.domain.promises import promise_for
from balie.infra.invariants import Result, Violation

Moments = tuple[datetime, datetime | None, datetime | None, datetime | None]

# How long a miss may wait for the job that notes it, every minute.
UNNOTED = timedelta(minutes=5)


def due_as_the_policy_says(*, now: datetime) -> Result:
    """15: the due moments are what the engine makes of the policy version of the asking."""
    name = "15 due moment = policy at the asking"
    versions = list(PolicyVersion.objects.order_by("takes_effect_at", "number"))
    broken = []
    checked = 0
    engines = {Promise.Kind.ANSWER: _answer, Promise.Kind.CREDENTIALS: _credentials}
    found = Promise.objects.filter(kind__in=engines).select_related("policy_version")
    for promise in found.iterator(chunk_size=1000):
        checked += 1
        meant = engines[Promise.Kind(promise.kind)](promise)
        stored = (promise.due_at, promise.guaranteed_by, promise.same_day_by, promise.usual_by)
        if stored != meant:
            detail = f"due {promise.due_at.isoformat()}, by the policy {meant[0].isoformat()}"
            broken.append(Violation(invariant=name, subject=f"promise {promise.pk}", detail=detail))
        if promise.policy_version_id not in _in_force(versions, at=promise.made_at):
            detail = f"made under {promise.policy_version}, which was not in force then"
            broken.append(Violation(invariant=name, subject=f"promise {promise.pk}", detail=detail))
    return Result(name=name, checked=checked, violations=tuple(broken))


def every_miss_has_a_record(*, now: datetime) -> Result:
    """15: a promise kept too late, or not at all, has its miss, at the moment it fell due.

    One in time has none. What just fell due waits for the job that notes it.
    """
    name = "15 every miss has a record"
    late = Promise.objects.filter(~queries.IN_TIME, kept_at__isnull=False, miss__isnull=True)
    never = queries.open_promises().filter(queries.over(now=now - UNNOTED), miss__isnull=True)
    early = Promise.objects.filter(
        queries.IN_TIME | (Q(kept_at__isnull=True) & ~queries.over(now=now)), miss__isnull=False
    )
    moved = Promise.objects.filter(miss__isnull=False).exclude(miss__missed_at=F("due_at"))
    broken = [
        Violation(invariant=name, subject=f"promise {pk}", detail="late without a record")
        for pk in late.values_list("pk", flat=True)
    ]
    broken += [
        Violation(invariant=name, subject=f"promise {pk}", detail="overdue without a record")
        for pk in never.values_list("pk", flat=True)
    ]
    broken += [
        Violation(invariant=name, subject=f"promise {pk}", detail="kept in time, yet a miss")
        for pk in early.values_list("pk", flat=True)
    ]
    broken += [
        Violation(invariant=name, subject=f"promise {pk}", detail="missed at another moment")
        for pk in moved.values_list("pk", flat=True)
    ]
    return Result(name=name, checked=Promise.objects.count(), violations=tuple(broken))


def _answer(promise: Promise) -> Moments:
    meant = promise_for(asked_at=promise.made_at, policy=queries.policy_of(promise.policy_version))
    return meant.due_at, meant.guaranteed_by, meant.same_day_by, meant.usual_by


def _credentials(promise: Promise) -> Moments:
    seconds = queries.policy_of(promise.policy_version).credentials.mail_seconds
    return promise.made_at + timedelta(seconds=seconds), None, None, None


def _in_force(versions: list[PolicyVersion], *, at: datetime) -> set[int]:
    """Return the version in force at a moment; at the very moment of a change either is."""
    until = [one for one in versions if one.takes_effect_at <= at]
    before = [one for one in until if one.takes_effect_at < at]
    return {one.pk for one in (*until[-1:], *before[-1:])}


INVARIANTS = (due_as_the_policy_says, every_miss_has_a_record)

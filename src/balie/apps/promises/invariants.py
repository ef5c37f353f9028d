"""What must always hold of promises (DESIGN section 7: 15)."""

from datetime import datetime

from django.db.models import F, Q

from balie.apps.promises import queries
from balie.apps.promises.models import Promise
from balie.domain.promises import promise_for
from balie.infra.invariants import Result, Violation


def due_as_the_policy_says(*, now: datetime) -> Result:
    """15: the due moments of an answer are what the engine makes of its own policy version."""
    name = "15 due moment = policy at the asking"
    broken = []
    checked = 0
    answers = Promise.objects.filter(kind=Promise.Kind.ANSWER).select_related("policy_version")
    for promise in answers.iterator(chunk_size=1000):
        checked += 1
        meant = promise_for(
            asked_at=promise.made_at, policy=queries.policy_of(promise.policy_version)
        )
        stored = (promise.due_at, promise.guaranteed_by, promise.same_day_by, promise.usual_by)
        if stored != (meant.due_at, meant.guaranteed_by, meant.same_day_by, meant.usual_by):
            broken.append(
                Violation(
                    invariant=name,
                    subject=f"promise {promise.pk}",
                    detail=f"due {promise.due_at.isoformat()}, by the policy "
                    f"{meant.due_at.isoformat()}",
                )
            )
    return Result(name=name, checked=checked, violations=tuple(broken))


def every_miss_has_a_record(*, now: datetime) -> Result:
    """15: a promise kept too late has its miss, at the moment it fell due; one in time has none."""
    name = "15 every miss has a record"
    late = Promise.objects.filter(~queries.IN_TIME, kept_at__isnull=False, miss__isnull=True)
    early = Promise.objects.filter(
        queries.IN_TIME | (Q(kept_at__isnull=True) & ~queries.over(now=now)), miss__isnull=False
    )
    moved = Promise.objects.filter(miss__isnull=False).exclude(miss__missed_at=F("due_at"))
    broken = [
        Violation(invariant=name, subject=f"promise {pk}", detail="late without a record")
        for pk in late.values_list("pk", flat=True)
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


INVARIANTS = (due_as_the_policy_says, every_miss_has_a_record)

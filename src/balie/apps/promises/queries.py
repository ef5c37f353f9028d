"""The policy in force, and how well promises are kept."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from balie.apps.promises.models import PolicyVersion, Promise
from balie.domain.policy import Policy
from balie.infra import clock

IN_TIME = Q(kept_at__isnull=False, kept_at__lte=F("due_at")) & (
    Q(same_day_by__isnull=True) | Q(kept_at__lt=F("same_day_by"))
)
IN_TIME_GUARANTEE = Q(kept_at__isnull=False, kept_at__lte=F("guaranteed_by"))
WITHIN_USUAL = Q(kept_at__isnull=False, kept_at__lte=F("usual_by"))
SAME_DAY = Q(kept_at__isnull=False, kept_at__lt=F("same_day_by"))


def over(*, now: datetime) -> Q:
    """Return which promises can no longer be kept at `now` (as `Promise.is_over`)."""
    return Q(due_at__lt=now) | Q(same_day_by__isnull=False, same_day_by__lte=now)


@dataclass(frozen=True, kw_only=True)
class KeptRate:
    """How often one promise was kept: counts of promises that were kept, broken or still run.

    `withdrawn` are those that a person ended (the message needed no answer); they count in no rate.
    """

    name: str
    kept: int
    broken: int
    open: int
    withdrawn: int

    @property
    def per_cent(self) -> float | None:
        """Kept of all that are decided, in per cent; None while nothing is decided."""
        decided = self.kept + self.broken
        return round(100 * self.kept / decided, 1) if decided else None


def version_in_force(*, now: datetime) -> PolicyVersion:
    """Return the policy version that promises made at `now` come under.

    Of versions that take effect at the same moment the last stored wins.
    """
    found = (
        PolicyVersion.objects.filter(takes_effect_at__lte=now)
        .order_by("-takes_effect_at", "-number")
        .first()
    )
    if found is None:
        msg = "no policy version takes effect at or before this moment; run `balie migrate`"
        raise PolicyVersion.DoesNotExist(msg)
    return found


def policy_of(version: PolicyVersion) -> Policy:
    """Return the policy a version holds; equal contents are read once per process."""
    return _read(json.dumps(version.content, sort_keys=True))


def policy_in_force(*, now: datetime) -> Policy:
    """Return the policy in force at `now`."""
    return policy_of(version_in_force(now=now))


@lru_cache(maxsize=32)
def _read(content: str) -> Policy:
    # By content, not by number: a number that was rolled back is given out again.
    return Policy.from_mapping(json.loads(content))


def open_promises() -> QuerySet[Promise]:
    """Return the promises that still wait to be kept, earliest due first."""
    return Promise.objects.filter(kept_at__isnull=True, withdrawn_at__isnull=True).order_by(
        "due_at"
    )


def kept_rates(*, now: datetime, since: datetime | None = None) -> list[KeptRate]:
    """Return the kept rates that the FAQ shows: guarantee, same day, within the hour, login mail.

    One query. A promise that was withdrawn (the question needed no answer) counts in no rate.
    """
    promises = Promise.objects.all()
    standing = Q(withdrawn_at__isnull=True)
    if since is not None:
        promises = promises.filter(made_at__gte=since)
    answers, logins = Q(kind=Promise.Kind.ANSWER), Q(kind=Promise.Kind.CREDENTIALS)
    parts = {
        "answers.guarantee_hours": (answers, IN_TIME_GUARANTEE, Q(guaranteed_by__lt=now)),
        "answers.same_day_cutoff": (
            answers & Q(same_day_by__isnull=False),
            SAME_DAY,
            Q(same_day_by__lte=now),
        ),
        "answers.usual_minutes": (
            answers & Q(usual_by__isnull=False),
            WITHIN_USUAL,
            Q(usual_by__lt=now),
        ),
        "credentials.mail_seconds": (logins, IN_TIME, Q(due_at__lt=now)),
    }
    counts = promises.aggregate(
        **{
            f"{what}_{index}": Count("pk", filter=condition)
            for index, (which, kept, over) in enumerate(parts.values())
            for what, condition in {
                "all": which & standing,
                "kept": which & standing & kept,
                "broken": which & standing & _decided_against(kept, over),
                "withdrawn": which & ~standing,
            }.items()
        }
    )
    return [
        KeptRate(
            name=name,
            kept=counts[f"kept_{index}"],
            broken=counts[f"broken_{index}"],
            open=counts[f"all_{index}"] - counts[f"kept_{index}"] - counts[f"broken_{index}"],
            withdrawn=counts[f"withdrawn_{index}"],
        )
        for index, name in enumerate(parts)
    ]


@dataclass(frozen=True, kw_only=True)
class KeptWeek:
    """One week (from Monday, Amsterdam) of answers: how many were kept in time, how many not."""

    monday: date
    kept: int
    broken: int


def kept_per_week(*, now: datetime, weeks: int) -> list[KeptWeek]:
    """Return how answers were kept in each of the last weeks, oldest first, in one query."""
    this_monday = clock.local(now).date()
    this_monday -= timedelta(days=this_monday.weekday())
    first = this_monday - timedelta(weeks=weeks - 1)
    start = datetime.combine(first, time(), tzinfo=clock.AMSTERDAM)
    kept: Counter[date] = Counter()
    broken: Counter[date] = Counter()
    rows = (
        Promise.objects.filter(
            kind=Promise.Kind.ANSWER, withdrawn_at__isnull=True, made_at__gte=start
        )
        .annotate(in_time=ExpressionWrapper(IN_TIME, output_field=BooleanField()))
        .values_list("made_at", "due_at", "kept_at", "in_time")
    )
    for made_at, due_at, kept_at, in_time in rows:
        day = clock.local(made_at).date()
        monday = day - timedelta(days=day.weekday())
        if in_time:
            kept[monday] += 1
        elif kept_at is not None or due_at <= now:
            broken[monday] += 1
    mondays = [first + timedelta(weeks=index) for index in range(weeks)]
    return [KeptWeek(monday=day, kept=kept[day], broken=broken[day]) for day in mondays]


def _decided_against(kept: Q, over: Q) -> Q:
    """Broken: answered, but not in time; or not answered and the moment has passed."""
    return (Q(kept_at__isnull=False) & ~kept) | (Q(kept_at__isnull=True) & over)

"""The policy in force, and how well promises are kept."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncWeek

from balie.apps.promises.models import Miss, PolicyVersion, Promise
from balie.domain.policy import Policy
from balie.infra import clock

IN_TIME = Q(kept_at__isnull=False, kept_at__lte=F("due_at")) & (
    Q(same_day_by__isnull=True) | Q(kept_at__lt=F("same_day_by"))
)
IN_TIME_GUARANTEE = Q(kept_at__isnull=False, kept_at__lte=F("guaranteed_by"))
WITHIN_USUAL = Q(kept_at__isnull=False, kept_at__lte=F("usual_by"))
SAME_DAY = Q(kept_at__isnull=False, kept_at__lt=F("same_day_by"))
RATES = (
    "answers.guarantee_hours",
    "answers.same_day_cutoff",
    "answers.usual_minutes",
    "credentials.mail_seconds",
)
ANSWER_TIMES = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=24),
)


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
    if since is not None:
        promises = promises.filter(made_at__gte=since)
    return _rates(promises.aggregate(**_counts(now=now)))


@dataclass(frozen=True, kw_only=True)
class KeptWeek:
    """One week (from Monday, Amsterdam) of what was promised in it, rate by rate.

    `rates` are those of `kept_rates`, in the same order.
    """

    monday: date
    rates: tuple[KeptRate, ...]

    def rate(self, name: str) -> KeptRate:
        """The rate of one promise, by the path of its figure."""
        return next(rate for rate in self.rates if rate.name == name)


def kept_per_week(*, now: datetime, weeks: int) -> list[KeptWeek]:
    """Return the kept rates of what was promised in each of the last weeks, oldest first.

    One query; a week in which nothing was promised is there too.
    """
    mondays = last_mondays(now=now, weeks=weeks)
    start = datetime.combine(mondays[0], time(), tzinfo=clock.AMSTERDAM)
    rows = (
        Promise.objects.filter(made_at__gte=start)
        .annotate(week=TruncWeek("made_at", tzinfo=clock.AMSTERDAM))
        .values("week")
        .annotate(**_counts(now=now))
    )
    counted = {row["week"].date(): _rates(row) for row in rows}
    nothing = _rates({})
    return [KeptWeek(monday=day, rates=tuple(counted.get(day, nothing))) for day in mondays]


def last_mondays(*, now: datetime, weeks: int) -> list[date]:
    """Return the Mondays (Amsterdam) that begin the last weeks, this one included, oldest first."""
    today = clock.local(now).date()
    this_monday = today - timedelta(days=today.weekday())
    return [this_monday - timedelta(weeks=back) for back in reversed(range(weeks))]


@dataclass(frozen=True, kw_only=True)
class AnswerTimes:
    """How long answers took: counts per stretch of time, and how many are not answered yet.

    `within` holds (upper bound, how many took at most that and more than the bound before); what
    took longer than the last bound is `longer`.
    """

    within: tuple[tuple[timedelta, int], ...]
    longer: int
    unanswered: int

    @property
    def answered(self) -> int:
        """How many answers were counted."""
        return self.longer + sum(count for _, count in self.within)


def answer_times(*, since: datetime) -> AnswerTimes:
    """Return how long it took to answer what was asked since a moment: elapsed time. One query.

    Counted are answers of people that were delivered; what needed no answer is left out.
    """
    asked = Promise.objects.filter(
        kind=Promise.Kind.ANSWER, withdrawn_at__isnull=True, made_at__gte=since
    )
    counted = asked.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(kept_at__isnull=False)),
        **{
            f"within_{index}": Count("pk", filter=Q(kept_at__lte=F("made_at") + bound))
            for index, bound in enumerate(ANSWER_TIMES)
        },
    )
    upto = [counted[f"within_{index}"] for index in range(len(ANSWER_TIMES))]
    parts = [count - before for before, count in zip([0, *upto], upto, strict=False)]
    return AnswerTimes(
        within=tuple(zip(ANSWER_TIMES, parts, strict=True)),
        longer=counted["answered"] - upto[-1],
        unanswered=counted["all"] - counted["answered"],
    )


@dataclass(frozen=True, kw_only=True)
class MailTimes:
    """How soon login details left: of `count` mails half within `median`, 99 in 100 within `p99`.

    Both are rounded up to whole seconds; `kept` is the share in time of all that were promised, in
    per cent. None while there is nothing to count.
    """

    count: int
    median: timedelta | None
    p99: timedelta | None
    kept: float | None


def login_mail_times(*, now: datetime, since: datetime) -> MailTimes:
    """Return how long it took until the mail server had the login details asked for since then.

    What was never mailed has no time; it counts in the share. At most four queries.
    """
    promised = Promise.objects.filter(
        kind=Promise.Kind.CREDENTIALS, made_at__gte=since, withdrawn_at__isnull=True
    )
    took = F("kept_at") - F("made_at")
    times = (
        promised.filter(kept_at__isnull=False)
        .annotate(took=ExpressionWrapper(took, output_field=DurationField()))
        .order_by("took")
        .values_list("took", flat=True)
    )
    count = times.count()
    rates = {rate.name: rate for rate in kept_rates(now=now, since=since)}
    return MailTimes(
        count=count,
        median=_in_seconds(times[(count - 1) // 2]) if count else None,
        # The nearest rank: the smallest time that 99 in 100 did not exceed.
        p99=_in_seconds(times[-(-99 * count // 100) - 1]) if count else None,
        kept=rates["credentials.mail_seconds"].per_cent,
    )


def _in_seconds(took: timedelta) -> timedelta:
    return timedelta(seconds=max(1, math.ceil(took.total_seconds())))


def misses_by_cause(*, since: datetime) -> list[tuple[str, int]]:
    """Return how many promises made since a moment were missed, per cause, most frequent first.

    A miss whose cause nobody named yet stands under "".
    """
    counted = (
        Miss.objects.filter(promise__made_at__gte=since, promise__kind=Promise.Kind.ANSWER)
        .values("cause")
        .annotate(count=Count("pk"))
        .order_by("-count", "cause")
    )
    return [(row["cause"], row["count"]) for row in counted]


def _parts(*, now: datetime) -> dict[str, tuple[Q, Q, Q]]:
    """Return per rate which promises it is about, when they are kept, and when it is too late."""
    answers, logins = Q(kind=Promise.Kind.ANSWER), Q(kind=Promise.Kind.CREDENTIALS)
    return {
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


def _counts(*, now: datetime) -> dict[str, Count]:
    """Return what to count for every rate; a withdrawn promise counts in no rate."""
    standing = Q(withdrawn_at__isnull=True)
    return {
        f"{what}_{index}": Count("pk", filter=condition)
        for index, (which, kept, over) in enumerate(_parts(now=now).values())
        for what, condition in {
            "all": which & standing,
            "kept": which & standing & kept,
            "broken": which & standing & _decided_against(kept, over),
            "withdrawn": which & ~standing,
        }.items()
    }


def _rates(counts: Mapping[str, Any]) -> list[KeptRate]:
    """Return the rates that were counted; what is not among the counts is nothing."""
    return [
        KeptRate(
            name=name,
            kept=counts.get(f"kept_{index}", 0),
            broken=counts.get(f"broken_{index}", 0),
            open=counts.get(f"all_{index}", 0)
            - counts.get(f"kept_{index}", 0)
            - counts.get(f"broken_{index}", 0),
            withdrawn=counts.get(f"withdrawn_{index}", 0),
        )
        for index, name in enumerate(RATES)
    ]


def _decided_against(kept: Q, over: Q) -> Q:
    """Broken: answered, but not in time; or not answered and the moment has passed."""
    return (Q(kept_at__isnull=False) & ~kept) | (Q(kept_at__isnull=True) & over)

"""Jobs and schedules in the same database (docs/decisions names the measurements behind this).

A job is a row written in the transaction that needs it, so a rollback leaves none. It runs at
least once: a claim is a lease that a running job keeps alive, and when its process dies another
takes it up. An attempt counts when it starts, so a job that kills its process ends as failed
instead of killing workers for ever. Jobs are therefore written to be repeated safely.

Schedules are rows of ours that say when a job runs by itself. Apps declare theirs in ``jobs.py``
and ``ensure_schedules`` writes them down after a migration. A missed moment is made up for once,
not once per miss: no burst after five days off.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import autodiscover_modules

from balie.infra import clock
from balie.infra.audit import JSON
from balie.infra.logs import without_tokens
from balie.infra.models import Job, JobState, Schedule

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
KEPT = timedelta(days=7)
POLL_SECONDS = 0.5
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

Function = Callable[..., object]
JobFunction = TypeVar("JobFunction", bound=Function)


class UnknownJob(Exception):
    """No function is registered under that name."""


_functions: dict[str, Function] = {}


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register ``function(now, **arguments)``; stands in an app's ``jobs.py``, found by itself."""

    def register(function: JobFunction) -> JobFunction:
        if _functions.get(name, function) is not function:
            raise ValueError(f"two jobs are named {name!r}")
        _functions[name] = function
        return function

    return register


def function_of(name: str) -> Function:
    """The function of a job, or UnknownJob; loads every app's ``jobs.py`` when needed."""
    if name not in _functions:
        autodiscover_modules("jobs")
    try:
        return _functions[name]
    except KeyError:
        raise UnknownJob(f"no app has a job named {name!r}") from None


def enqueue(
    name: str, *, dedupe: str = "", run_at: datetime | None = None, **arguments: JSON
) -> Job:
    """Queue a job in the caller's transaction; it runs after the commit, at ``run_at`` or at once.

    With ``dedupe`` a second call while one such job still waits returns that one. A job that is
    running does not count as waiting: it may have read before the caller wrote.
    """
    function_of(name)
    while True:
        try:
            with transaction.atomic():
                return Job.objects.create(
                    name=name, arguments=arguments, dedupe=dedupe, next_attempt_at=run_at
                )
        except IntegrityError:
            if not dedupe:
                raise
            waiting = _joined(dedupe, run_at=run_at)
            if waiting is not None:
                return waiting


def _joined(dedupe: str, *, run_at: datetime | None) -> Job | None:
    """The waiting job of that key, no later than ``run_at``; None when it has just been taken.

    The row is written to, so that on PostgreSQL nobody takes it before our caller has committed
    what the job is to see.
    """
    waiting = Job.objects.filter(dedupe=dedupe, state=JobState.WAITING)
    joined = (
        waiting.update(next_attempt_at=None)
        if run_at is None
        else waiting.filter(next_attempt_at__gt=run_at).update(next_attempt_at=run_at)
        or waiting.update(dedupe=dedupe)
    )
    return waiting.first() if joined else None


def run_pending(*, now: datetime, limit: int | None = None, lease: timedelta = LEASE) -> int:
    """Run due schedules and queued jobs in this thread until none is left; how many jobs ran.

    ``now`` is what the jobs get. A job that fails is put back for later and logged, never raised.
    """
    enqueue_scheduled(now=now)
    ran = 0
    while limit is None or ran < limit:
        claimed = _claim_next(now=now, lease=lease)
        if claimed is None:
            break
        _run(claimed, now=now, lease=lease)
        ran += 1
    return ran


def work(stop: threading.Event, *, lease: timedelta = LEASE) -> None:
    """Run jobs until ``stop`` is set, reading the clock before each; for a thread of its own.

    The job at hand is finished first. A database that is away is waited for.
    """
    pause = POLL_SECONDS
    while not stop.is_set():
        try:
            close_old_connections()
            ran = run_pending(now=clock.now(), limit=1, lease=lease)
            pause = 0 if ran else POLL_SECONDS
        except Exception:
            # A database that is away, or a fault of ours: the thread must not end for it.
            log.exception("trying again in a while")
            pause = min(max(pause, POLL_SECONDS) * 2, 30)
        stop.wait(pause)
    connection.close()


def failed() -> QuerySet[Job]:
    """Jobs that were given up, latest first: they need a person."""
    return Job.objects.filter(state=JobState.FAILED).order_by("-id")


def overdue(*, now: datetime, longer_than: timedelta = timedelta(minutes=15)) -> list[str]:
    """Names of the schedules and jobs that should have begun ``longer_than`` ago, sorted.

    Nobody has taken them up: no worker is alive, or each is busy with something else.
    """
    before = now - longer_than
    schedules = Schedule.objects.filter(next_at__lte=before).values_list("name", flat=True)
    waiting = Job.objects.filter(state=JobState.WAITING, next_attempt_at__lte=before)
    return sorted({*schedules, *waiting.values_list("name", flat=True)})


def retry(job_id: int) -> bool:
    """Let a failed job run again from its first attempt; False when it is not a failed one."""
    try:
        with transaction.atomic():
            return bool(
                Job.objects.filter(pk=job_id, state=JobState.FAILED).update(
                    state=JobState.WAITING, attempts=0, next_attempt_at=None, finished_at=None
                )
            )
    except IntegrityError:
        return False  # the same work is waiting already


def _claim_next(*, now: datetime, lease: timedelta) -> Job | None:
    """Take the oldest job that is due, by a guarded UPDATE that only one process can win."""
    machine = clock.machine()
    open_jobs = Job.objects.filter(
        Q(state=JobState.WAITING) & (Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now))
        | Q(state=JobState.RUNNING, claimed_until__lte=machine)
    )
    for candidate in open_jobs.order_by("id").values_list("id", flat=True)[:20]:
        token = uuid.uuid4().hex
        if open_jobs.filter(pk=candidate).update(
            state=JobState.RUNNING,
            claimed_by=token,
            claimed_until=machine + lease,
            attempts=F("attempts") + 1,
        ):
            return Job.objects.get(pk=candidate)
    return None


def _run(claimed: Job, *, now: datetime, lease: timedelta) -> None:
    """Run one claimed job and write down how it ended, unless the claim was lost meanwhile."""
    if claimed.attempts > MOST_ATTEMPTS:
        _finish(claimed, JobState.FAILED, f"given up: the process died {MOST_ATTEMPTS} times")
        return
    try:
        with _kept_alive(claimed, lease=lease):
            function_of(claimed.name)(now, **claimed.arguments)
    except Exception as error:
        log.exception("job failed", extra={"job": claimed.name, "row": claimed.pk})
        _put_back(claimed, without_tokens(f"{type(error).__name__}: {error}"), now=now)
    else:
        _finish(claimed, JobState.DONE, "")


def _mine(claimed: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=claimed.pk, state=JobState.RUNNING, claimed_by=claimed.claimed_by)


def _finish(claimed: Job, state: JobState, error: str) -> None:
    ended = _mine(claimed).update(
        state=state, finished_at=clock.machine(), claimed_until=None, last_error=error
    )
    if state == JobState.FAILED:
        log.error("job given up", extra={"job": claimed.name, "row": claimed.pk})
    if not ended:
        log.warning("job was taken over", extra={"job": claimed.name, "row": claimed.pk})


def _put_back(claimed: Job, error: str, *, now: datetime) -> None:
    """Back in the queue with a pause, or failed after the last attempt."""
    if claimed.attempts >= MOST_ATTEMPTS:
        _finish(claimed, JobState.FAILED, error)
        return
    try:
        with transaction.atomic():
            _mine(claimed).update(
                state=JobState.WAITING,
                next_attempt_at=now + pause_after(claimed),
                claimed_until=None,
                last_error=error,
            )
    except IntegrityError:
        # The same work was queued again while this ran: that one will do it.
        _finish(claimed, JobState.DONE, f"left to the one queued since: {error}")


def pause_after(claimed: Job) -> timedelta:
    """How long to wait after a failed attempt: doubling from 10 s to 1 h, a quarter up or down.

    The jitter is derived from the row, so that a simulation can be replayed.
    """
    doubled = min(FIRST_PAUSE * (1 << min(claimed.attempts - 1, 16)), LONGEST_PAUSE)
    digest = hashlib.sha256(f"{claimed.name}/{claimed.pk}/{claimed.attempts}".encode()).digest()
    return doubled * (0.75 + int.from_bytes(digest[:4], "big") / 2**33)


@contextmanager
def _kept_alive(claimed: Job, *, lease: timedelta) -> Iterator[None]:
    """Renew the lease from a second thread while the block runs, so that a long job stays ours."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(lease.total_seconds() / 3):
            try:
                _mine(claimed).update(claimed_until=clock.machine() + lease)
            except DatabaseError:
                log.warning("lease not renewed", extra={"job": claimed.name, "row": claimed.pk})
        connection.close()

    heart = threading.Thread(target=beat, name=f"lease of job {claimed.pk}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()


def forget_finished(*, before: datetime) -> int:
    """Remove jobs that were done before a moment of the machine; failed ones stay."""
    removed, _ = Job.objects.filter(state=JobState.DONE, finished_at__lt=before).delete()
    return removed


@job("forget-finished-jobs")
def forget_old(now: datetime) -> None:
    """Keep a week of finished jobs."""
    forget_finished(before=clock.machine() - KEPT)


@dataclass(frozen=True, kw_only=True)
class DeclaredSchedule:
    """A schedule as an app declares it: one of ``every`` and ``daily_at`` (Amsterdam time)."""

    name: str
    job: str
    every: timedelta | None = None
    daily_at: time | None = None

    def __post_init__(self) -> None:
        if (self.every is None) == (self.daily_at is None):
            raise ValueError(f"{self.name}: give either every or daily_at")


_declared: dict[str, DeclaredSchedule] = {}


def schedule(
    name: str, *, job: str, every: timedelta | None = None, daily_at: time | None = None
) -> None:
    """Declare that ``job`` runs by itself; stands in an app's ``jobs.py``."""
    _declared[name] = DeclaredSchedule(name=name, job=job, every=every, daily_at=daily_at)


def ensure_schedules(*, now: datetime) -> list[str]:
    """Make the table say what the apps declare; the names, sorted.

    A schedule that is new or has another rhythm starts counting at ``now``; one that nobody
    declares any more is removed.
    """
    autodiscover_modules("jobs")
    with transaction.atomic():
        Schedule.objects.exclude(name__in=_declared).delete()
        for declared in _declared.values():
            _write(declared, now=now)
    return sorted(_declared)


def _write(declared: DeclaredSchedule, *, now: datetime) -> None:
    seconds = int(declared.every.total_seconds()) if declared.every else None
    rhythm = {"job": declared.job, "every_seconds": seconds, "daily_at": declared.daily_at}
    if Schedule.objects.filter(name=declared.name, **rhythm).exists():
        return
    row = Schedule(name=declared.name, **rhythm)
    Schedule.objects.update_or_create(
        name=declared.name, defaults={**rhythm, "next_at": next_moment(row, after=now)}
    )


def enqueue_scheduled(*, now: datetime) -> int:
    """Enqueue the job of each due schedule and move it on, in one transaction each; how many."""
    count = 0
    for row in Schedule.objects.filter(next_at__lte=now).order_by("next_at", "id"):
        with transaction.atomic():
            moved = Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(
                next_at=next_moment(row, after=now)
            )
            if moved:
                enqueue(row.job, dedupe=f"schedule:{row.name}")
                count += 1
    return count


def next_moment(row: Schedule, *, after: datetime) -> datetime:
    """The first moment of the schedule later than ``after``."""
    if row.every_seconds is not None:
        return after + timedelta(seconds=row.every_seconds)
    if row.daily_at is None:
        raise ValueError(f"{row.name}: neither every_seconds nor daily_at")
    day = clock.local(after).date()
    moment = datetime.combine(day, row.daily_at, tzinfo=clock.AMSTERDAM)
    if moment <= after:
        moment = datetime.combine(day + timedelta(days=1), row.daily_at, tzinfo=clock.AMSTERDAM)
    return clock.utc(moment)


def next_due() -> datetime | None:
    """When the next schedule falls due; the time machine jumps to it."""
    return Schedule.objects.order_by("next_at").values_list("next_at", flat=True).first()


schedule("forget-finished-jobs", job="forget-finished-jobs", daily_at=time(4, 30))

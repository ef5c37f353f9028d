"""What a process does that a test starts in order to kill it: ``python -m tests.infra.child``.

The careless ways of working are the broken twins: each must lose or repeat work, which proves that
the tests of the careful way can fail.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from signal import SIGKILL

import django

django.setup()

from django.db import transaction  # noqa: E402

from balie.infra import clock, halt, jobs, outbox  # noqa: E402
from balie.infra.audit import SYSTEM  # noqa: E402
from balie.infra.models import Job, JobState, OutboxRow, OutboxState  # noqa: E402
from tests.infra import work  # noqa: E402

LEASE = timedelta(seconds=1)


def die() -> None:
    os.kill(os.getpid(), SIGKILL)


def run_jobs() -> None:
    jobs.work(threading.Event(), lease=LEASE)


def run_jobs_taking_them_out() -> None:
    """Twin: the row is removed when the job is taken, as some queues do."""
    while True:
        for taken in Job.objects.filter(state=JobState.WAITING):
            Job.objects.filter(pk=taken.pk).delete()
            jobs.function_of(taken.name)(clock.now(), **taken.arguments)


def run_jobs_without_heartbeat() -> None:
    """Twin: the lease is never renewed, so a job longer than that is taken over while it runs."""

    @contextlib.contextmanager
    def not_kept_alive(claimed: Job, *, lease: timedelta) -> Iterator[None]:
        yield

    jobs._kept_alive = not_kept_alive
    run_jobs()


def enqueue_and_die(folder: str, *, where: str) -> None:
    """Write a fact and the job it needs; die before or after the commit."""
    if where == "careless":
        _fact()
        die()
        jobs.enqueue("infra-test.note", folder=folder)
    with transaction.atomic():
        jobs.enqueue("infra-test.note", folder=folder)
        _fact()
        if where == "before":
            die()
    die()


def _fact() -> None:
    halt.halt(reason="a fact that needs a job", now=clock.now(), by=SYSTEM)


def send_and_die_before_the_commit() -> None:
    def die_instead(row: OutboxRow, delivery: outbox.Delivery, *, now: object) -> None:
        die()

    outbox._accept = die_instead
    outbox.send_due(now=clock.now(), lease=LEASE)


def mark_and_die_before_sending() -> None:
    """Twin: the row is marked first and sent afterwards, so a crash between loses the mail."""
    row = OutboxRow.objects.get()
    OutboxRow.objects.filter(pk=row.pk).update(
        state=OutboxState.ACCEPTED, accepted_at=clock.now(), closed_at=clock.now()
    )
    die()
    work.send(row, clock.now())


WAYS: dict[str, Callable[..., None]] = {
    "run-jobs": run_jobs,
    "run-jobs-taking-them-out": run_jobs_taking_them_out,
    "run-jobs-without-heartbeat": run_jobs_without_heartbeat,
    "enqueue-die-before": lambda folder: enqueue_and_die(folder, where="before"),
    "enqueue-die-after": lambda folder: enqueue_and_die(folder, where="after"),
    "enqueue-careless": lambda folder: enqueue_and_die(folder, where="careless"),
    "send-die": send_and_die_before_the_commit,
    "mark-die": mark_and_die_before_sending,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])

"""Jobs: once per claim, again after a failure, joined by key, and schedules that are rows."""

import threading
import time
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

import pytest
from django.db import connection, transaction

from balie.infra import clock, jobs
from balie.infra.models import Job, JobState, Schedule
from tests.infra import work
from tests.infra.conftest import in_thread
from tests.infra.work import diary_of

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the schedules that the test declares."""
    monkeypatch.setattr(jobs, "_declared", {})


@pytest.mark.django_db
def test_job_runs_with_the_moment_it_is_given(tmp_path: Path) -> None:
    seen: list[datetime] = []
    jobs.job("infra-test.seen")(seen.append)
    jobs.enqueue("infra-test.seen")

    assert jobs.run_pending(now=NOW) == 1

    assert seen == [NOW]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_rollback_leaves_no_job(tmp_path: Path) -> None:
    with transaction.atomic():
        jobs.enqueue("infra-test.note", folder=str(tmp_path))
        transaction.set_rollback(True)

    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_unknown_job_is_refused() -> None:
    with pytest.raises(jobs.UnknownJob, match="no app has a job named 'nobody'"):
        jobs.enqueue("nobody")


@pytest.mark.django_db
def test_failed_job_waits_longer_each_time_and_is_given_up(tmp_path: Path) -> None:
    jobs.enqueue("infra-test.fail", folder=str(tmp_path))
    now, pauses = NOW, []

    while Job.objects.get().state != JobState.FAILED:
        assert jobs.run_pending(now=now) == 1
        row = Job.objects.get()
        if row.state == JobState.WAITING:
            assert row.next_attempt_at is not None
            pauses.append(row.next_attempt_at - now)
            assert jobs.run_pending(now=row.next_attempt_at - timedelta(microseconds=1)) == 0
            now = row.next_attempt_at

    assert len(diary_of(tmp_path)) == jobs.MOST_ATTEMPTS
    assert pauses[:6] == sorted(pauses[:6])
    assert len(set(pauses[:6])) == 6
    assert max(pauses) <= jobs.LONGEST_PAUSE * 1.25
    assert "this job always fails" in Job.objects.get().last_error
    assert [row.pk for row in jobs.failed()] == [Job.objects.get().pk]


@pytest.mark.django_db
def test_job_that_killed_its_workers_is_given_up(tmp_path: Path) -> None:
    row = jobs.enqueue("infra-test.note", folder=str(tmp_path))
    Job.objects.filter(pk=row.pk).update(
        state=JobState.RUNNING,
        attempts=jobs.MOST_ATTEMPTS,
        claimed_by="gone",
        claimed_until=clock.machine() - timedelta(seconds=1),
    )

    jobs.run_pending(now=NOW)

    assert diary_of(tmp_path) == []
    assert Job.objects.get().state == JobState.FAILED


@pytest.mark.django_db
def test_failed_job_can_be_run_again(tmp_path: Path) -> None:
    row = jobs.enqueue("infra-test.note", folder=str(tmp_path))
    Job.objects.filter(pk=row.pk).update(state=JobState.FAILED, attempts=jobs.MOST_ATTEMPTS)

    assert jobs.retry(row.pk)
    jobs.run_pending(now=NOW)

    assert diary_of(tmp_path) == ["ran"]
    assert not jobs.retry(row.pk)


@pytest.mark.django_db
def test_job_waits_until_its_moment(tmp_path: Path) -> None:
    jobs.enqueue("infra-test.note", run_at=NOW, folder=str(tmp_path))

    assert jobs.run_pending(now=NOW - timedelta(microseconds=1)) == 0
    assert jobs.run_pending(now=NOW) == 1


@pytest.mark.django_db
def test_second_job_with_the_key_joins_the_first_and_takes_the_earlier_moment(
    tmp_path: Path,
) -> None:
    first = jobs.enqueue("infra-test.note", dedupe="k", run_at=NOW, folder=str(tmp_path))
    second = jobs.enqueue("infra-test.note", dedupe="k", folder=str(tmp_path))
    third = jobs.enqueue("infra-test.note", dedupe="k", run_at=NOW, folder=str(tmp_path))

    assert first.pk == second.pk == third.pk
    assert second.next_attempt_at is None
    assert third.next_attempt_at is None


@pytest.mark.django_db
def test_job_queued_while_the_same_runs_is_a_new_one(tmp_path: Path) -> None:
    queued: list[Job] = []

    def queue_again(now: datetime) -> None:
        if not queued:
            queued.append(jobs.enqueue("infra-test.again", dedupe="k"))
            raise ValueError("and it fails, too")

    jobs.job("infra-test.again")(queue_again)
    first = jobs.enqueue("infra-test.again", dedupe="k")

    assert jobs.run_pending(now=NOW) == 2
    assert queued[0].pk != first.pk
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.django_db(transaction=True)
def test_job_that_others_wait_to_join_is_not_taken_before_they_commit(tmp_path: Path) -> None:
    """What the second caller wrote must be seen by the run it relies on (PostgreSQL)."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    jobs.enqueue("infra-test.note", dedupe="k", folder=str(tmp_path))

    with transaction.atomic():
        jobs.enqueue("infra-test.note", dedupe="k", folder=str(tmp_path))
        worker = in_thread(lambda: jobs.run_pending(now=NOW))
        time.sleep(0.3)
        assert diary_of(tmp_path) == []
    worker.join()

    assert diary_of(tmp_path) == ["ran"]


def runs_per_job(folder: Path, *, count: int) -> list[int]:
    """Let four threads drain the queue; how often each job ran."""
    for number in range(count):
        jobs.enqueue("infra-test.note", folder=str(folder), word=str(number))
    threads = [in_thread(lambda: jobs.run_pending(now=NOW)) for _ in range(4)]
    for thread in threads:
        thread.join()
    diary = diary_of(folder)
    return [diary.count(str(number)) for number in range(count)]


@pytest.mark.django_db(transaction=True)
def test_each_job_runs_once_with_four_workers(tmp_path: Path) -> None:
    assert runs_per_job(tmp_path, count=60) == [1] * 60


@pytest.mark.django_db(transaction=True)
def test_jobs_run_twice_by_the_twin_that_looks_before_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_then_take(*, now: datetime, lease: timedelta) -> Job | None:
        found = Job.objects.filter(state=JobState.WAITING).order_by("id").first()
        time.sleep(0.01)
        if found is not None:
            Job.objects.filter(pk=found.pk).update(state=JobState.RUNNING)
        return found

    monkeypatch.setattr(jobs, "_claim_next", look_then_take)

    assert max(runs_per_job(tmp_path, count=20)) > 1


@pytest.mark.django_db(transaction=True)
def test_worker_thread_runs_jobs_until_it_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    worker = in_thread(lambda: jobs.work(stop))

    jobs.enqueue("infra-test.note", folder=str(tmp_path))
    deadline = time.monotonic() + 10
    while not diary_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    worker.join(timeout=5)

    assert diary_of(tmp_path) == ["ran"]
    assert not worker.is_alive()


@pytest.mark.django_db
def test_schedule_runs_every_so_often_and_makes_up_for_misses_once(
    tmp_path: Path, declared: None
) -> None:
    jobs.job("infra-test.tick")(lambda now: work.note(str(tmp_path), "tick"))
    jobs.schedule("tick", job="infra-test.tick", every=timedelta(minutes=5))
    jobs.ensure_schedules(now=NOW)

    assert jobs.run_pending(now=NOW + timedelta(minutes=4)) == 0
    assert jobs.run_pending(now=NOW + timedelta(minutes=5)) == 1
    assert jobs.run_pending(now=NOW + timedelta(days=5)) == 1
    assert Schedule.objects.get().next_at == NOW + timedelta(days=5, minutes=5)


@pytest.mark.parametrize(
    ("after", "following"),
    [
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), datetime(2026, 11, 24, 5, 0, tzinfo=UTC)),
        # The clock goes forward on 28 March 2027: 06:00 on the wall is an hour earlier in UTC.
        (datetime(2027, 3, 27, 5, 0, tzinfo=UTC), datetime(2027, 3, 28, 4, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 4, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC)),
    ],
)
def test_daily_schedule_keeps_to_the_wall_clock(after: datetime, following: datetime) -> None:
    row = Schedule(name="daily", job="x", daily_at=wall_time(6, 0))

    assert jobs.next_moment(row, after=after) == following


@pytest.mark.django_db
def test_schedules_follow_what_is_declared(declared: None) -> None:
    jobs.schedule("a", job="infra-test.note", every=timedelta(hours=1))
    jobs.schedule("b", job="infra-test.note", daily_at=wall_time(6, 0))
    jobs.ensure_schedules(now=NOW)
    jobs._declared.pop("b")

    assert jobs.ensure_schedules(now=NOW + timedelta(minutes=30)) == ["a"]

    assert [(row.name, row.next_at) for row in Schedule.objects.all()] == [
        ("a", NOW + timedelta(hours=1))
    ]
    assert jobs.next_due() == NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_done_jobs_are_forgotten_and_failed_ones_kept(tmp_path: Path) -> None:
    jobs.enqueue("infra-test.note", folder=str(tmp_path))
    jobs.run_pending(now=NOW)
    failed = jobs.enqueue("infra-test.note", folder=str(tmp_path))
    Job.objects.filter(pk=failed.pk).update(state=JobState.FAILED, finished_at=clock.machine())

    assert jobs.forget_finished(before=clock.machine() + timedelta(seconds=1)) == 1
    assert Job.objects.get().pk == failed.pk

"""A job survives the death of its worker, and is born with the transaction that needs it.

Each claim has a broken twin: the same check over a careless way of working must fail.
"""

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from balie.infra import jobs
from balie.infra.models import HaltEvent, Job, JobState
from tests.infra.conftest import until
from tests.infra.work import diary_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

Start = Callable[..., Popen[bytes]]


def survives_a_kill(start: Start, folder: Path, *, way: str) -> bool:
    """Kill the worker in the middle of a job; whether another worker brings it to its end."""
    jobs.enqueue("infra-test.linger", folder=str(folder))
    first = start(way)
    assert until(lambda: diary_of(folder) == ["begin"])
    first.kill()
    first.wait()
    (folder / "go").touch()
    start(way)
    return until(lambda: "end" in diary_of(folder), seconds=4)


def test_job_runs_again_when_its_worker_is_killed(child: Start, tmp_path: Path) -> None:
    assert survives_a_kill(child, tmp_path, way="run-jobs")

    assert until(lambda: Job.objects.get().state == JobState.DONE)
    assert diary_of(tmp_path) == ["begin", "begin", "end"]
    assert Job.objects.get().attempts == 2


def test_job_is_lost_by_the_twin_that_takes_the_row_out(child: Start, tmp_path: Path) -> None:
    assert not survives_a_kill(child, tmp_path, way="run-jobs-taking-them-out")


def runs_once_though_longer_than_its_lease(start: Start, folder: Path, *, way: str) -> bool:
    """Two workers, one job that takes two and a half leases; whether it ran once."""
    jobs.enqueue("infra-test.linger", folder=str(folder))
    start(way)
    start(way)
    assert until(lambda: "begin" in diary_of(folder))
    taken_over = until(lambda: diary_of(folder) == ["begin", "begin"], seconds=2.5)
    (folder / "go").touch()
    assert until(lambda: Job.objects.get().state == JobState.DONE)
    return not taken_over


def test_long_job_is_left_to_the_worker_that_runs_it(child: Start, tmp_path: Path) -> None:
    assert runs_once_though_longer_than_its_lease(child, tmp_path, way="run-jobs")


def test_long_job_is_run_twice_by_the_twin_without_heartbeat(child: Start, tmp_path: Path) -> None:
    way = "run-jobs-without-heartbeat"
    assert not runs_once_though_longer_than_its_lease(child, tmp_path, way=way)


def facts_and_jobs(start: Start, folder: Path, *, way: str) -> tuple[int, int]:
    """What is in the database after the process that wrote both was killed."""
    process = start(way, str(folder))
    assert process.wait(timeout=15) == -9
    return HaltEvent.objects.count(), Job.objects.count()


def test_no_job_when_killed_before_the_commit(child: Start, tmp_path: Path) -> None:
    assert facts_and_jobs(child, tmp_path, way="enqueue-die-before") == (0, 0)


def test_fact_and_job_when_killed_after_the_commit(child: Start, tmp_path: Path) -> None:
    assert facts_and_jobs(child, tmp_path, way="enqueue-die-after") == (1, 1)


def test_fact_without_job_by_the_twin_outside_a_transaction(child: Start, tmp_path: Path) -> None:
    assert facts_and_jobs(child, tmp_path, way="enqueue-careless") == (1, 0)

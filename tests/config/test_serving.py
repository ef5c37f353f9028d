"""Web server and workers in one process: they start, work and stop together."""

import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from balie.config import serving
from tests.config.conftest import Balie, Starter
from tests.infra.conftest import until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def opened(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if "open at" in line or "works" in line:
            return line
    return ""


def rows(home: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "balie.sqlite3", timeout=30)) as database, database:
        return list(database.execute(statement))


def queue_job(home: Path) -> None:
    rows(
        home,
        "INSERT INTO infra_job (name, arguments, dedupe, state, attempts, claimed_by, last_error) "
        "VALUES ('nobody-knows-this-job', '{}', '', 'waiting', 0, '', '')",
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_migrates_answers_works_and_stops(
    start_balie: Starter, tmp_path: Path, number: int
) -> None:
    port, home = free_port(), tmp_path / "home"
    process = start_balie("serve", "--port", str(port))
    assert f"http://127.0.0.1:{port}/" in opened(process)

    assert status(port) == 404
    queue_job(home)
    assert until(lambda: rows(home, "SELECT attempts FROM infra_job") == [(1,)])

    process.send_signal(number)
    rest, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert rest == "Balie is closed.\n"


def test_serve_without_worker_leaves_the_jobs(start_balie: Starter, tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = start_balie("serve", "--port", str(free_port()), "--no-worker")
    opened(process)
    queue_job(home)

    worked = until(lambda: rows(home, "SELECT attempts FROM infra_job") != [(0,)], seconds=1.5)

    assert not worked


def test_work_does_jobs_and_stops(start_balie: Starter, tmp_path: Path) -> None:
    process = start_balie("work", "--threads", "2")
    opened(process)
    queue_job(tmp_path / "home")
    assert until(lambda: rows(tmp_path / "home", "SELECT attempts FROM infra_job") == [(1,)])

    process.terminate()
    process.communicate(timeout=15)
    assert process.returncode == 0


def test_port_that_is_taken_is_said_in_words(balie: Balie) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = balie("serve", "--port", str(port))

    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_foreign_host_gets_no_page(start_balie: Starter) -> None:
    port = free_port()
    opened(start_balie("serve", "--port", str(port)))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        answer = line.recv(200)

    assert answer.startswith(b"HTTP/1.1 400")


def test_database_of_a_newer_version_is_refused(balie: Balie, tmp_path: Path) -> None:
    balie("migrate")
    rows(
        tmp_path / "home",
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('infra', '9999_from_the_future', '2030-01-01')",
    )

    done = balie("serve", "--port", str(free_port()))

    assert done.returncode == 1
    assert "newer version (infra.9999_from_the_future)" in done.stderr


def test_long_job_does_not_keep_the_next_one_waiting() -> None:
    assert [loop.__module__ for loop in serving.WORKERS].count("balie.infra.jobs") == 2


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104 (must be refused)
def test_demo_is_not_served_to_others(balie: Balie, bind: str) -> None:
    done = balie("serve", "--bind", bind, DJANGO_SETTINGS_MODULE="balie.config.demo_settings")

    assert done.returncode == 1
    assert "listens on this machine only" in done.stderr

"""The ``balie`` command as people run it: a process of its own with a home of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]

Balie = Callable[..., subprocess.CompletedProcess[str]]
Starter = Callable[..., subprocess.Popen[str]]


def fresh(home: Path) -> dict[str, str]:
    """Variables of a set-up of its own; the plumbing alone unless a test names other settings."""
    home.mkdir(mode=0o700, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "BALIE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "tests.infra.child_settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }


def run_balie(
    environment: dict[str, str], *arguments: str, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "balie.config.cli", *arguments],
        env=environment | variables,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return fresh(tmp_path / "home")


@pytest.fixture
def balie(environment: dict[str, str]) -> Balie:
    return partial(run_balie, environment)


@pytest.fixture
def start_balie(environment: dict[str, str], tmp_path: Path) -> Iterator[Starter]:
    """Start a command that goes on; killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        with (tmp_path / "errors").open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "balie.config.cli", *arguments],
                env=environment | variables,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def own_database(
    environment: dict[str, str], transactional_db: None, tmp_path: Path
) -> Iterator[None]:
    """An empty database of the engine under test, named by the environment of the commands."""
    if connection.vendor == "sqlite":
        environment["BALIE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'home' / 'balie.sqlite3'}"
        yield
        return
    values = connection.settings_dict
    name = f"{values['NAME']}_command"  # each process of the tests has a database of its own
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    environment["BALIE_DATABASE_URL"] = (
        f"postgresql://{values['USER']}@/{name}?host={values['HOST']}"
    )
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")

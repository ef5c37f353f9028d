"""Modoboa, a control panel of others, running on this machine over TLS for the tests that ask.

It lives in an environment of its own (`tools/environment.py panel`). The folder beside this file
holds stand-ins for three packages that it imports and does not use here.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ROOT / ".venv" / "panel" / "bin"
STAND_INS = Path(__file__).parent / "stand_ins"
NAME = "localhost"  # it answers to no other
SECONDS = 120


@dataclass(frozen=True)
class RunningModoboa:
    """Where it listens, the token that it lets in, and how its programs are started."""

    address: str
    token: str
    folder: Path
    environment: dict[str, str]

    def lets_in(self, user_name: str, password: str) -> bool:
        """Whether somebody signs in with this password, by Modoboa's own check."""
        question = (
            "import sys, django; django.setup();"
            "from django.contrib.auth import authenticate as ask;"
            "name, word = sys.stdin.read().split('\\n');"
            "print(ask(username=name, password=word) is not None)"
        )
        answer = subprocess.run(
            [PROGRAMS / "python", "-c", question],
            input=f"{user_name}\n{password}",
            cwd=self.folder / "desk",
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "desk.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.split()[-1] == "True"


def is_installed() -> bool:
    """Whether it can be started at all."""
    return (ROOT / ".venv" / "panel.made").exists()


@contextmanager
def running_modoboa(folder: Path, certificate: Path) -> Iterator[RunningModoboa]:
    """Set up a new Modoboa in a folder and serve it with a certificate while the block runs."""
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(STAND_INS),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    socket = folder / "redis.sock"
    redis = subprocess.Popen(
        [PROGRAMS / "redis-server", "--port", "0", "--unixsocket", socket, "--save", ""],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        _set_up(folder, redis=f"unix://{socket}?db=0", environment=environment)
        with _served(folder, certificate, environment=environment) as found:
            yield found
    finally:
        redis.kill()
        redis.wait()


def _set_up(folder: Path, *, redis: str, environment: dict[str, str]) -> None:
    _run(
        *(PROGRAMS / "python", PROGRAMS / "modoboa-admin.py", "deploy", "desk"),
        *("--dburl", f"default:sqlite:///{folder}/modoboa.sqlite3", "--redisurl", redis),
        *("--domain", NAME, "--admin-username", "admin"),
        folder=folder,
        environment=environment,
    )


@contextmanager
def _served(
    folder: Path, certificate: Path, *, environment: dict[str, str]
) -> Iterator[RunningModoboa]:
    project = folder / "desk"
    said = _run(
        *(PROGRAMS / "python", "manage.py", "drf_create_token", "admin"),
        folder=project,
        environment=environment,
    )
    token = re.search(r"token (\w+)", said)
    assert token is not None, said
    server = subprocess.Popen(
        [PROGRAMS / "python", STAND_INS.parent / "serving.py", certificate],
        cwd=project,
        env={**environment, "PYTHONPATH": f"{STAND_INS}{os.pathsep}{project}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        yield RunningModoboa(f"https://{NAME}:{port}", token[1], folder, environment)
    finally:
        server.kill()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def _run(*command: str | Path, folder: Path, environment: dict[str, str]) -> str:
    started = time.monotonic()
    run = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    took = time.monotonic() - started
    assert run.returncode == 0, f"after {took:.0f} s: {run.stdout}{run.stderr}"
    return run.stdout

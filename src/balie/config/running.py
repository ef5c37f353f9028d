"""Who is at work on this home: a lock that the kernel lets go when a process ends, however it does.

Serving and working processes share the lock; a restore takes it alone, so that nobody has the
database file open that it replaces.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from balie.config.terminal import CommandFailed

LOCK = "running.lock"


@contextmanager
def at_work() -> Iterator[None]:
    """Hold the shared lock; CommandFailed while a restore is going on."""
    with _locked(fcntl.LOCK_SH, "a restore is going on; wait until it is done"):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock alone; CommandFailed while any Balie process serves or works here."""
    with _locked(fcntl.LOCK_EX, "Balie is running on this home; stop `serve` and `work` first"):
        yield


@contextmanager
def _locked(kind: int, otherwise: str) -> Iterator[None]:
    path = Path(settings.BALIE_HOME) / LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(otherwise) from None
        yield
    finally:
        os.close(handle)

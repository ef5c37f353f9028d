"""The one place that reads the clock (rule 1 of the house: time is an argument).

Faces, jobs and commands call ``now()`` or ``today()`` once and pass the answer down. The demo's
time machine moves the clock with ``set_offset`` and it ticks on from there; tests and the
simulator hold it still with ``frozen``. Session age and one-time codes follow the machine instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_offset = timedelta(0)
_frozen: list[FrozenClock] = []


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = utc(at)

    @property
    def at(self) -> datetime:
        """The moment (UTC) that ``now()`` returns while this clock is in force."""
        return self._at

    def move_to(self, moment: datetime) -> None:
        """Jump to an aware moment; backwards is allowed, a test may need it."""
        self._at = utc(moment)

    def advance(self, delta: timedelta) -> None:
        """Move on by elapsed time."""
        self._at += delta


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone; a naive datetime is refused")
    return moment.astimezone(UTC)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    if _frozen:
        return _frozen[-1].at
    return datetime.now(UTC) + _offset


def machine() -> datetime:
    """The machine's own moment (UTC), which nothing moves: only for leases and log lines."""
    return datetime.now(UTC)


def today() -> date:
    """The present date in Europe/Amsterdam."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of Europe/Amsterdam; a naive one raises ValueError."""
    return utc(moment).astimezone(AMSTERDAM)


def set_offset(delta: timedelta) -> None:
    """Let the clock run this far ahead of (or behind) the machine, in this process."""
    global _offset  # noqa: PLW0603  (one clock per process is what the time machine moves)
    _offset = delta


def offset() -> timedelta:
    """How far the clock runs ahead of the machine."""
    return _offset


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Hold the clock at an aware moment for the block, in every thread of the process."""
    clock = FrozenClock(at)
    _frozen.append(clock)
    try:
        yield clock
    finally:
        _frozen.remove(clock)

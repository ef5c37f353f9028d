"""Run one function in a process of its own, with an end to its time and its memory.

What an outsider wrote is read there: input that hangs the reader, or makes it grow or crash, ends
that process and nothing else. The process knows none of our settings and has no database.
"""

from __future__ import annotations

import os
import pickle
import resource
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any, Self, cast

LENGTH = 8
MEGABYTE = 1024 * 1024
MOST_AT_ONCE = 1024 * 1024


class UnableToFinish(Exception):
    """The function did not come to an end; the message says how it ended instead."""


@dataclass(frozen=True)
class _Started:
    """A process and our ends of its pipes."""

    process: subprocess.Popen[bytes]
    given: IO[bytes]
    answers: IO[bytes]


class Apart:
    """Calls `function` (`package.module:name`) elsewhere; one process serves call after call.

    Arguments and results travel pickled, so both are plain values of ours. Use it as a context
    manager, in one thread.
    """

    def __init__(self, function: str, *, seconds: float, megabytes: int) -> None:
        self.function = function
        self.seconds = seconds
        self.megabytes = megabytes
        self._started: _Started | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, *arguments: object) -> Any:
        """Return what the function returns. Raises UnableToFinish, and can then be called again."""
        if self._started is None:
            self._started = self._start()
        try:
            _write(self._started.given, pickle.dumps(arguments))
            failure, result = pickle.loads(self._answer(self._started.answers))  # noqa: S301
        except (OSError, EOFError, pickle.UnpicklingError):
            raise UnableToFinish(f"the process ended with status {self.close()}") from None
        except UnableToFinish:
            self.close()
            raise
        if failure:
            raise UnableToFinish(failure)
        return result

    def close(self) -> int | None:
        """End the process; the next call starts another. Returns how it ended."""
        if self._started is None:
            return None
        ended, self._started = self._started, None
        ended.process.kill()
        for stream in (ended.given, ended.answers):
            with suppress(OSError):
                stream.close()
        return ended.process.wait()

    def _start(self) -> _Started:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "balie.infra.apart", self.function, str(self.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return _Started(process, cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout))

    def _answer(self, stream: IO[bytes]) -> bytes:
        """Read one whole answer before the time is up."""
        deadline = time.monotonic() + self.seconds
        length = int.from_bytes(self._read(stream, LENGTH, deadline=deadline), "big")
        return self._read(stream, length, deadline=deadline)

    def _read(self, stream: IO[bytes], length: int, *, deadline: float) -> bytes:
        pieces: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while length:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise UnableToFinish(f"it took longer than {self.seconds:g} seconds")
                piece = os.read(stream.fileno(), min(length, MOST_AT_ONCE))
                if not piece:
                    raise EOFError
                pieces.append(piece)
                length -= len(piece)
        return b"".join(pieces)


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(LENGTH, "big"))
    stream.write(content)
    stream.flush()


def serve(function: Callable[..., object], *, given: IO[bytes], answers: IO[bytes]) -> None:
    """Answer call after call until there are no more."""
    while length := given.read(LENGTH):
        arguments = pickle.loads(given.read(int.from_bytes(length, "big")))  # noqa: S301
        try:
            answer: tuple[str, object] = ("", function(*arguments))
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller is told
            words = " ".join(str(error).split())[:200]
            answer = (f"{type(error).__name__}: {words}", None)
        _write(answers, pickle.dumps(answer))


def main(arguments: list[str]) -> None:
    """Serve the function that is named, within the memory that is given."""
    name, megabytes = arguments
    most = int(megabytes) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    module, _, function = name.partition(":")
    # What the function prints is no answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    serve(getattr(import_module(module), function), given=sys.stdin.buffer, answers=answers)


if __name__ == "__main__":
    main(sys.argv[1:])

"""How commands speak: results on stdout, faults on stderr, both as plain lines."""

from __future__ import annotations

import sys


class CommandFailed(Exception):
    """A command could not do what was asked; the message says what, where and what to do."""


def say(line: str = "") -> None:
    """Write one line of the result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """Write one line about what is wrong."""
    sys.stdout.flush()
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

"""What a single figure of the policy may look like: read, judged and written back.

Every setting of `balie.domain.policy` names one `Kind`. A kind turns what a TOML or JSON file
holds into the typed value (`read`), judges a typed value (`problems`) and turns it back into
something JSON can hold (`write`). Judging is the same for a file and for a value made in Python.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

_PLAIN_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
_TYPE_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with decimals",
    str: "a text",
    list: "a list",
    dict: "a table",
    date: "a day",
    time: "a time",
    datetime: "a moment",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a policy: where it stands, what is wrong, and what to write instead."""

    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}; {self.remedy}"


class InvalidPolicy(ValueError):
    """The policy cannot be used; `faults` holds everything that is wrong with it, not the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class Problem(NamedTuple):
    """What is wrong with a value and what to do; `where` is added to the path of the setting."""

    problem: str
    remedy: str
    where: str = ""


class Unreadable(Exception):
    """The raw value cannot be turned into a typed one, so that there is nothing to judge."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(problems)


class Kind(ABC):
    """How the values of one setting are read, judged and written."""

    def read(self, raw: object) -> Any:
        """Return the typed value of `raw`; raise Unreadable when nothing can be made of it."""
        return raw

    @abstractmethod
    def problems(self, value: Any) -> Iterator[Problem]:
        """Yield what is wrong with the typed value, its type included."""

    def write(self, value: Any) -> Any:
        """Return the value as JSON can hold it."""
        return value


def shown(value: object) -> str:
    """Return the value as a fault quotes it: short enough to read in one line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def wrong_type(value: object, expected: str, remedy: str) -> Problem:
    """Return the problem that `value` is no `expected`."""
    got = _TYPE_NAMES.get(type(value), type(value).__name__)
    return Problem(f"{shown(value)} is {got}, not {expected}", remedy)


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """One line of text; `valid` judges its notation, `example` shows a good one."""

    example: str
    what: str = "a text"
    valid: Callable[[str], bool] = bool
    most: int = 70

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield wrong_type(value, self.what, self._remedy)
        elif not value.strip():
            yield Problem("is empty", self._remedy)
        elif value != value.strip() or not value.isprintable():
            yield Problem(f"{shown(value)} has stray white space around or in it", self._remedy)
        elif len(value) > self.most:
            yield Problem(
                f"has {len(value)} characters", f"write at most {self.most}, such as {self._quoted}"
            )
        elif not self.valid(value):
            yield Problem(f"{shown(value)} is not {self.what}", self._remedy)

    @property
    def _quoted(self) -> str:
        return f'"{self.example}"'

    @property
    def _remedy(self) -> str:
        return f"write {self.what} in quotes, such as {self._quoted}"


@dataclass(frozen=True, kw_only=True)
class Choice(Kind):
    """One of a few words."""

    options: tuple[str, ...]

    def problems(self, value: Any) -> Iterator[Problem]:
        if value not in self.options:
            words = " or ".join(f'"{option}"' for option in self.options)
            yield Problem(f"{shown(value)} is not a known choice", f"write {words}")


@dataclass(frozen=True, kw_only=True)
class Whole(Kind):
    """A whole number within bounds, both of them allowed; `unit` names what it counts."""

    least: int
    most: int
    unit: str

    def problems(self, value: Any) -> Iterator[Problem]:
        remedy = f"write a whole number of {self.unit} from {self.least} to {self.most}"
        # A bool is an int to Python; in a policy it is a mistake.
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong_type(value, "a whole number", remedy)
        elif not self.least <= value <= self.most:
            yield Problem(f"{value} is out of bounds", remedy)


class Flag(Kind):
    """True or false."""

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield wrong_type(value, "true or false", "write true or false, without quotes")


class Percentage(Kind):
    """A percentage of 0 to 100 with at most two decimals, as an exact Decimal: 21 is 21 %."""

    _remedy = 'write a percentage from 0 to 100 with at most two decimals, such as "21" or "5.5"'

    def read(self, raw: object) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
            raise Unreadable(wrong_type(raw, "a percentage", self._remedy))
        if not _PLAIN_NUMBER.fullmatch(str(raw)):
            raise Unreadable(Problem(f"{shown(raw)} is not a percentage", self._remedy))
        return Decimal(str(raw))

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, Decimal):
            yield wrong_type(value, "a Decimal", self._remedy)
        elif not _PLAIN_NUMBER.fullmatch(str(value)) or value > 100:
            yield Problem(f"{value} is not a percentage from 0 to 100", self._remedy)
        elif 0 < value < 1:
            percent = f"{(value * 100).normalize():f}"
            yield Problem(f"{value} reads as a fraction", f'write "{percent}" for {percent} %')

    def write(self, value: Decimal) -> str:
        return str(value)


class Timezone(Text):
    """The name of a time zone that this machine knows."""

    def problems(self, value: Any) -> Iterator[Problem]:
        faults = list(super().problems(value))
        yield from faults
        if not faults:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError):
                yield Problem(f"{shown(value)} is not a known time zone", self._remedy)

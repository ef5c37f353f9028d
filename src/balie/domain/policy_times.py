"""The kinds of setting that hold times, opening hours, days and the telephone menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, NamedTuple

from balie.domain.policy_kinds import Kind, Problem, Text, Unreadable, shown, wrong_type


def read_clock(raw: object) -> time:
    """Return the time that "09:00" or a TOML time names; raise Unreadable when it is neither."""
    remedy = 'write hours and minutes, such as "09:00"'
    if isinstance(raw, time):
        return raw
    if not isinstance(raw, str):
        raise Unreadable(wrong_type(raw, "a time of day", remedy))
    hours, colon, minutes = raw.partition(":")
    digits = hours + minutes
    if not (colon and len(hours) == len(minutes) == 2 and digits.isascii() and digits.isdigit()):
        raise Unreadable(Problem(f"{shown(raw)} is not a time of day", remedy))
    if int(hours) > 23 or int(minutes) > 59:
        raise Unreadable(Problem(f"{shown(raw)} is not a time on the clock", remedy))
    return time(int(hours), int(minutes))


def clock_problems(value: object) -> Iterator[Problem]:
    """Yield what keeps `value` from being a whole minute on the wall clock."""
    if not isinstance(value, time):
        yield wrong_type(value, "a time of day", 'write hours and minutes, such as "09:00"')
    elif value.tzinfo is not None:
        yield Problem(f"{value} names an offset", "write the time on the wall clock only")
    elif value.second or value.microsecond:
        yield Problem(f"{value} is not a whole minute", "write hours and minutes only")


class Clock(Kind):
    """A moment of the day after midnight, in whole minutes."""

    def read(self, raw: object) -> time:
        return read_clock(raw)

    def problems(self, value: Any) -> Iterator[Problem]:
        faults = list(clock_problems(value))
        yield from faults
        if not faults and value == time(0):
            yield Problem("00:00 leaves nothing of the day", "write a time from 00:01 to 23:59")

    def write(self, value: time) -> str:
        return value.isoformat("minutes")


Block = tuple[time, time]


def minute_of(moment: time) -> int:
    """Return how many minutes after midnight the wall clock shows this time."""
    return moment.hour * 60 + moment.minute


def closing_minute(closes: time) -> int:
    """Return the minute of the day at which a block ends; 00:00 ends the day and is 1440."""
    return minute_of(closes) or 24 * 60


class Blocks(Kind):
    """The opening hours of one day: blocks of (opens, closes) in order, none for a closed day.

    The closing time is exclusive. time(0, 0) as closing time is midnight at the end of the day;
    a file writes "24:00".
    """

    _remedy = 'write blocks such as [["09:00", "12:30"], ["13:00", "17:00"]], or [] for closed'

    def read(self, raw: object) -> tuple[Block, ...]:
        if not isinstance(raw, list | tuple):
            raise Unreadable(wrong_type(raw, "a list of blocks", self._remedy))
        blocks: list[Block] = []
        problems: list[Problem] = []
        for index, block in enumerate(raw):
            times, found = self._read_block(block)
            problems += [problem._replace(where=f"[{index}]") for problem in found]
            if not found:
                blocks.append((times[0], times[1]))
        if problems:
            raise Unreadable(*problems)
        return tuple(blocks)

    def _read_block(self, raw: object) -> tuple[list[time], list[Problem]]:
        """Return both times of the block, or what is wrong with either of them."""
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            return [], [Problem(f"{shown(raw)} is not a pair of times", self._remedy)]
        times: list[time] = []
        problems: list[Problem] = []
        for side, end_of_day in zip(raw, (None, "24:00"), strict=True):
            try:
                times.append(time(0) if side == end_of_day else read_clock(side))
            except Unreadable as fault:
                problems += fault.problems
        return times, problems

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, tuple):
            yield wrong_type(value, "a tuple of blocks", self._remedy)
            return
        faults = [found for index, block in enumerate(value) for found in self._block(index, block)]
        yield from faults
        if not faults:
            for index, ((_, closes), (opens, _)) in enumerate(pairwise(value), start=1):
                if minute_of(opens) < closing_minute(closes):
                    yield Problem(
                        f"opens at {opens:%H:%M}, before the block above it has closed",
                        "put the blocks in order, without overlap",
                        f"[{index}]",
                    )

    def _block(self, index: int, block: Any) -> Iterator[Problem]:
        where = f"[{index}]"
        if not isinstance(block, tuple) or len(block) != 2:
            yield Problem(f"{shown(block)} is not a pair of times", self._remedy, where)
            return
        faults = [found._replace(where=where) for side in block for found in clock_problems(side)]
        yield from faults
        opens, closes = block
        if not faults and closing_minute(closes) <= minute_of(opens):
            yield Problem(
                f"closes at {closes:%H:%M}, not after it opens at {opens:%H:%M}",
                "let it close later on the same day; hours past midnight are a block of the next",
                where,
            )

    def write(self, value: tuple[Block, ...]) -> list[list[str]]:
        return [
            [f"{opens:%H:%M}", "24:00" if closes == time(0) else f"{closes:%H:%M}"]
            for opens, closes in value
        ]


class Dates(Kind):
    """A list of days, each named once; kept in order."""

    _remedy = 'write days such as ["2026-12-24", "2026-12-31"]'

    def read(self, raw: object) -> tuple[date, ...]:
        if not isinstance(raw, list | tuple):
            raise Unreadable(wrong_type(raw, "a list of days", self._remedy))
        days: list[date] = []
        problems: list[Problem] = []
        for index, day in enumerate(raw):
            try:
                days.append(date.fromisoformat(day) if isinstance(day, str) else day)
            except ValueError:
                problem = f"{shown(day)} is not a day of the calendar"
                problems.append(Problem(problem, self._remedy, f"[{index}]"))
        if problems:
            raise Unreadable(*problems)
        return tuple(days)

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, tuple):
            yield wrong_type(value, "a tuple of days", self._remedy)
            return
        seen: set[date] = set()
        for index, day in enumerate(value):
            # A datetime is a date to Python; which day it means depends on the zone.
            if not isinstance(day, date) or isinstance(day, datetime):
                yield wrong_type(day, "a day", self._remedy)._replace(where=f"[{index}]")
            elif day in seen:
                yield Problem(f"{day} is named twice", "name each day once", f"[{index}]")
            else:
                seen.add(day)

    def write(self, value: tuple[date, ...]) -> list[str]:
        return [day.isoformat() for day in value]


class MenuChoice(NamedTuple):
    """What a caller may choose: the key to press, what the menu says, and the team that answers."""

    digit: str
    label_nl: str
    label_en: str
    team: str


_MENU_TEXTS = {
    "digit": Text(example="2", what="one digit", valid=tuple("0123456789").__contains__),
    "label_nl": Text(example="Support", most=40),
    "label_en": Text(example="Support", most=40),
    "team": Text(example="support", most=40),
}


class Menu(Kind):
    """The choices of the telephone menu, in the order in which they are read out."""

    _remedy = 'write { digit = "2", label_nl = "...", label_en = "...", team = "support" }'

    def read(self, raw: object) -> tuple[MenuChoice, ...]:
        if not isinstance(raw, list | tuple):
            raise Unreadable(wrong_type(raw, "a list of choices", self._remedy))
        choices: list[MenuChoice] = []
        problems: list[Problem] = []
        for index, row in enumerate(raw):
            if isinstance(row, Mapping) and set(row) == set(MenuChoice._fields):
                choices.append(MenuChoice(**row))
            else:
                problem = f"{shown(row)} does not name just {', '.join(MenuChoice._fields)}"
                problems.append(Problem(problem, self._remedy, f"[{index}]"))
        if problems:
            raise Unreadable(*problems)
        return tuple(choices)

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, tuple):
            yield wrong_type(value, "a tuple of choices", self._remedy)
            return
        keys: set[str] = set()
        for index, choice in enumerate(value):
            where = f"[{index}]"
            if not isinstance(choice, MenuChoice):
                yield Problem(f"{shown(choice)} is not a choice", self._remedy, where)
                continue
            yield from self._choice(choice, where)
            if choice.digit in keys:
                yield Problem(f"key {choice.digit} is used twice", "use each key once", where)
            keys.add(choice.digit)

    def _choice(self, choice: MenuChoice, where: str) -> Iterator[Problem]:
        for name, text in choice._asdict().items():
            for found in _MENU_TEXTS[name].problems(text):
                yield found._replace(where=f"{where}.{name}")

    def write(self, value: tuple[MenuChoice, ...]) -> list[dict[str, str]]:
        return [choice._asdict() for choice in value]

"""The periods the books are asked for: half-open, a year or a quarter of it."""

from dataclasses import dataclass
from datetime import date

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `start` up to, not including, `end`; `name` is 2026 or 2026-Q4."""

    name: str
    start: date
    end: date


class NoSuchPeriod(ValueError):
    """What was asked is no year or quarter; the message shows how one is written."""


def year_of(year: int) -> Period:
    """Return a calendar year."""
    return Period(name=str(year), start=date(year, 1, 1), end=date(year + 1, 1, 1))


def quarter_of(year: int, quarter: int) -> Period:
    """Return a quarter of a year."""
    first = date(year, 3 * quarter - 2, 1)
    end = date(year + 1, 1, 1) if quarter == QUARTERS[-1] else date(year, 3 * quarter + 1, 1)
    return Period(name=f"{year}-Q{quarter}", start=first, end=end)


def parse_period(text: str) -> Period:
    """Read `2026` or `2026-Q4`. Raises NoSuchPeriod."""
    year, _, rest = text.strip().upper().partition("-Q")
    if not (year.isascii() and year.isdigit() and 2000 <= int(year) <= 2999):
        raise NoSuchPeriod(f"{text!r} is no period; write 2026 or 2026-Q4")
    if not rest:
        if "-" in text:
            raise NoSuchPeriod(f"{text!r} is no period; write 2026 or 2026-Q4")
        return year_of(int(year))
    if rest not in {"1", "2", "3", "4"}:
        raise NoSuchPeriod(f"{text!r} is no quarter; write 2026-Q4")
    return quarter_of(int(year), int(rest))


def quarter_with(day: date) -> Period:
    """Return the quarter in which a day lies."""
    return quarter_of(day.year, (day.month + 2) // 3)

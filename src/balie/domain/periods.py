"""Billing periods: half-open, one after the other, anchored on one day of the month.

A service that began on the 31st is billed on the 31st, or on the last day of a month that has
none, and is back on the 31st after it. Computed from the anchor, never from the day before, so a
short month leaves no trace.
"""

import calendar
from datetime import date
from typing import Literal

Term = Literal["month", "year"]
_MONTHS = {"month": 1, "year": 12}


def term_end(start: date, *, term: str, anchor_day: int) -> date:
    """Return the first day after the period that begins on `start`: the start of the next one.

    `term` is "month" or "year", `anchor_day` 1 to 31. Raises ValueError when the term is another
    or `start` is not the anchored day of its month.
    """
    if term not in _MONTHS:
        raise ValueError(f'A term is "month" or "year", not {term!r}.')
    if start != _anchored(start.year, start.month, anchor_day=anchor_day):
        raise ValueError(f"A period anchored on day {anchor_day} does not begin on {start}.")
    year, month = _months_later(start, _MONTHS[term])
    return _anchored(year, month, anchor_day=anchor_day)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later (or earlier), or the last day of that month."""
    year, month = _months_later(day, months)
    return _anchored(year, month, anchor_day=day.day)


def _months_later(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1


def _anchored(year: int, month: int, *, anchor_day: int) -> date:
    if not 1 <= anchor_day <= 31:
        raise ValueError(f"An anchor is a day of the month, 1 to 31, not {anchor_day}.")
    return date(year, month, min(anchor_day, calendar.monthrange(year, month)[1]))

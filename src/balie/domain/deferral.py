"""Revenue by the month in which it is earned: a year paid in advance is earned day by day.

Each month gets its days' share, rounded on what was earned so far, so that the months always add
up to the whole and none is out by more than a cent.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from balie.domain.periods import add_months


def first_of_month(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def earned_per_month(net_cents: int, *, period_start: date, period_end: date) -> dict[date, int]:
    """Return cents per month (its first day) of a half-open period; they add up to `net_cents`.

    Raises ValueError for a period without a day.
    """
    if period_end <= period_start:
        raise ValueError(f"A period has a day at least: not {period_start} to {period_end}.")
    days = (period_end - period_start).days
    earned: dict[date, int] = {}
    before = 0
    month = first_of_month(period_start)
    while month < period_end:
        following = add_months(month, 1)
        passed = (min(following, period_end) - period_start).days
        so_far = _rounded(Decimal(net_cents) * passed / days)
        earned[month] = so_far - before
        before, month = so_far, following
    return earned


def _rounded(cents: Decimal) -> int:
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))

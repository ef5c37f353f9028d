"""How long transfers take, from the bank's value date until an invoice is paid with them.

The FAQ says two to five working days (policy `transfers`); here it is counted what became of that.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from balie.domain.policy import Policy
from balie.domain.workdays import is_working_day

# Beyond this nobody needs the exact number.
LONGEST_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class TransferTimes:
    """How many transfers took how many working days, beside what was said.

    `sooner` took fewer days than the least that is said, `late` more than the most. `waiting` have
    no place yet though the most is over.
    """

    by_days: tuple[tuple[int, int], ...]
    sooner: int
    late: int
    waiting: int

    @property
    def count(self) -> int:
        """All that have their place."""
        return sum(count for _, count in self.by_days)

    @property
    def in_time(self) -> float | None:
        """The per cent that took no longer than is said; those that still wait too long count."""
        whole = self.count + self.waiting
        return 100 * (self.count - self.late) / whole if whole else None

    @property
    def median_days(self) -> int | None:
        """Half of them took so many working days or fewer."""
        seen = 0
        for days, count in self.by_days:
            seen += count
            if 2 * seen >= self.count:
                return days
        return None


def working_days_taken(valued_on: date, placed_on: date, *, policy: Policy) -> int:
    """Return the working days after the value date, up to and with the day it was placed."""
    days = min(max((placed_on - valued_on).days, 0), LONGEST_DAYS)
    after = (valued_on + timedelta(days=each) for each in range(1, days + 1))
    return sum(is_working_day(day, policy=policy) for day in after)


def transfer_times(
    placed: Iterable[tuple[date, date]],
    *,
    waiting_since: Iterable[date] = (),
    today: date,
    policy: Policy,
) -> TransferTimes:
    """Count transfers by value date and the day they were placed, and what still waits."""
    least, most = policy.transfers.processing_min_days, policy.transfers.processing_max_days
    taken = Counter(
        working_days_taken(valued_on, placed_on, policy=policy) for valued_on, placed_on in placed
    )
    waiting = [working_days_taken(since, today, policy=policy) for since in waiting_since]
    return TransferTimes(
        by_days=tuple(sorted(taken.items())),
        sooner=sum(count for days, count in taken.items() if days < least),
        late=sum(count for days, count in taken.items() if days > most),
        waiting=sum(days > most for days in waiting),
    )

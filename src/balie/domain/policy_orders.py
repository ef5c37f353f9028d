"""The figures of ordering and of the life of a service: who accepts, and what is told how early."""

from dataclasses import dataclass
from typing import Annotated

from balie.domain.policy_kinds import Choice, Whole
from balie.domain.policy_section import Section


@dataclass(frozen=True, kw_only=True)
class Orders(Section):
    """How orders are accepted, what is announced, and when unpaid services stand still.

    `accept` is "staff" when an employee looks at each order first, "at_once" when Balie starts it.
    A consumer whose term was silently renewed leaves with a notice of `notice_months`; the law
    allows one (art. 6:236 j BW). `suspend_after_days` count from the day on which we asked to
    transfer what could not be collected, or from the due day of a transfer. A control panel keeps
    the account of a service that ended, closed, for `keep_days`.
    """

    accept: Annotated[str, Choice(options=("staff", "at_once"))] = "staff"
    notice_months: Annotated[int, Whole(least=0, most=1, unit="months")] = 1
    renewal_days: Annotated[int, Whole(least=1, most=120, unit="days")] = 30
    price_days: Annotated[int, Whole(least=1, most=120, unit="days")] = 30
    keep_days: Annotated[int, Whole(least=0, most=365, unit="days")] = 30
    suspend_after_days: Annotated[int, Whole(least=1, most=120, unit="days")] = 21

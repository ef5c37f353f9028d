"""Proration by the day: what of a term is used, what is left, and what a change of it costs.

A term is paid ahead and half-open. The day of a change belongs to what comes after it. Every day
of a term weighs the same. What is used is rounded once, half a cent upwards; what is left is the
price less that, so that both are the price again to the cent, in whatever order a term is cut.
Amounts are cents without VAT.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from balie.domain import workdays
from balie.domain.periods import add_months
from balie.domain.policy import Policy

WITHDRAWAL_DAYS = 14  # art. 6:230o BW


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """What was billed for a half-open stretch of days, in cents."""

    cents: int
    start: date
    end: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A paid stretch cut in two: cents and days before the cut, and from it on."""

    used_cents: int
    rest_cents: int
    used_days: int
    rest_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanChange:
    """What another plan comes to for the rest of a term: back for the old, due for the new."""

    on: date
    until: date
    credit_cents: int
    charge_cents: int

    @property
    def difference_cents(self) -> int:
        """What is to be paid at once; below nothing it is the customer's credit."""
        return self.charge_cents - self.credit_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """A way out: the first day without the service, and what comes back in cents."""

    ends_on: date
    credit_cents: int


def split(paid: Paid, *, on: date) -> Split:
    """Cut a paid stretch before the day `on`; outside it, all is left or all is used.

    Raises ValueError for a stretch without days or below nothing.
    """
    days = (paid.end - paid.start).days
    if days <= 0 or paid.cents < 0:
        raise ValueError(f"A stretch has days and a price, not {paid.cents} for {days} days.")
    used_days = min(max((on - paid.start).days, 0), days)
    used_cents = (2 * paid.cents * used_days + days) // (2 * days)
    return Split(
        used_cents=used_cents,
        rest_cents=paid.cents - used_cents,
        used_days=used_days,
        rest_days=days - used_days,
    )


def change_plan(*, paid: Paid, term_start: date, new_price_cents: int, on: date) -> PlanChange:
    """Return what another plan costs from `on` to the end of the running term.

    `paid` is the stretch as it was last billed; after an earlier change it begins later than the
    term. The new plan is owed for the same days out of its price for the whole term.
    """
    whole = Paid(cents=new_price_cents, start=term_start, end=paid.end)
    return PlanChange(
        on=on,
        until=paid.end,
        credit_cents=split(paid, on=on).rest_cents,
        charge_cents=split(whole, on=on).rest_cents,
    )


def leave(
    *,
    paid: Paid,
    asked_on: date,
    is_consumer: bool,
    is_renewed: bool,
    notice_months: int,
) -> Leaving:
    """Return when who asks on `asked_on` can leave at the earliest, and what comes back.

    A term is served out. A consumer whose term was silently renewed leaves with a notice of at most
    a month, and gets back the days he paid for and does not use (art. 6:236 j BW).
    """
    if not (is_consumer and is_renewed):
        return Leaving(ends_on=paid.end, credit_cents=0)
    return leave_on(paid=paid, on=min(add_months(asked_on, notice_months), paid.end))


def leave_on(*, paid: Paid, on: date) -> Leaving:
    """Return what comes back of a stretch when the service ends on `on`, as we agreed to it."""
    ends_on = max(on, paid.start)
    return Leaving(ends_on=ends_on, credit_cents=split(paid, on=ends_on).rest_cents)


def last_day_to_withdraw(concluded_on: date, *, policy: Policy) -> date:
    """Return the last day on which a consumer may withdraw: the fourteenth after the contract.

    A term that would end on a Saturday, Sunday or holiday runs on to the next working day (art. 1
    Algemene termijnenwet).
    """
    last = concluded_on + timedelta(days=WITHDRAWAL_DAYS)
    return workdays.next_working_day(last, policy=policy)


def withdraw(*, paid: Paid, on: date, began_at_request: bool) -> Leaving:
    """Return what comes back to who withdraws on `on`.

    He owes the days used only when he asked us to begin at once (art. 6:230s lid 4 BW).
    """
    if not began_at_request:
        return Leaving(ends_on=on, credit_cents=paid.cents)
    return Leaving(ends_on=on, credit_cents=split(paid, on=on).rest_cents)

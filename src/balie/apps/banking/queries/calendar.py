"""Which days of an account are known, and whether that is far enough to act on.

`is_stale` and `imported_through` are for whoever must not act on old bank data: a reminder to
somebody whose transfer is in a statement that was not taken in yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min

from balie.apps.banking.models import BankAccount, Statement
from balie.apps.banking.queries.statements import account_states, last_statement
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.domain.statement_days import statements_due_through
from balie.infra import clock


@dataclass(frozen=True, kw_only=True)
class StripDay:
    """One day of the calendar strip.

    `state` is booked or held (a statement ends on it), covered (known by the balances around it),
    missing (a TARGET day of which nothing is known, or whose number the bank gave to a statement
    we do not have), expected (the same, but its statement is not
    due yet), closed (no TARGET day), before (not ours yet).
    """

    day: date
    state: str
    statement: Statement | None


def calendar_strip(account: BankAccount, *, now: datetime, days: int) -> list[StripDay]:
    """Return the last `days` days before the day of `now` of one account."""
    return calendar_strips([account], now=now, days=days)[account.pk]


def calendar_strips(
    accounts: Sequence[BankAccount], *, now: datetime, days: int
) -> dict[int, list[StripDay]]:
    """Return per account (id) the last `days` days before the day of `now`, and what is known.

    A day within the chain of booked statements is known even when no statement ends on it: the
    balances before and after it fit, and so do the numbers. Constant in queries.
    """
    today = clock.local(now).date()
    first = today - timedelta(days=days)
    due = statements_due_through(now, policy=policies.policy_in_force(now=now))
    until = {state.account.pk: state.closed_on for state in account_states()}
    begun = dict(
        Statement.objects.filter(state=Statement.State.BOOKED)
        .values_list("bank_account_id")
        .annotate(first=Min("opened_on"))
    )
    ends: dict[int, list[Statement]] = {account.pk: [] for account in accounts}
    shown = Statement.objects.filter(bank_account__in=accounts, closed_on__gte=first).exclude(
        state=Statement.State.ASIDE
    )
    for statement in shown.select_related("previous").order_by("pk"):
        ends[statement.bank_account_id].append(statement)
    return {
        account.pk: _strip(
            [first + timedelta(days=after) for after in range(days)],
            ends=ends[account.pk],
            until=until.get(account.pk) or _registered(account),
            begun=min(
                _registered(account) + timedelta(days=1),
                begun.get(account.pk) or date.max,
            ),
            due=due,
        )
        for account in accounts
    }


def _registered(account: BankAccount) -> date:
    """Return the day before an account was registered: what came before is in its balance."""
    return clock.local(account.registered_at).date() - timedelta(days=1)


def _strip(
    days: Iterable[date], *, ends: Sequence[Statement], until: date, begun: date, due: date
) -> list[StripDay]:
    by_day: dict[date, Statement] = {}
    for statement in ends:
        day = statement.closed_on
        if day is not None and (day not in by_day or statement.state == Statement.State.HELD):
            by_day[day] = statement
    gaps = [gap for gap in map(_gap_before, ends) if gap]
    found = []
    for day in days:
        end = by_day.get(day)
        if end is not None:
            state = end.state
        elif not workdays.is_target_day(day):
            state = "closed"
        elif day < begun:
            state = "before"
        elif day <= until and not any(after < day < before for after, before in gaps):
            state = "covered"
        else:
            state = "missing" if day <= due else "expected"
        found.append(StripDay(day=day, state=state, statement=end))
    return found


def _gap_before(statement: Statement) -> tuple[date, date] | None:
    """Return between which days a statement seems to be missing although the balances fit.

    A day that cancels out leaves no trace in them. With numbers that follow on nothing is missing,
    for a bank need not send a statement of a day without entries; without numbers nobody can tell.
    """
    previous = statement.previous
    if previous is None or previous.closed_on is None or statement.closed_on is None:
        return None
    opened_on = statement.opened_on or statement.closed_on
    if opened_on <= previous.closed_on:
        return None  # it says itself that it begins there
    numbers = sequence(previous.number), sequence(statement.number)
    if numbers[0] is None or numbers[1] is None:
        return previous.closed_on, opened_on
    # Some date the opening balance on the day before, so that day may be the one.
    skips = numbers[1] > numbers[0] + 1
    return (previous.closed_on, statement.closed_on) if skips else None


def sequence(number: str) -> int | None:
    """Return the sequence number of a statement; a page behind it does not count."""
    plain = number.partition("/")[0].strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and plain.strip("0") else None


def imported_through(account: BankAccount) -> date | None:
    """Return the last day of which everything of an account is booked; None before a statement."""
    last = last_statement(account)
    return last.closed_on if last else None


def is_stale(*, now: datetime) -> bool:
    """Tell whether the statement of a day that is due is missing, of any account of ours.

    Without any account nothing is known at all, so that is stale as well.
    """
    return stale_since(now=now) is not None


def stale_since(*, now: datetime) -> date | None:
    """Return the day up to which the bank data is known when that is too long ago, else None.

    Each account must have its statements up to the day that the policy says is due
    (`domain.statement_days`). An account without any counts from its registration; without
    accounts the day of `now` itself is returned.
    """
    states = account_states()
    if not states:
        return clock.local(now).date()
    due = statements_due_through(now, policy=policies.policy_in_force(now=now))
    today = clock.local(now).date()
    # A statement that closes on a day to come says nothing of that day yet.
    oldest = min(min(state.closed_on or _registered(state.account), today) for state in states)
    return oldest if oldest < due else None

"""Reads about bank accounts, statements and what of them is still in suspense."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Sum

from balie.apps.banking.held import sentence_for
from balie.apps.banking.models import BankAccount, EntrySlice, SliceClaim, Statement, StatementFile
from balie.domain import workdays
from balie.infra import clock


@dataclass(frozen=True, kw_only=True)
class AccountState:
    """How far one account is booked: the last statement, or the opening balance before any."""

    account: BankAccount
    closing_cents: int
    closed_on: date | None
    held: int


@dataclass(frozen=True, kw_only=True)
class StripDay:
    """One day of the calendar strip.

    `state` is booked or held (a statement ends on it), covered (known by the balances around it),
    missing (a TARGET day of which nothing is known), closed (no TARGET day), before (not ours yet).
    """

    day: date
    state: str
    statement: Statement | None


def last_statement(account: BankAccount) -> Statement | None:
    """Return the end of the chain: the booked statement that no other follows on."""
    return (
        Statement.objects.filter(
            bank_account=account, state=Statement.State.BOOKED, next__isnull=True
        )
        .order_by("-pk")
        .first()
    )


def account_states() -> list[AccountState]:
    """Return how far each account is booked, in two queries."""
    accounts = {account.pk: account for account in BankAccount.objects.order_by("pk")}
    last: dict[int, Statement] = {}
    held = dict.fromkeys(accounts, 0)
    ends = Statement.objects.filter(next__isnull=True).defer("file").order_by("pk")
    for statement in ends:
        if statement.state == Statement.State.BOOKED:
            last[statement.bank_account_id] = statement
        else:
            held[statement.bank_account_id] += 1
    return [
        AccountState(
            account=account,
            closing_cents=_closing(account, last.get(pk)),
            closed_on=last[pk].closed_on if pk in last else None,
            held=held[pk],
        )
        for pk, account in accounts.items()
    ]


def _closing(account: BankAccount, last: Statement | None) -> int:
    closing = last.closing_cents if last else None
    return account.opening_cents if closing is None else closing


def held_statements() -> QuerySet[Statement]:
    """Return the statements that are not booked, oldest first, without the bytes of their files."""
    return (
        Statement.objects.filter(state=Statement.State.HELD)
        .select_related("bank_account", "file")
        .defer("file__content")
        .order_by("bank_account_id", "closed_on", "pk")
    )


def why_held(statement: Statement) -> str:
    """Return in words why a statement is held; '' for a booked one."""
    if statement.state == Statement.State.BOOKED:
        return ""
    return sentence_for(
        statement.held_because,
        difference_cents=statement.difference_cents,
        opening_cents=statement.opening_cents,
        closing_cents=statement.closing_cents,
        closed_on=statement.closed_on,
    )


def refused_files() -> QuerySet[StatementFile]:
    """Return the files of which something was refused, last first, without their bytes."""
    return StatementFile.objects.exclude(refusal="").defer("content").order_by("-pk")


def calendar_strip(account: BankAccount, *, today: date, days: int) -> list[StripDay]:
    """Return the last `days` days before `today` of an account, each with what is known of it.

    One query. A day within the chain of booked statements is known even when no statement ends on
    it: the balances before and after it fit.
    """
    first = today - timedelta(days=days)
    ends: dict[date, Statement] = {}
    booked_until = clock.local(account.registered_at).date() - timedelta(days=1)
    begun = booked_until
    for statement in Statement.objects.filter(bank_account=account, closed_on__isnull=False):
        closed_on = statement.closed_on or first
        if statement.state == Statement.State.BOOKED:
            booked_until = max(booked_until, closed_on)
            begun = min(begun, (statement.opened_on or closed_on) - timedelta(days=1))
        if closed_on not in ends or statement.state == Statement.State.HELD:
            ends[closed_on] = statement
    found = []
    for day in (first + timedelta(days=after) for after in range(days)):
        end = ends.get(day)
        if end is not None:
            state = end.state
        elif not workdays.is_target_day(day):
            state = "closed"
        elif day <= begun:
            state = "before"
        else:
            state = "covered" if day <= booked_until else "missing"
        found.append(StripDay(day=day, state=state, statement=end))
    return found


def unclaimed_slices() -> QuerySet[EntrySlice]:
    """Return what is in suspense, oldest first, each with its entry and account."""
    standing = SliceClaim.objects.filter(slice=OuterRef("pk"), undone_at__isnull=True)
    return (
        EntrySlice.objects.filter(~Exists(standing))
        .select_related("entry__bank_account")
        .order_by("entry__booked_on", "pk")
    )


def suspense_total() -> int:
    """Return what all unclaimed slices come to, in cents: positive when more came in."""
    return unclaimed_slices().order_by().aggregate(sum=Sum("amount_cents"))["sum"] or 0


def stale_since(*, today: date) -> date | None:
    """Return the day up to which the bank data is known when that is too long ago, else None.

    Each account must have a statement up to the last TARGET day before `today`. An account without
    any statement counts from its registration; without accounts `today` itself is returned.
    """
    expected = workdays.add_target_days(today, -1)
    known = [
        state.closed_on or clock.local(state.account.registered_at).date() - timedelta(days=1)
        for state in account_states()
    ]
    oldest = min(known, default=today)
    if not known:
        return today
    return oldest if oldest < expected else None

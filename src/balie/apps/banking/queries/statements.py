"""Reads about bank accounts and statements: how far each is booked, what is held, what refused."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from balie.apps.banking.held import sentence_for
from balie.apps.banking.models import (
    BankAccount,
    EntryNotice,
    Statement,
    StatementFile,
)


@dataclass(frozen=True, kw_only=True)
class AccountState:
    """How far one account is booked: the last statement, or the opening balance before any."""

    account: BankAccount
    closing_cents: int
    closed_on: date | None
    held: int


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
    ends = (
        Statement.objects.filter(next__isnull=True)
        .exclude(state=Statement.State.ASIDE)
        .defer("file")
        .order_by("pk")
    )
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
    """Return in words why a statement is held, or set aside; '' for a booked one."""
    if statement.state == Statement.State.BOOKED:
        return ""
    if statement.state == Statement.State.ASIDE:
        return statement.decided_because
    return sentence_for(
        statement.held_because,
        difference_cents=statement.difference_cents,
        opening_cents=statement.opening_cents,
        closing_cents=statement.closing_cents,
        closed_on=statement.closed_on,
    )


def held_statement(pk: int) -> Statement:
    """Return one held or set-aside statement; raises Statement.DoesNotExist."""
    return (
        Statement.objects.exclude(state=Statement.State.BOOKED)
        .select_related("bank_account", "file")
        .defer("file__content")
        .get(pk=pk)
    )


def set_aside() -> QuerySet[Statement]:
    """Return the statements that somebody set aside, last decided first."""
    return (
        Statement.objects.filter(state=Statement.State.ASIDE)
        .select_related("bank_account", "file")
        .defer("file__content")
        .order_by("-decided_at", "-pk")
    )


def refused_files() -> QuerySet[StatementFile]:
    """Return the files of which something was refused that nobody has seen to, last first."""
    return (
        StatementFile.objects.filter(refused_at__isnull=False, seen_at__isnull=True)
        .defer("content")
        .order_by("-refused_at", "-pk")
    )


def files_at_work() -> QuerySet[StatementFile]:
    """Return the files that are not read to their end yet, oldest first, with what is booked."""
    return _told(StatementFile.objects.filter(taken_in_at__isnull=True)).order_by("pk")


def files_taken_in() -> QuerySet[StatementFile]:
    """Return the files that were read to their end, last first, with what became of them."""
    return _told(StatementFile.objects.filter(taken_in_at__isnull=False)).order_by(
        "-taken_in_at", "-pk"
    )


def _told(files: QuerySet[StatementFile]) -> QuerySet[StatementFile]:
    notices = EntryNotice.objects.filter(file=OuterRef("pk")).order_by().values("file")
    return files.defer("content").annotate(
        booked=Count("statements", filter=Q(statements__state=Statement.State.BOOKED)),
        held=Count("statements", filter=Q(statements__state=Statement.State.HELD)),
        announced=Coalesce(Subquery(notices.annotate(count=Count("pk")).values("count")), 0),
    )


def open_notices() -> QuerySet[EntryNotice]:
    """Return what the bank announced and has not booked yet, oldest first."""
    return (
        EntryNotice.objects.filter(entry__isnull=True, seen_at__isnull=True)
        .select_related("bank_account")
        .order_by("booked_on", "pk")
    )

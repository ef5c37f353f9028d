"""A statement that comes late and cancels out: its place is within the chain, not behind it.

The balances before and after such a day are equal, so the next statement went on without it and
nothing showed that it was missing.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from balie.apps.banking.models import BankAccount, Statement, StatementEntry
from balie.formats import bank_statement


class ChainMoved(Exception):
    """Somebody else booked at the same place in the chain; look once more."""


def namesakes(read: bank_statement.Statement, account: BankAccount) -> QuerySet[Statement]:
    """Return the booked statements with the same number and last day, if it has a number."""
    if not read.number or not read.number.strip("0/ "):
        return Statement.objects.none()
    return Statement.objects.filter(
        bank_account=account,
        state=Statement.State.BOOKED,
        number=read.number[:60],
        closed_on=read.closing_on,
    )


def place_between(
    read: bank_statement.Statement, *, account: BankAccount, known: Sequence[bool]
) -> Statement | None:
    """Return the booked statement in front of which a late one belongs; None when it does not.

    Only where nothing of its days is booked: else it may be the same money in other words.
    """
    if read.closing_on is None or read.opening_cents != read.closing_cents:
        return None
    if _is_touched(read, account=account, known=known):
        return None
    booked = Statement.objects.filter(bank_account=account, state=Statement.State.BOOKED)
    after = (
        booked.filter(closed_on__gt=read.closing_on)
        .select_related("previous")
        .order_by("closed_on", "pk")
        .first()
    )
    if after is None or after.opening_cents != read.opening_cents:
        return None
    before = after.previous
    if before is not None and (before.closed_on is None or before.closed_on > read.closing_on):
        return None
    return after


def _is_touched(
    read: bank_statement.Statement, *, account: BankAccount, known: Sequence[bool]
) -> bool:
    """Tell whether anything of the days of a statement is booked, or nothing moved on them."""
    days = {entry.booked_on for entry in read.entries if entry.amount_cents}
    if not days or any(
        seen and entry.amount_cents for seen, entry in zip(known, read.entries, strict=True)
    ):
        return True
    told = Statement.objects.filter(
        bank_account=account, state=Statement.State.BOOKED, closed_on=read.closing_on
    )
    entries = StatementEntry.objects.filter(
        bank_account=account, booked_on__gte=min(days), booked_on__lte=max(days)
    )
    return told.exists() or entries.exists()


def make_room(after: Statement, row: Statement) -> None:
    """Let a booked statement follow on `row`, which takes its place. Raises ChainMoved."""
    moved = Statement.objects.filter(pk=after.pk, previous=after.previous_id).update(previous=row)
    if not moved:
        raise ChainMoved(f"another statement was booked before statement {after.pk}")

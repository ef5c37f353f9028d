"""Place one statement in the chain of its account: booked whole, known, or held with why.

The balances are the judge. A statement goes on where the last booked one ended; it may overlap with
what is booked, when its unknown entries alone go on from there. Everything else is held.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from balie.apps.banking import held, queries
from balie.apps.banking.actions.between import ChainMoved, make_room, namesakes, place_between
from balie.apps.banking.actions.entries import (
    Numbered,
    book_entries,
    is_booked_stretch,
    is_told_otherwise,
    known_entries,
)
from balie.apps.banking.actions.notices import meet_notices
from balie.apps.banking.models import BankAccount, Statement, StatementFile
from balie.apps.banking.recognise import identity
from balie.formats import bank_statement
from balie.infra import audit, clock
from balie.infra.audit import Actor

ATTEMPTS = 5
# A bank may date the day ahead over a weekend; further on it is a mistake that would end the chain.
AHEAD = timedelta(days=3)
NEVER_GOES_ON = (held.NO_BALANCES, held.DOES_NOT_ADD_UP)

Read = bank_statement.Statement


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a statement belongs: `fresh` entries to book after `last`, or why it is held.

    Without a reason and without fresh entries it is known, unless it `goes_on` as an empty one.
    `after` is the booked statement that comes behind it when it belongs within the chain.
    """

    last: Statement | None
    balance_cents: int
    goes_on: bool = False
    fresh: Sequence[Numbered] = ()
    reason: str = ""
    difference_cents: int | None = None
    after: Statement | None = None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What became of a statement: booked, known, held or aside; without `row` nothing is kept."""

    state: str
    row: Statement | None
    entries: int


def place_statement(
    read: Read,
    *,
    file: StatementFile,
    position: int,
    account: BankAccount,
    by: Actor,
    now: datetime,
) -> Placed:
    """Book, recognise or hold one statement in one transaction.

    When somebody else books on the same account at the same moment a constraint stops us, and the
    statement is looked at again.
    """
    conflict: IntegrityError | ChainMoved
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _place_once(
                    read, file=file, position=position, account=account, by=by, now=now
                )
        except (IntegrityError, ChainMoved) as error:
            conflict = error
    raise conflict


def _place_once(
    read: Read,
    *,
    file: StatementFile,
    position: int,
    account: BankAccount,
    by: Actor,
    now: datetime,
) -> Placed:
    row = Statement.objects.filter(identity=identity(read)).first()
    if row is not None and row.state == Statement.State.BOOKED:
        return Placed(state="known", row=row, entries=len(read.entries))
    if row is not None and row.state == Statement.State.ASIDE:
        return Placed(state="aside", row=row, entries=len(read.entries))
    today = clock.local(now).date()
    place = find_place(read, account=account, row=row, today=today)
    if place.reason:
        row = row or _new(read, file=file, position=position, account=account, now=now)
        return _hold(row, place, by=by, now=now, entries=len(read.entries))
    if not place.goes_on:
        _forget(row, by=by, now=now)
        return Placed(state="known", row=None, entries=len(read.entries))
    row = row or _new(read, file=file, position=position, account=account, now=now)
    return book_placed(row, place, by=by, now=now)


def find_place(read: Read, *, account: BankAccount, row: Statement | None, today: date) -> Place:
    """Return where a statement belongs; `row` is its own row when it is held already."""
    last = queries.last_statement(account)
    ending = last.closing_cents if last else None
    balance = account.opening_cents if ending is None else ending
    known = known_entries(read, account)
    wrong = _what_is_wrong(read, known=known, today=today)
    if read.opening_cents is None or read.closing_cents is None or wrong:
        difference = read.difference_cents or None
        return Place(last=last, balance_cents=balance, reason=wrong, difference_cents=difference)
    in_order = _is_in_order(read, last)
    begins_there = in_order and read.opening_cents == balance
    # Entries that cancel out end where they began, so there the balances do not tell.
    balances_tell = not read.entries or read.closing_cents != read.opening_cents
    again = all(known) and not (begins_there and balances_tell) and is_booked_stretch(read, account)
    if again or (not (begins_there and balances_tell) and is_told_otherwise(read, account)):
        return Place(last=last, balance_cents=balance)
    if begins_there and not _is_booked_otherwise(read, account):
        whole = tuple(enumerate(read.entries))
        return Place(last=last, balance_cents=balance, goes_on=True, fresh=whole)
    fresh = tuple(
        (position, entry) for position, entry in enumerate(read.entries) if not known[position]
    )
    new_cents = sum(entry.amount_cents for _, entry in fresh)
    after = None if in_order else place_between(read, account=account, known=known)
    if after is not None:
        return Place(
            last=after.previous,
            balance_cents=read.opening_cents,
            goes_on=True,
            fresh=fresh,
            after=after,
        )
    if in_order and fresh and any(known) and read.closing_cents - new_cents == balance:
        return Place(last=last, balance_cents=balance, goes_on=True, fresh=fresh)
    reason, difference = _why_not(
        read, account=account, row=row, in_order=in_order, balance=balance, new_cents=new_cents
    )
    return Place(last=last, balance_cents=balance, reason=reason, difference_cents=difference)


def _what_is_wrong(read: Read, *, known: Sequence[bool], today: date) -> str:
    """Return what is wrong with a statement wherever it belongs, as a code; '' for nothing."""
    if read.opening_cents is None or read.closing_cents is None:
        return "" if known and all(known) else held.NO_BALANCES
    if not read.adds_up:
        return held.DOES_NOT_ADD_UP
    ahead = read.closing_on is not None and read.closing_on > today + AHEAD
    return held.FUTURE if ahead else ""


def _is_in_order(read: Read, last: Statement | None) -> bool:
    if last is None or last.closed_on is None or read.closing_on is None:
        return True
    return read.closing_on >= last.closed_on


def _is_booked_otherwise(read: Read, account: BankAccount) -> bool:
    """Tell whether a statement was booked with other words: number, day and end are the same.

    Where the day's entries cancel out it would go on from itself, and book its day twice.
    """
    if not read.entries:
        return False
    return any(twin.closing_cents == read.closing_cents for twin in namesakes(read, account))


def _why_not(
    read: Read,
    *,
    account: BankAccount,
    row: Statement | None,
    in_order: bool,
    balance: int,
    new_cents: int,
) -> tuple[str, int]:
    """Return why a statement that adds up does not go on, and the amount this is about."""
    opening, closing = read.opening_cents or 0, read.closing_cents or 0
    twin = namesakes(read, account).order_by("pk").first()
    if twin is not None:
        return held.DIFFERS, closing - (twin.closing_cents or 0)
    if not in_order:
        return held.EARLIER, new_cents
    waiting = Statement.objects.filter(
        bank_account=account, state=Statement.State.HELD, closing_cents=opening
    )
    if row is not None:
        waiting = waiting.exclude(pk=row.pk)
    if read.closing_on is not None:
        waiting = waiting.filter(closed_on__lte=read.closing_on)
    return (held.WAITS if waiting.exists() else held.GAP), opening - balance


def _new(
    read: Read, *, file: StatementFile, position: int, account: BankAccount, now: datetime
) -> Statement:
    """Return a held row, saved: its identity keeps the same statement from coming in twice."""
    return Statement.objects.create(
        file=file,
        position=position,
        bank_account=account,
        number=(read.number or "")[:60],
        format=read.format[:30],
        identity=identity(read),
        opening_cents=read.opening_cents,
        opened_on=read.opening_on,
        closing_cents=read.closing_cents,
        closed_on=read.closing_on,
        state=Statement.State.HELD,
        recorded_at=now,
    )


def _hold(row: Statement, place: Place, *, by: Actor, now: datetime, entries: int) -> Placed:
    if (row.held_because, row.difference_cents) != (place.reason, place.difference_cents):
        first = not row.held_because
        row.held_because, row.difference_cents = place.reason, place.difference_cents
        row.save(update_fields=["held_because", "difference_cents"])
        if first:
            audit.record(
                event="statement.held",
                by=by,
                subject=("statement", row.pk),
                now=now,
                data={"reason": place.reason, "difference_cents": place.difference_cents},
            )
    return Placed(state="held", row=row, entries=entries)


def book_placed(row: Statement, place: Place, *, by: Actor, now: datetime) -> Placed:
    """Book a held statement in its place; known when somebody else was first."""
    if place.after is not None:
        make_room(place.after, row)
    mine = Statement.objects.filter(pk=row.pk, state=Statement.State.HELD).update(
        state=Statement.State.BOOKED,
        opening_cents=place.balance_cents,
        previous=place.last,
        held_because="",
        difference_cents=None,
        booked_at=now,
    )
    row.refresh_from_db()
    if not mine:
        if place.after is not None:
            raise ChainMoved(f"statement {row.pk} is not held any more")
        return Placed(state="known", row=row, entries=len(place.fresh))
    booked = book_entries(row, place.fresh, now=now)
    meet_notices(row)
    audit.record(
        event="statement.booked",
        by=by,
        subject=("statement", row.pk),
        now=now,
        data={"entries": booked, "closing_cents": row.closing_cents},
    )
    return Placed(state="booked", row=row, entries=booked)


def _forget(row: Statement | None, *, by: Actor, now: datetime) -> None:
    """Drop a held row of which everything is booked by now; its file stays as it came in."""
    if row is None:
        return
    audit.record(
        event="statement.superseded",
        by=by,
        subject=("statement", row.pk),
        now=now,
        data={"number": row.number, "file": row.file_id, "position": row.position},
    )
    row.delete()


def book_waiting(
    account: BankAccount,
    *,
    read_again: Callable[[Statement], Read],
    by: Actor,
    now: datetime,
) -> list[Statement]:
    """Book the held statements of an account that can go on now; each in its own transaction.

    First those that begin where the last one ended, one after the other. Then the others are looked
    at again: they may overlap, be known by now, or wait for another reason.
    """
    booked: list[Statement] = []

    def retry(row: Statement) -> bool:
        placed = place_statement(
            read_again(row), file=row.file, position=row.position, account=account, by=by, now=now
        )
        if placed.state == "booked" and placed.row is not None:
            booked.append(placed.row)
        return placed.state == "booked"

    progress = True
    while progress:
        while (following := _next_waiting(account)) is not None and retry(following):
            pass
        progress = any(retry(row) for row in list(_waiting(account)))
    return booked


def _waiting(account: BankAccount) -> QuerySet[Statement]:
    return (
        Statement.objects.filter(bank_account=account, state=Statement.State.HELD)
        .exclude(held_because__in=NEVER_GOES_ON)
        .select_related("file")
        .defer("file__content")
        .order_by("closed_on", "pk")
    )


def _next_waiting(account: BankAccount) -> Statement | None:
    last = queries.last_statement(account)
    ending = last.closing_cents if last else None
    return (
        Statement.objects.filter(
            bank_account=account,
            state=Statement.State.HELD,
            opening_cents=account.opening_cents if ending is None else ending,
            closed_on__gte=last.closed_on if last and last.closed_on else date.min,
        )
        .exclude(held_because__in=NEVER_GOES_ON)
        .select_related("file")
        .defer("file__content")
        .order_by("closed_on", "pk")
        .first()
    )

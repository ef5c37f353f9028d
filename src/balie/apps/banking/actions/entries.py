"""Book the entries of one statement: each bank <-> suspense, each event once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Max, Min, Sum

from balie.apps.banking.models import BankAccount, EntrySlice, Statement, StatementEntry
from balie.apps.banking.recognise import fingerprint
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Booking, Line, book_all
from balie.formats import bank_statement

ROWS_AT_ONCE = 1000

Numbered = tuple[int, bank_statement.Entry]


def known_entries(read: bank_statement.Statement, account: BankAccount) -> list[bool]:
    """Tell for each entry whether it is booked, counting those that are alike.

    An entry of nothing is never booked, so nothing of it is new.
    """
    marks = [fingerprint(entry) for entry in read.entries]
    booked = occurrences(marks, account)
    seen: Counter[str] = Counter()
    known = []
    for mark, entry in zip(marks, read.entries, strict=True):
        seen[mark] += 1
        known.append(not entry.amount_cents or seen[mark] <= booked.get(mark, 0))
    return known


def occurrences(marks: Sequence[str], account: BankAccount) -> dict[str, int]:
    """Return how often each fingerprint is booked on an account."""
    distinct = list(dict.fromkeys(marks))
    found: dict[str, int] = {}
    for start in range(0, len(distinct), ROWS_AT_ONCE):
        rows = (
            StatementEntry.objects.filter(
                bank_account=account, fingerprint__in=distinct[start : start + ROWS_AT_ONCE]
            )
            .values_list("fingerprint")
            .annotate(last=Max("occurrence"))
        )
        found.update(rows)
    return found


def is_booked_stretch(read: bank_statement.Statement, account: BankAccount) -> bool:
    """Tell whether a statement says again what is booked: the same entries between equal balances.

    That the entries are known one by one is not enough: two payments on one day may be alike, and
    the second of them in a statement that is missing here. An empty statement says what is booked
    when its balance once stood between two of ours.
    """
    if not read.entries:
        closings = Statement.objects.filter(
            bank_account=account, state=Statement.State.BOOKED, closing_cents=read.opening_cents
        )
        return read.opening_cents == account.opening_cents or closings.exists()
    wanted = Counter(fingerprint(entry) for entry in read.entries if entry.amount_cents)
    ours = StatementEntry.objects.filter(bank_account=account)
    ends = _ends(list(wanted), account)
    if ends is None:
        return not wanted
    # Entries are booked in the order of the chain, so their ids are in its order too.
    before = ours.filter(pk__lt=ends[0]).aggregate(sum=Sum("amount_cents"))["sum"] or 0
    near = list(
        ours.filter(pk__gte=ends[0], pk__lte=ends[1])
        .order_by("pk")
        .values_list("fingerprint", "amount_cents")
    )
    size, balance = wanted.total(), account.opening_cents + before
    for start in range(len(near) - size + 1):
        stretch = (mark for mark, _ in near[start : start + size])
        if balance == read.opening_cents and Counter(stretch) == wanted:
            return True
        balance += near[start][1]
    return False


def is_told_otherwise(read: bank_statement.Statement, account: BankAccount) -> bool:
    """Tell whether a statement is booked from another format: an MT940 beside a camt.053.

    The balances at both ends are the same, and so are day and amount of every entry. In the same
    format other words would be a correction. Only asked of a statement that does not begin where
    the chain ends: it could not be booked anyway.
    """
    twins = Statement.objects.filter(
        bank_account=account,
        state=Statement.State.BOOKED,
        opening_cents=read.opening_cents,
        closing_cents=read.closing_cents,
        closed_on=read.closing_on,
    )
    wanted = Counter(
        (entry.booked_on, entry.amount_cents) for entry in read.entries if entry.amount_cents
    )
    return bool(wanted) and any(
        _family(twin.format) != _family(read.format)
        and Counter(twin.entries.values_list("booked_on", "amount_cents")) == wanted
        for twin in twins.exclude(format="")
    )


def _family(message: str) -> str:
    """Return the family of a format: `camt` of `camt.053.001.08`, `MT940`."""
    return message.partition(".")[0]


def _ends(marks: Sequence[str], account: BankAccount) -> tuple[int, int] | None:
    """Return the first and the last id of the booked entries with these fingerprints."""
    ends = []
    for start in range(0, len(marks), ROWS_AT_ONCE):
        some = StatementEntry.objects.filter(
            bank_account=account, fingerprint__in=marks[start : start + ROWS_AT_ONCE]
        ).aggregate(first=Min("pk"), last=Max("pk"))
        if some["first"] is not None:
            ends += [some["first"], some["last"]]
    return (min(ends), max(ends)) if ends else None


def book_entries(statement: Statement, fresh: Sequence[Numbered], *, now: datetime) -> int:
    """Book entries with their places in the statement; return how many.

    An entry of nothing moves no money and is left out.
    """
    moving = [(position, entry) for position, entry in fresh if entry.amount_cents]
    counted = Counter(
        occurrences([fingerprint(entry) for _, entry in moving], statement.bank_account)
    )
    for start in range(0, len(moving), ROWS_AT_ONCE):
        _book_some(statement, moving[start : start + ROWS_AT_ONCE], counted=counted, now=now)
    return len(moving)


def _book_some(
    statement: Statement, fresh: Sequence[Numbered], *, counted: Counter[str], now: datetime
) -> None:
    account = statement.bank_account
    rows = []
    for position, entry in fresh:
        mark = fingerprint(entry)
        counted[mark] += 1
        rows.append(
            StatementEntry(
                statement=statement,
                bank_account=account,
                position=position,
                amount_cents=entry.amount_cents,
                booked_on=entry.booked_on,
                value_date=entry.value_date,
                bank_reference=_text(entry.bank_reference, 140),
                fingerprint=mark,
                occurrence=counted[mark],
            )
        )
    bookings = [_booking(row, statement) for row in rows]
    for row, journal_entry in zip(rows, book_all(bookings=bookings, now=now), strict=True):
        row.journal_entry = journal_entry
    booked = StatementEntry.objects.bulk_create(rows)
    EntrySlice.objects.bulk_create(
        piece
        for row, (_, entry) in zip(booked, fresh, strict=True)
        for piece in _slices(row, entry)
    )


def _booking(row: StatementEntry, statement: Statement) -> Booking:
    return Booking(
        key=f"bank:{row.bank_account_id}:{row.fingerprint}:{row.occurrence}",
        booked_on=row.booked_on,
        description=f"Bank entry {row.position}, statement {statement.number}",
        lines=[
            Line(accounts.BANK, row.amount_cents),
            Line(accounts.SUSPENSE, -row.amount_cents),
        ],
    )


def _slices(row: StatementEntry, entry: bank_statement.Entry) -> Iterator[EntrySlice]:
    """Return one slice per payment when they make up the entry, else one for the whole of it."""
    payments: Sequence[bank_statement.Transaction] = entry.transactions
    if not payments or sum(payment.amount_cents for payment in payments) != entry.amount_cents:
        payments = [entry]
    for position, payment in enumerate(payments):
        yield EntrySlice(
            entry=row,
            position=position,
            amount_cents=payment.amount_cents,
            charges_cents=payment.charges_cents,
            counterparty_name=_text(payment.counterparty_name, 140),
            counterparty_iban=_text(payment.counterparty_iban, 34),
            end_to_end_id=_text(payment.end_to_end_id, 35),
            mandate_reference=_text(payment.mandate_reference, 35),
            payment_information_id=_text(
                payment.batch_payment_information_id or entry.batch_payment_information_id, 35
            ),
            structured_reference=_text(payment.structured_reference, 35),
            return_reason=_text(payment.return_reason, 35),
            return_started_by=_text(payment.return_started_by, 5),
            transaction_code=_text(payment.bank_transaction_code, 40),
            text=_text(payment.text, 10_000),
        )


def _text(value: str | None, most: int) -> str:
    """Return a text as a column takes it: PostgreSQL refuses NUL and what is too long."""
    return (value or "").replace("\0", "")[:most]

"""Note what the bank announces of an entry, and recognise it when the statement books it.

A camt.052 (intraday) or camt.054 (notification) proves nothing: it has no balances, or only what
they were at that hour. So it never books; the statement does, once, and each notice is crossed off
against the entry it was about (docs/decisions names why).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, QuerySet

from balie.apps.banking.models import (
    BankAccount,
    EntryNotice,
    EntrySlice,
    Statement,
    StatementEntry,
    StatementFile,
)
from balie.apps.banking.recognise import fingerprint
from balie.apps.banking.same_event import DAYS_APART, Event, same_events
from balie.formats import bank_statement

ATTEMPTS = 5

ROWS_AT_ONCE = 1000

Read = bank_statement.Statement


def note_entries(read: Read, *, file: StatementFile, account: BankAccount, now: datetime) -> int:
    """Note the booked entries a report announces; return how many were news.

    What a report or a statement told before is not news, whatever message told it: the same event
    is looked for entry by entry, and two that are alike count as two.
    """
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _note_once(read, file=file, account=account, now=now)
        except IntegrityError as error:
            conflict = error
    raise conflict


def _note_once(read: Read, *, file: StatementFile, account: BankAccount, now: datetime) -> int:
    announced = [entry for entry in read.entries if entry.amount_cents]
    if not announced:
        return 0
    events = [_event_in(entry) for entry in announced]
    days = [event.booked_on for event in events]
    told = list(
        EntryNotice.objects.filter(bank_account=account, booked_on__range=_around(days)).order_by(
            "pk"
        )
    )
    known = same_events(events, [_event_of(notice) for notice in told])
    fresh = [index for index in range(len(events)) if index not in known]
    counted = _counted(account, [events[index].fingerprint for index in fresh])
    rows = []
    for index in fresh:
        counted[events[index].fingerprint] += 1
        rows.append(
            _notice(
                announced[index],
                events[index],
                file=file,
                account=account,
                occurrence=counted[events[index].fingerprint],
                now=now,
            )
        )
    EntryNotice.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    booked = StatementEntry.objects.filter(bank_account=account, booked_on__range=_around(days))
    _cross_off(_open(account).filter(booked_on__range=_around(days)), booked)
    return len(rows)


def _around(days: Sequence[date]) -> tuple[date, date]:
    """Return from which to which day the same events may stand in another message."""
    return min(days) - DAYS_APART, max(days) + DAYS_APART


def _counted(account: BankAccount, marks: Sequence[str]) -> Counter[str]:
    distinct = list(dict.fromkeys(marks))
    counted: Counter[str] = Counter()
    for start in range(0, len(distinct), ROWS_AT_ONCE):
        rows = (
            EntryNotice.objects.filter(
                bank_account=account, fingerprint__in=distinct[start : start + ROWS_AT_ONCE]
            )
            .values_list("fingerprint")
            .annotate(last=Max("occurrence"))
        )
        counted.update(dict(rows))
    return counted


def _notice(
    entry: bank_statement.Entry,
    event: Event,
    *,
    file: StatementFile,
    account: BankAccount,
    occurrence: int,
    now: datetime,
) -> EntryNotice:
    return EntryNotice(
        file=file,
        bank_account=account,
        amount_cents=event.amount_cents,
        booked_on=event.booked_on,
        bank_reference=event.bank_reference,
        end_to_end_id=event.end_to_end_id,
        return_reason=event.return_reason,
        payment_information_id=event.payment_information_id,
        counterparty_name=_text(entry.counterparty_name, 140),
        counterparty_iban=event.counterparty_iban,
        text=_text(entry.text, 10_000),
        fingerprint=event.fingerprint,
        occurrence=occurrence,
        announced_at=now,
    )


def meet_notices(statement: Statement) -> int:
    """Cross off the notices that the entries of a statement, just booked, were announced with."""
    waiting = _open(statement.bank_account)
    days = waiting.aggregate(first=Min("booked_on"), last=Max("booked_on"))
    if days["first"] is None:
        return 0
    booked = StatementEntry.objects.filter(
        statement=statement, booked_on__range=_around([days["first"], days["last"]])
    )
    return _cross_off(waiting, booked)


def _open(account: BankAccount) -> QuerySet[EntryNotice]:
    return EntryNotice.objects.filter(bank_account=account, entry__isnull=True)


def _cross_off(waiting: QuerySet[EntryNotice], booked: QuerySet[StatementEntry]) -> int:
    notices = list(waiting.order_by("booked_on", "pk"))
    if not notices:
        return 0
    booked = booked.filter(notice__isnull=True)
    entries = list(booked.order_by("pk"))
    first = EntrySlice.objects.filter(entry__in=booked.values("pk"), position=0)
    slices = {piece.entry_id: piece for piece in first}
    events = [_event_booked(entry, slices.get(entry.pk)) for entry in entries]
    pairs = same_events([_event_of(notice) for notice in notices], events)
    for index, found in pairs.items():
        notices[index].entry = entries[found]
    crossed_off = [notices[index] for index in pairs]
    EntryNotice.objects.bulk_update(crossed_off, ["entry"], batch_size=ROWS_AT_ONCE)
    return len(pairs)


def _event_in(entry: bank_statement.Entry) -> Event:
    return Event(
        amount_cents=entry.amount_cents,
        booked_on=entry.booked_on,
        bank_reference=_text(entry.bank_reference, 140),
        end_to_end_id=_text(entry.end_to_end_id, 35),
        return_reason=_text(entry.return_reason, 35),
        counterparty_iban=_text(entry.counterparty_iban, 34),
        payment_information_id=_text(entry.batch_payment_information_id, 35),
        fingerprint=fingerprint(entry),
    )


def _event_of(notice: EntryNotice) -> Event:
    return Event(
        amount_cents=notice.amount_cents,
        booked_on=notice.booked_on,
        bank_reference=notice.bank_reference,
        end_to_end_id=notice.end_to_end_id,
        return_reason=notice.return_reason,
        counterparty_iban=notice.counterparty_iban,
        payment_information_id=notice.payment_information_id,
        fingerprint=notice.fingerprint,
    )


def _event_booked(entry: StatementEntry, piece: EntrySlice | None) -> Event:
    # An entry of several payments has no references of one of them.
    alone = piece if piece is not None and piece.amount_cents == entry.amount_cents else None
    return Event(
        amount_cents=entry.amount_cents,
        booked_on=entry.booked_on,
        bank_reference=entry.bank_reference,
        end_to_end_id=alone.end_to_end_id if alone else "",
        return_reason=alone.return_reason if alone else "",
        counterparty_iban=alone.counterparty_iban if alone else "",
        # Every payment of a batch names it.
        payment_information_id=piece.payment_information_id if piece else "",
        fingerprint=entry.fingerprint,
    )


def _text(value: str | None, most: int) -> str:
    """Return a text as a column takes it: PostgreSQL refuses NUL and what is too long."""
    return (value or "").replace("\0", "")[:most]

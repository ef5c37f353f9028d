"""The one way to book: named business events, lines that sum to zero, each event once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from balie.apps.customers.models import Customer
from balie.apps.ledger.models import Account, JournalEntry, Posting


class UnbalancedEntry(Exception):
    """The lines of a booking do not sum to zero, or there are none."""


class AlreadyBooked(Exception):
    """This business event is in the books already."""


@dataclass(frozen=True)
class Line:
    """One line to book: debit positive, credit negative, in cents."""

    account_code: str
    amount_cents: int
    customer: Customer | None = None


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One event to book on a day; `key` names the event and is unique for ever."""

    key: str
    booked_on: date
    description: str
    lines: Sequence[Line]


@transaction.atomic
def book(
    *, key: str, booked_on: date, description: str, lines: Sequence[Line], now: datetime
) -> JournalEntry:
    """Book one event. Lines of nothing are left out.

    Raises UnbalancedEntry, and AlreadyBooked when `key` was booked before.
    """
    booking = Booking(key=key, booked_on=booked_on, description=description, lines=lines)
    return book_all(bookings=[booking], now=now)[0]


@transaction.atomic
def book_all(*, bookings: Sequence[Booking], now: datetime) -> list[JournalEntry]:
    """Book many events, all or none, in as few statements as one; the entries in the same order.

    Raises UnbalancedEntry, and AlreadyBooked when one of the keys was booked before.
    """
    meant = [_balanced(booking) for booking in bookings]
    try:
        with transaction.atomic():
            entries = JournalEntry.objects.bulk_create(
                JournalEntry(
                    key=booking.key,
                    booked_on=booking.booked_on,
                    recorded_at=now,
                    description=booking.description[:200],
                )
                for booking in bookings
            )
    except IntegrityError as error:
        raise AlreadyBooked(f"{_first_known(bookings)} is booked already") from error
    codes = {line.account_code for lines in meant for line in lines}
    accounts = {account.code: account for account in Account.objects.filter(code__in=codes)}
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            account=accounts[line.account_code],
            customer=line.customer,
            amount_cents=line.amount_cents,
        )
        for entry, lines in zip(entries, meant, strict=True)
        for line in lines
    )
    return entries


def _balanced(booking: Booking) -> list[Line]:
    """Return the lines that say something; raise UnbalancedEntry unless they sum to zero."""
    meant = [line for line in booking.lines if line.amount_cents]
    total = sum(line.amount_cents for line in meant)
    if total or not meant:
        raise UnbalancedEntry(
            f"{booking.key}: the lines sum to {total} cents; they must sum to 0 and there must be"
            " some"
        )
    return meant


def _first_known(bookings: Sequence[Booking]) -> str:
    """Return which key was in the books, or was given twice."""
    keys = [booking.key for booking in bookings]
    known = JournalEntry.objects.filter(key__in=keys[:500]).values_list("key", flat=True).first()
    return known or "one of these events"

"""The one way to book: a named business event, lines that sum to zero, once."""

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


@transaction.atomic
def book(
    *, key: str, booked_on: date, description: str, lines: Sequence[Line], now: datetime
) -> JournalEntry:
    """Book one event. Lines of nothing are left out.

    Raises UnbalancedEntry, and AlreadyBooked when `key` was booked before.
    """
    meant = [line for line in lines if line.amount_cents]
    total = sum(line.amount_cents for line in meant)
    if total or not meant:
        msg = f"{key}: the lines sum to {total} cents; they must sum to 0 and there must be some"
        raise UnbalancedEntry(msg)
    try:
        with transaction.atomic():
            entry = JournalEntry.objects.create(
                key=key, booked_on=booked_on, recorded_at=now, description=description[:200]
            )
    except IntegrityError as error:
        msg = f"{key} is booked already"
        raise AlreadyBooked(msg) from error
    accounts = {
        account.code: account
        for account in Account.objects.filter(code__in={line.account_code for line in meant})
    }
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            account=accounts[line.account_code],
            customer=line.customer,
            amount_cents=line.amount_cents,
        )
        for line in meant
    )
    return entry

"""Booking: lines sum to zero, an event once, many as one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balie.apps.ledger import accounts, queries
from balie.apps.ledger.actions import AlreadyBooked, Booking, Line, UnbalancedEntry, book, book_all
from balie.apps.ledger.models import Account, JournalEntry, Posting
from tests.apps.building import NOW, TODAY, new_customer

pytestmark = pytest.mark.django_db


def booking(key: str, cents: int = 500) -> Booking:
    lines = [Line(accounts.BANK, cents), Line(accounts.SUSPENSE, -cents)]
    return Booking(key=key, booked_on=TODAY, description="test", lines=lines)


def test_chart_stands_from_the_start() -> None:
    chart = {account.code: account.rgs_code for account in Account.objects.all()}

    assert chart == {code: rgs for code, _, _, rgs in accounts.CHART}


def test_booking_moves_both_accounts() -> None:
    book(key="a", booked_on=TODAY, description="x", lines=booking("a").lines, now=NOW)

    assert queries.balance(accounts.BANK) == 500
    assert queries.balance(accounts.SUSPENSE) == -500


def test_lines_of_nothing_are_left_out() -> None:
    lines = [*booking("a").lines, Line(accounts.VAT_PAYABLE, 0)]

    book(key="a", booked_on=TODAY, description="x", lines=lines, now=NOW)

    assert Posting.objects.count() == 2


@pytest.mark.parametrize(
    "lines",
    [
        [Line(accounts.BANK, 500), Line(accounts.SUSPENSE, -499)],
        [],
        [Line(accounts.BANK, 0), Line(accounts.SUSPENSE, 0)],
    ],
)
def test_unbalanced_booking_is_refused(lines: list[Line]) -> None:
    with pytest.raises(UnbalancedEntry):
        book(key="a", booked_on=TODAY, description="x", lines=lines, now=NOW)

    assert not JournalEntry.objects.exists()


@pytest.mark.postgres
def test_event_is_booked_once() -> None:
    book_all(bookings=[booking("a")], now=NOW)

    with pytest.raises(AlreadyBooked, match="a is booked already"):
        book_all(bookings=[booking("b"), booking("a")], now=NOW)

    assert JournalEntry.objects.count() == 1


def test_many_are_booked_in_as_many_statements_as_one() -> None:
    with CaptureQueriesContext(connection) as for_one:
        book_all(bookings=[booking("0")], now=NOW)
    many = [booking(str(number), number) for number in range(1, 31)]

    with CaptureQueriesContext(connection) as for_thirty:
        entries = book_all(bookings=many, now=NOW)

    assert [entry.key for entry in entries] == [str(number) for number in range(1, 31)]
    assert queries.balance(accounts.BANK) == 500 + sum(range(1, 31))
    assert len(for_thirty) == len(for_one)


def test_receivables_are_told_apart_by_customer() -> None:
    one, other = new_customer(), new_customer()
    for index, (customer, cents) in enumerate([(one, 100), (one, 50), (other, -30)]):
        book(
            key=str(index),
            booked_on=TODAY,
            description="x",
            lines=[Line(accounts.RECEIVABLE, cents, customer), Line(accounts.REVENUE, -cents)],
            now=NOW,
        )

    assert queries.receivables() == {one.pk: 150, other.pk: -30}
    assert queries.receivable_of(one) == 150
    assert queries.receivable_of(new_customer()) == 0

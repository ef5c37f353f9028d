"""What the desk asks of the bank, in as many queries for thirty rows as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balie.apps.banking import queries
from balie.apps.banking.models import BankAccount
from tests.apps.building import NOW, TODAY, Entry, camt, days_ago, new_account, take_in

pytestmark = pytest.mark.django_db


def entries(count: int) -> list[Entry]:
    return [Entry(cents=100 + index, text=f"betaling {index}") for index in range(count)]


def queries_of_lists() -> int:
    with CaptureQueriesContext(connection) as captured:
        for piece in queries.unclaimed_slices():
            assert piece.entry.bank_account.iban
        for statement in queries.held_statements():
            assert queries.why_held(statement)
            assert statement.file.name
        for state in queries.account_states():
            assert state.account.iban
            queries.calendar_strip(state.account, now=NOW, days=40)
        queries.suspense_total()
    return len(captured)


def test_lists_ask_as_often_for_thirty_rows_as_for_one() -> None:
    new_account(opening=0)
    take_in(camt(*entries(1), opening=0, on=days_ago(40), number="1"))
    take_in(camt(opening=5, on=days_ago(35), number="h0"))
    for_one = queries_of_lists()

    take_in(camt(*entries(30), opening=100, on=days_ago(30), number="2"))
    for index in range(30):
        take_in(camt(opening=index * 7 + 6, on=days_ago(29 - index), number=f"h{index + 1}"))

    assert queries.unclaimed_slices().count() == 31
    assert queries.held_statements().count() == 31
    assert queries_of_lists() == for_one


def test_account_state_tells_how_far_it_is_booked() -> None:
    new_account(opening=100)
    take_in(camt(Entry(cents=50), opening=100, number="1"))
    take_in(camt(Entry(cents=50), opening=999, number="9"))

    (state,) = queries.account_states()

    assert (state.closing_cents, state.closed_on, state.held) == (150, TODAY, 1)


def test_calendar_strip_shows_what_is_missing() -> None:
    new_account(opening=0, now=NOW - timedelta(days=9))
    take_in(camt(Entry(cents=50, on=days_ago(6)), opening=0, number="1", on=days_ago(6)))
    take_in(camt(Entry(cents=50), opening=999, number="9", on=days_ago(4)))

    strip = queries.calendar_strip(BankAccount.objects.get(), now=NOW, days=13)

    # From Tuesday 10 to Sunday 22 November; ours from Saturday 14 on.
    assert [day.state for day in strip] == [
        *("before", "before", "before", "before"),
        *("closed", "closed"),
        *("covered", "booked", "missing", "held", "missing"),
        *("closed", "closed"),
    ]


def test_bank_data_is_stale_without_any_account() -> None:
    assert queries.stale_since(now=NOW) == TODAY

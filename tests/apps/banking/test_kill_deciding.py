"""Announcing, deciding and booking along, killed anywhere and done again, end the same."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest

from balie.apps.banking import actions, queries
from balie.apps.banking.actions import UnableToDecide
from balie.apps.banking.models import BankAccount, EntryNotice, Statement, StatementEntry
from balie.infra.audit import SYSTEM
from tests.apps.banking.announcing import notification
from tests.apps.building import NOW, Entry, camt, days_ago, new_account, take_in
from tests.apps.killing import broken_invariants, kill_points
from tests.apps.racing import at_once

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.usefixtures("committed")]

_accounts = count(1)


def new_iban() -> str:
    return new_account(iban=f"DODE{next(_accounts)}", opening=0).iban


def booked(iban: str) -> list[int]:
    entries = StatementEntry.objects.filter(bank_account__iban=iban)
    return sorted(entries.values_list("amount_cents", flat=True))


def survives(prepare: Callable[[], str], work: Callable[[str], None]) -> int:
    """Kill the work everywhere, look, do it again and look; how many points there were."""
    points = 0
    for point, iban in kill_points(prepare, work):
        assert broken_invariants() == [], point
        work(iban)
        assert broken_invariants() == [], point
        held = queries.held_statements().filter(bank_account__iban=iban)
        assert not held.exists(), point
        points += 1
    return points


def test_notice_and_its_statement_killed_anywhere_are_one_event() -> None:
    def work(iban: str) -> None:
        same = Entry(cents=100, reference="")
        take_in(notification(same, same, iban=iban))
        take_in(camt(same, same, opening=0, iban=iban))
        notices = EntryNotice.objects.filter(bank_account__iban=iban)
        assert (booked(iban), notices.count()) == ([100, 100], 2)
        assert not notices.filter(entry__isnull=True).exists()

    assert survives(new_iban, work) >= 10


def test_statement_that_lets_another_go_on_killed_anywhere_books_both() -> None:
    def prepare() -> str:
        iban = new_iban()
        take_in(camt(Entry(cents=50), opening=100, number="2", iban=iban))
        return iban

    def work(iban: str) -> None:
        earlier = Entry(cents=100, on=days_ago(1))
        take_in(camt(earlier, opening=0, number="1", iban=iban, on=days_ago(1)))
        assert booked(iban) == [50, 100]

    assert survives(prepare, work) >= 10


def corrected() -> str:
    iban = new_iban()
    take_in(camt(Entry(cents=100, reference="R1"), opening=0, number="7", iban=iban))
    take_in(camt(Entry(cents=150, reference="R1"), opening=0, number="7", iban=iban))
    return iban


def book_correction(iban: str) -> None:
    statement = Statement.objects.filter(bank_account__iban=iban).latest("pk")
    with suppress(UnableToDecide):  # when it was done before the process died
        actions.book_correction(statement=statement, because="Bank belde", by=SYSTEM, now=NOW)
    assert booked(iban) == [-100, 100, 150]


def test_correction_killed_anywhere_is_booked_once() -> None:
    assert survives(corrected, book_correction) >= 5


def test_correction_and_setting_aside_at_once_end_in_one_of_them() -> None:
    iban = corrected()
    pk = Statement.objects.filter(bank_account__iban=iban).latest("pk").pk
    decisions = (actions.book_correction, actions.set_aside)

    def decide(number: int) -> None:
        statement = Statement.objects.get(pk=pk)
        decisions[number](statement=statement, because="x", by=SYSTEM, now=NOW)

    ends = at_once(decide, before='UPDATE "banking_statement"', expected=(UnableToDecide,))

    account = BankAccount.objects.get(iban=iban)
    state = Statement.objects.get(pk=pk).state
    assert ends == ["UnableToDecide", "done"]
    assert booked(iban) == ([-100, 100, 150] if state == "booked" else [100])
    assert queries.imported_through(account) is not None
    assert broken_invariants() == []

"""Ledger and bank, account by account, and suspense beside what nobody claimed."""

import pytest

from balie.apps.banking import actions, queries
from balie.apps.banking.invariants import ledger_is_bank
from balie.apps.banking.models import Statement
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, Entry, camt, new_account, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SECOND_IBAN = "NL20INGB0001234567"


def two_accounts() -> None:
    new_account(opening=1000)
    new_account(iban=SECOND_IBAN, opening=-500)
    take_in(camt(Entry(cents=300), opening=1000))
    take_in(camt(Entry(cents=-20), Entry(cents=70), opening=-500, iban=SECOND_IBAN))


def test_each_account_agrees_and_so_does_suspense() -> None:
    two_accounts()

    found = queries.agreement()

    assert [(row.ledger_cents, row.expected_cents) for row in found.accounts] == [
        (1300, 1300),
        (-450, -450),
    ]
    assert (found.bank.ledger_cents, found.bank.difference_cents) == (850, 0)
    assert (found.suspense.ledger_cents, found.suspense.expected_cents) == (350, 350)
    assert found.stray_cents == 0


def test_claimed_money_leaves_suspense_on_both_sides() -> None:
    two_accounts()
    piece = queries.unclaimed_slices().filter(amount_cents=-20).get()
    actions.place_on_account(
        slice=piece, account_code=accounts.BANK_COSTS, because="Kosten", by=SYSTEM, now=NOW
    )

    suspense = queries.agreement().suspense

    assert (suspense.ledger_cents, suspense.expected_cents) == (370, 370)


def test_errors_that_cancel_out_over_two_accounts_are_seen() -> None:
    two_accounts()
    Statement.objects.filter(bank_account__iban=SECOND_IBAN).update(closing_cents=-440)
    Statement.objects.exclude(bank_account__iban=SECOND_IBAN).update(closing_cents=1290)

    found = queries.agreement()

    assert [row.difference_cents for row in found.accounts] == [-10, 10]
    assert found.bank.difference_cents == 0
    assert len(ledger_is_bank(now=NOW).violations) == 2


def test_money_booked_on_the_bank_without_a_statement_is_named() -> None:
    two_accounts()
    book(
        key="by-hand",
        booked_on=TODAY,
        description="wrong",
        lines=[Line(accounts.BANK, 5), Line(accounts.OTHER_COSTS, -5)],
        now=NOW,
    )

    found = queries.agreement()

    assert found.stray_cents == 5
    assert found.bank.difference_cents == -5

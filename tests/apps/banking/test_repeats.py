"""A statement that comes again in other words, or that is long, is never booked twice."""

import pytest

from balie.apps.banking.models import StatementEntry
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from tests.apps.building import TODAY, Entry, camt, new_account, states, take_in

pytestmark = pytest.mark.django_db


def test_day_that_cancels_out_told_in_other_words_is_held_and_not_booked_twice() -> None:
    new_account(opening=700)
    with_reference = (
        Entry(cents=1000, reference="R1", text="in"),
        Entry(cents=-1000, reference="R2", text="out"),
    )
    without = (Entry(cents=1000, text="in"), Entry(cents=-1000, text="out"))
    take_in(camt(*with_reference, opening=700, number="1"))

    (outcome,) = take_in(camt(*without, opening=700, number="1"))

    assert outcome.statement is not None
    assert (outcome.state, outcome.statement.held_because) == ("held", "differs")
    assert StatementEntry.objects.count() == 2


def test_statement_told_in_other_words_after_the_balance_came_back_is_held() -> None:
    new_account(opening=700)
    take_in(camt(Entry(cents=1000, reference="R1"), opening=700, number="1"))
    take_in(camt(Entry(cents=-1000, reference="R2"), opening=1700, number="2"))

    outcomes = take_in(camt(Entry(cents=1000, text="in"), opening=700, number="1"))

    assert states(outcomes) == ["held"]
    assert ledger.balance(accounts.BANK) == 700


def test_another_statement_of_that_number_and_day_that_goes_on_is_booked() -> None:
    new_account(opening=700)
    take_in(camt(Entry(cents=1000), opening=700, number="1"))

    outcomes = take_in(camt(Entry(cents=500), opening=1700, number="1"))

    assert states(outcomes) == ["booked"]
    assert ledger.balance(accounts.BANK) == 2200


def test_long_statement_that_comes_again_under_another_number_is_known() -> None:
    new_account(opening=0)
    many = [Entry(cents=100, reference=f"R{number}", on=TODAY) for number in range(1001)]
    take_in(camt(*many, opening=0, number="1"))

    outcomes = take_in(camt(*many, opening=0, number="day 1"))

    assert states(outcomes) == ["known"]
    assert ledger.balance(accounts.BANK) == 100_100


MT940 = (
    b"ABNANL2A\n940\nABNANL2A\n:20:ABN AMRO BANK NV\n:25:417164300\n:28:32701/1\n"
    b":60F:C261122EUR7,00\n"
    b":61:2611231123C12,10N426NONREF\n:86:/TRTP/SEPA OVERBOEKING/NAME/J BAKKER/REMI/HOSTING\n"
    b":61:2611231123D2,50N426NONREF\n:86:/TRTP/SEPA OVERBOEKING/NAME/BANK/REMI/KOSTEN\n"
    b":62F:C261123EUR16,60\n-\n"
)


def test_mt940_of_a_day_that_is_booked_from_camt_is_known() -> None:
    new_account(opening=700)
    take_in(camt(Entry(cents=1210), Entry(cents=-250, iban=""), opening=700, number="1"))

    outcomes = take_in(MT940)

    assert states(outcomes) == ["known"]
    assert StatementEntry.objects.count() == 2


def test_camt_of_a_day_that_is_booked_from_mt940_is_known() -> None:
    new_account(opening=700)
    take_in(MT940)

    outcomes = take_in(camt(Entry(cents=1210), Entry(cents=-250), opening=700, number="1"))

    assert states(outcomes) == ["known"]
    assert ledger.balance(accounts.BANK) == 1660


def test_mt940_of_that_day_with_other_amounts_is_held() -> None:
    new_account(opening=700)
    take_in(camt(Entry(cents=1200), Entry(cents=-240, iban=""), opening=700, number="1"))

    outcomes = take_in(MT940)

    assert states(outcomes) == ["held"]

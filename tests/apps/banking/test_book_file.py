"""A bank file is booked whole, known, held or refused; the balances are the judge."""

from datetime import timedelta

import pytest

from balie.apps.banking import actions, queries
from balie.apps.banking.models import (
    BankAccount,
    EntrySlice,
    Statement,
    StatementEntry,
    StatementFile,
)
from balie.apps.banking.refusals import sentences_of
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    OUR_IBAN,
    Entry,
    camt,
    camt_file,
    camt_statement,
    days_ago,
    new_account,
    states,
    take_in,
)

pytestmark = pytest.mark.django_db


def test_statement_that_follows_is_booked() -> None:
    new_account(opening=1000)

    outcomes = take_in(camt(Entry(cents=500), Entry(cents=-200), opening=1000))

    assert states(outcomes) == ["booked"]
    assert outcomes[0].entries == 2
    assert ledger.balance(accounts.BANK) == 1300
    assert ledger.balance(accounts.SUSPENSE) == -300
    assert queries.suspense_total() == 300


def test_file_is_stored_as_received() -> None:
    content = camt(opening=0)

    file = actions.receive_file(name="bank.xml", content=content, by=SYSTEM, now=NOW)
    again = actions.receive_file(name="other.xml", content=content, by=SYSTEM, now=NOW)

    assert bytes(StatementFile.objects.get().content) == content
    assert again == file


def test_same_file_again_books_nothing() -> None:
    new_account(opening=1000)
    content = camt(Entry(cents=500), opening=1000)
    take_in(content)

    outcomes = take_in(content)

    assert states(outcomes) == ["known"]
    assert StatementEntry.objects.count() == 1


def test_same_statement_in_another_file_is_known() -> None:
    new_account(opening=1000)
    first = camt_statement(Entry(cents=500), opening=1000, on=days_ago(1))
    second = camt_statement(Entry(cents=300), opening=1500, number="2")
    take_in(camt_file(first))

    outcomes = take_in(camt_file(first, second))

    assert states(outcomes) == ["known", "booked"]
    assert StatementEntry.objects.count() == 2


def test_two_equal_payments_on_one_day_both_book() -> None:
    new_account(opening=0)
    same = Entry(cents=1210, text="Hosting")

    outcomes = take_in(camt(same, same, opening=0))

    assert states(outcomes) == ["booked"]
    assert sorted(StatementEntry.objects.values_list("occurrence", flat=True)) == [1, 2]
    assert ledger.balance(accounts.BANK) == 2420


def test_equal_payments_in_two_statements_of_one_day_both_book() -> None:
    new_account(opening=0)
    same = Entry(cents=1210)

    morning = camt_statement(same, opening=0, number="1")
    evening = camt_statement(same, opening=1210, number="2")
    outcomes = take_in(camt_file(morning, evening))

    assert states(outcomes) == ["booked", "booked"]
    assert ledger.balance(accounts.BANK) == 2420


def test_overlapping_statement_books_only_what_is_new() -> None:
    new_account(opening=0)
    same = Entry(cents=1210, on=days_ago(2))
    later = Entry(cents=500)
    take_in(camt(Entry(cents=100, on=days_ago(3)), same, same, opening=0, on=days_ago(2)))

    overlap = camt(same, same, later, opening=100, number="2", opened_on=days_ago(2))
    outcomes = take_in(overlap)

    assert states(outcomes) == ["booked"]
    assert outcomes[0].entries == 1
    assert ledger.balance(accounts.BANK) == 100 + 2420 + 500
    assert states(take_in(overlap)) == ["known"]


def test_statement_of_which_all_is_booked_is_known() -> None:
    new_account(opening=0)
    first, second = Entry(cents=100, on=days_ago(1)), Entry(cents=200)
    take_in(camt(first, opening=0, number="1", on=days_ago(1)))
    take_in(camt(second, opening=100, number="2"))

    both = camt(first, second, opening=0, number="W47", opened_on=days_ago(1))
    outcomes = take_in(both)

    assert states(outcomes) == ["known"]
    assert ledger.balance(accounts.BANK) == 300


def test_same_event_by_its_bank_reference_books_once() -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=100, reference="R1", text="as the one format says"), opening=0))

    told_otherwise = Entry(cents=100, reference="R1", text="as the other says")
    outcomes = take_in(camt(told_otherwise, opening=0, number="1/1"))

    assert states(outcomes) == ["known"]
    assert StatementEntry.objects.count() == 1


def test_repeated_statement_whose_entries_cancel_out_is_known() -> None:
    new_account(opening=700)
    back_and_forth = (Entry(cents=100, text="in"), Entry(cents=-100, text="out"))
    take_in(camt(*back_and_forth, opening=700, number="1"))

    outcomes = take_in(camt(*back_and_forth, opening=700, number="day 1"))

    assert states(outcomes) == ["known"]
    assert StatementEntry.objects.count() == 2


def test_gap_is_held_and_named_in_euros() -> None:
    new_account(opening=1000)

    outcomes = take_in(camt(Entry(cents=500), opening=1250))

    assert states(outcomes) == ["held"]
    assert "€\u00a02,50" in outcomes[0].detail
    assert ledger.balance(accounts.BANK) == 1000
    assert Statement.objects.get().difference_cents == 250


def test_held_statements_book_once_the_missing_one_arrives() -> None:
    new_account(opening=0)
    files = [
        camt(Entry(cents=100), opening=opening, number=str(number), on=days_ago(4 - number))
        for number, opening in enumerate((0, 100, 200, 300), start=1)
    ]
    assert states(take_in(files[2])) == ["held"]
    assert states(take_in(files[3])) == ["held"]
    assert states(take_in(files[1])) == ["held"]

    outcomes = take_in(files[0])

    assert states(outcomes) == ["booked"] * 4
    assert [outcome.number for outcome in outcomes] == ["1", "2", "3", "4"]
    assert ledger.balance(accounts.BANK) == 400
    assert not queries.held_statements().exists()


def test_statement_behind_a_held_one_says_that_it_waits() -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=100), opening=100, number="2", on=days_ago(1)))

    outcomes = take_in(camt(Entry(cents=100), opening=200, number="3"))

    assert states(outcomes) == ["held"]
    assert outcomes[0].statement is not None
    assert outcomes[0].statement.held_because == "waits"


def test_statements_in_odd_order_in_one_file_all_book() -> None:
    new_account(opening=0)
    parts = [
        camt_statement(
            Entry(cents=100, on=days_ago(3 - index)),
            opening=100 * index,
            number=str(index + 1),
            on=days_ago(3 - index),
        )
        for index in range(3)
    ]

    outcomes = take_in(camt_file(parts[2], parts[0], parts[1]))

    assert states(outcomes) == ["booked", "booked", "booked"]
    assert [outcome.number for outcome in outcomes] == ["3", "1", "2"]


def test_statement_that_does_not_add_up_is_held_with_the_difference() -> None:
    new_account(opening=1000)

    outcomes = take_in(camt(Entry(cents=500), opening=1000, closing=1600))

    assert states(outcomes) == ["held"]
    assert outcomes[0].statement is not None
    assert outcomes[0].statement.held_because == "does_not_add_up"
    assert outcomes[0].statement.difference_cents == 100
    assert "€\u00a01,00" in outcomes[0].detail
    assert ledger.balance(accounts.SUSPENSE) == 0


def test_corrected_statement_is_held_as_different() -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=100), opening=0, number="7"))

    outcomes = take_in(camt(Entry(cents=150), opening=0, number="7"))

    assert states(outcomes) == ["held"]
    assert outcomes[0].statement is not None
    assert outcomes[0].statement.held_because == "differs"
    assert outcomes[0].statement.difference_cents == 50


def test_statement_from_before_the_last_one_is_held() -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=100), opening=0, number="5"))

    outcomes = take_in(
        camt(Entry(cents=70, on=days_ago(9)), opening=-70, number="4", on=days_ago(9))
    )

    assert states(outcomes) == ["held"]
    assert outcomes[0].statement is not None
    assert outcomes[0].statement.held_because == "earlier"


def test_held_statement_that_came_in_whole_elsewhere_is_forgotten() -> None:
    new_account(opening=0)
    second = Entry(cents=200)
    take_in(camt(second, opening=100, number="2"))

    first = Entry(cents=100, on=days_ago(1))
    outcomes = take_in(camt(first, second, opening=0, number="W47", opened_on=days_ago(1)))

    assert states(outcomes) == ["booked"]
    assert not queries.held_statements().exists()
    assert ledger.balance(accounts.BANK) == 300


def test_unknown_account_is_refused_by_name() -> None:
    outcomes = take_in(camt(Entry(cents=100), opening=0))

    assert states(outcomes) == ["refused"]
    assert OUR_IBAN in outcomes[0].detail
    assert StatementFile.objects.get().refusals == [{"code": "other_account", "account": OUR_IBAN}]
    assert not Statement.objects.exists()


def test_refused_file_is_booked_once_its_account_is_registered() -> None:
    content = camt(Entry(cents=100), opening=0)
    take_in(content)
    new_account(opening=0)

    outcomes = take_in(content)

    assert states(outcomes) == ["booked"]
    assert StatementFile.objects.get().refusals == []
    assert not queries.refused_files().exists()


def test_new_account_begins_with_the_earliest_statement_that_adds_up() -> None:
    wrong = camt_statement(Entry(cents=5), opening=900, closing=0, number="1", on=days_ago(2))
    late = camt_statement(Entry(cents=100), opening=1100, number="3")
    early = camt_statement(Entry(cents=100), opening=1000, number="2", on=days_ago(1))

    outcomes = take_in(camt_file(wrong, late, early), register_unknown=True)

    assert states(outcomes) == ["held", "booked", "booked"]
    assert BankAccount.objects.get().opening_cents == 1000
    assert ledger.balance(accounts.BANK) == 1200


def test_statement_in_another_currency_is_refused() -> None:
    new_account(opening=0)

    outcomes = take_in(camt(Entry(cents=100), opening=0, currency="USD"))

    assert states(outcomes) == ["refused"]
    assert "USD" in outcomes[0].detail


def test_unreadable_file_is_refused_whole_with_place_and_reason() -> None:
    new_account(opening=0)
    good = camt_statement(Entry(cents=100), opening=0)
    broken = camt_file(good, good.replace("CRDT", "", 1))

    outcomes = take_in(broken)

    assert states(outcomes) == ["refused"]
    assert "line 1" in outcomes[0].detail
    assert not Statement.objects.exists()
    assert sentences_of(queries.refused_files().get()) == [outcomes[0].detail]


def test_entry_of_several_payments_is_sliced() -> None:
    new_account(opening=0)
    parts = [Entry(cents=100, name="A", text="eerste"), Entry(cents=250, name="B", text="tweede")]

    take_in(camt(Entry(cents=350, parts=parts), opening=0))

    slices = EntrySlice.objects.order_by("position")
    assert [piece.amount_cents for piece in slices] == [100, 250]
    assert [piece.counterparty_name for piece in slices] == ["A", "B"]


def test_entry_whose_payments_do_not_make_it_up_is_one_slice() -> None:
    new_account(opening=0)
    parts = [Entry(cents=100), Entry(cents=100)]

    take_in(camt(Entry(cents=350, parts=parts), opening=0))

    assert EntrySlice.objects.get().amount_cents == 350


def test_empty_statements_follow_on_each_other() -> None:
    new_account(opening=500)

    first = take_in(camt(opening=500, number="1", on=days_ago(1)))
    second = take_in(camt(opening=500, number="2"))

    assert states(first) == states(second) == ["booked"]
    account = BankAccount.objects.get()
    last = queries.last_statement(account)
    assert last is not None
    assert last.number == "2"


def test_account_is_known_by_its_number_of_old() -> None:
    new_account(opening=0)
    mt940 = (
        "ABNANL2A\n940\nABNANL2A\n:20:ABN AMRO BANK NV\n:25:417164300\n:28:32701/1\n"
        ":60F:C261120EUR0,00\n:61:2611231123C12,10N426NONREF\n"
        ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL39RABO0300065264/NAME/J BAKKER/REMI/HOSTING\n"
        ":62F:C261123EUR12,10\n-\n"
    )

    outcomes = take_in(mt940.encode(), name="abn.940")

    assert states(outcomes) == ["booked"]
    assert ledger.balance(accounts.BANK) == 1210


def test_outcome_says_in_one_line_what_it_did() -> None:
    new_account(opening=1000)

    (booked,) = take_in(camt(Entry(cents=500), opening=1000, number="12"))
    (held,) = take_in(camt(Entry(cents=500), opening=2000, number="13"))

    lines = [str(outcome).replace("\u00a0", " ") for outcome in (booked, held)]
    assert lines[0] == f"{OUR_IBAN} 12 (ma 23 nov 2026): geboekt, 1 mutatie, € 10,00 → € 15,00"
    assert lines[1].startswith(f"{OUR_IBAN} 13 (ma 23 nov 2026): aangehouden: ")


def test_bank_data_is_stale_without_the_statement_of_the_last_target_day() -> None:
    new_account(opening=0, now=NOW - timedelta(days=30))
    take_in(camt(opening=0, number="1", on=days_ago(4)))
    before = queries.stale_since(now=NOW)

    take_in(camt(opening=0, number="2", on=days_ago(3)))

    assert before == days_ago(4)
    assert queries.stale_since(now=NOW) is None

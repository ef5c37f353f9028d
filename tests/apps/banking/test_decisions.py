"""What a person decides about a held statement, with who and why; nothing booked is altered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from balie.apps.banking import actions, queries
from balie.apps.banking.actions import UnableToDecide
from balie.apps.banking.models import EntryNotice, Statement, StatementEntry, StatementFile
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.infra.audit import Actor
from balie.infra.models import AuditEvent
from tests.apps.banking.announcing import notification
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    camt_file,
    camt_statement,
    days_ago,
    new_account,
    states,
    take_in,
)
from tests.apps.killing import broken_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MARIT = Actor("employee", 3, "Marit")
OTHER_IBAN = "NL20INGB0001234567"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _account(db: None) -> None:
    new_account(opening=0)


def held(reason: str) -> Statement:
    (statement,) = queries.held_statements()
    assert statement.held_because == reason
    return statement


def decide(action: Callable[..., Statement | None], statement: Statement) -> Statement | None:
    return action(statement=statement, because="De bank belde", by=MARIT, now=LATER)


def corrected() -> Statement:
    """Statement 7 again: one entry has another amount, one is gone, one is new, one is the same."""
    same = Entry(cents=900, reference="R0")
    take_in(
        camt(
            same,
            Entry(cents=100, reference="R1"),
            Entry(cents=40, reference="R2", iban=OTHER_IBAN, text="weg"),
            opening=0,
            number="7",
        )
    )
    take_in(
        camt(
            same,
            Entry(cents=150, reference="R1"),
            Entry(cents=-30, reference="R3", iban="", text="nieuw"),
            opening=0,
            number="7",
        )
    )
    return held("differs")


def test_corrected_statement_is_compared_entry_by_entry() -> None:
    comparison = queries.compare(corrected())

    found = {
        one.kind: (
            one.ours.amount_cents if one.ours else None,
            one.theirs.amount_cents if one.theirs else None,
            one.cents,
        )
        for one in comparison.differences
    }
    assert comparison.same == 1
    assert found == {
        "amount": (100, 150, 50),
        "removed": (40, None, -40),
        "added": (None, -30, -30),
    }


def test_statement_that_differs_in_words_only_is_compared_as_such() -> None:
    take_in(camt(Entry(cents=100, text="huur"), Entry(cents=5, iban=""), opening=0, number="7"))
    take_in(camt(Entry(cents=100, text="hosting"), Entry(cents=5, iban=""), opening=0, number="7"))

    comparison = queries.compare(held("differs"))

    assert [(one.kind, one.cents) for one in comparison.differences] == [("words", 0)]
    assert actions.why_not_correct(held("differs"), comparison) == "words"


def test_correction_is_booked_behind_what_was_booked() -> None:
    statement = corrected()
    before = list(StatementEntry.objects.values_list("pk", "amount_cents"))

    decide(actions.book_correction, statement)

    statement.refresh_from_db()
    assert (statement.state, statement.decided_by) == ("booked", "employee:3")
    assert statement.decided_because == "De bank belde"
    assert list(StatementEntry.objects.values_list("pk", "amount_cents"))[: len(before)] == before
    assert sorted(statement.entries.values_list("amount_cents", flat=True)) == [-100, -40, -30, 150]
    assert ledger.balance(accounts.BANK) == 1020
    assert not queries.held_statements().exists()
    assert broken_invariants() == []


def test_chain_goes_on_from_the_correction_and_both_versions_stay_known() -> None:
    first = camt(Entry(cents=100, reference="R1"), opening=0, number="7")
    second = camt(Entry(cents=150, reference="R1"), opening=0, number="7")
    take_in(first)
    take_in(second)
    decide(actions.book_correction, held("differs"))

    outcomes = take_in(camt(Entry(cents=5), opening=150, number="8"))

    assert states(outcomes) == ["booked"]
    assert states(take_in(first + b" ")) == ["known"]
    assert states(take_in(second + b" ")) == ["known"]
    assert ledger.balance(accounts.BANK) == 155
    assert broken_invariants() == []


def test_what_waited_for_the_corrected_balance_books_along() -> None:
    take_in(camt(Entry(cents=100, reference="R1"), opening=0, number="7", on=days_ago(1)))
    take_in(camt(Entry(cents=5), opening=150, number="8"))
    take_in(camt(Entry(cents=150, reference="R1"), opening=0, number="7", on=days_ago(1)))
    seven = queries.held_statements().get(number="7")

    decide(actions.book_correction, seven)

    assert not queries.held_statements().exists()
    assert ledger.balance(accounts.BANK) == 155


def test_correction_is_refused_once_later_statements_went_on_from_ours() -> None:
    take_in(camt(Entry(cents=100, reference="R1"), opening=0, number="7", on=days_ago(1)))
    take_in(camt(Entry(cents=5), opening=100, number="8"))
    take_in(camt(Entry(cents=150, reference="R1"), opening=0, number="7", on=days_ago(1)))
    statement = held("differs")

    with pytest.raises(UnableToDecide, match="followed"):
        decide(actions.book_correction, statement)

    statement.refresh_from_db()
    assert (statement.state, statement.decided_at) == ("held", None)
    assert ledger.balance(accounts.BANK) == 105


def test_gap_is_not_booked_as_a_correction() -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7"))

    with pytest.raises(UnableToDecide, match="no_twin"):
        decide(actions.book_correction, held("gap"))


def test_statement_set_aside_leaves_the_list_with_who_when_and_why() -> None:
    statement = corrected()
    booked = ledger.balance(accounts.BANK)

    decide(actions.set_aside, statement)

    (aside,) = queries.set_aside()
    assert (aside.decided_by, aside.decided_at) == ("employee:3", LATER)
    assert queries.why_held(aside) == "De bank belde"
    assert not queries.held_statements().exists()
    assert ledger.balance(accounts.BANK) == booked
    assert AuditEvent.objects.filter(event="statement.set-aside", by_id=3).count() == 1


def test_statement_set_aside_stays_so_when_it_comes_in_again() -> None:
    content = camt(Entry(cents=100), opening=70, number="7")
    take_in(content)
    decide(actions.set_aside, held("gap"))

    (outcome,) = take_in(content)

    assert (outcome.state, outcome.detail) == ("aside", "De bank belde")
    assert not queries.held_statements().exists()


def test_statement_set_aside_is_not_booked_when_the_missing_one_arrives() -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7"))
    decide(actions.set_aside, held("gap"))

    take_in(camt(Entry(cents=70, on=days_ago(1)), opening=0, number="6", on=days_ago(1)))

    assert ledger.balance(accounts.BANK) == 70
    aside = queries.set_aside().get()
    assert actions.take_up_again(statement=aside, by=MARIT, now=LATER) == aside
    assert ledger.balance(accounts.BANK) == 170
    assert broken_invariants() == []


def test_what_waited_behind_a_statement_set_aside_says_that_something_is_missing() -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7", on=days_ago(1)))
    take_in(camt(Entry(cents=100), opening=170, number="8"))
    seven, eight = queries.held_statements()
    assert (seven.held_because, eight.held_because) == ("gap", "waits")

    decide(actions.set_aside, seven)

    assert held("gap") == eight


@pytest.mark.parametrize("because", ["", "  ", "x" * 401])
def test_nothing_is_decided_without_a_reason_of_a_few_words(because: str) -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7"))

    with pytest.raises(UnableToDecide, match="write why"):
        actions.set_aside(statement=held("gap"), because=because, by=MARIT, now=NOW)

    assert held("gap").decided_at is None


def test_statement_that_is_not_held_any_more_cannot_be_set_aside() -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7"))
    statement = held("gap")
    take_in(camt(Entry(cents=70), opening=0, number="6", on=days_ago(1)))

    with pytest.raises(UnableToDecide, match="not held any more"):
        decide(actions.set_aside, statement)

    assert ledger.balance(accounts.BANK) == 170


def test_database_takes_no_statement_aside_without_a_reason() -> None:
    take_in(camt(Entry(cents=100), opening=70, number="7"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(state="aside", decided_at=NOW)


def test_refused_file_leaves_the_list_and_is_news_again_when_refused_otherwise() -> None:
    strange = camt_statement(opening=0, iban=OTHER_IBAN)
    content = camt_file(strange)
    take_in(content)
    file = queries.refused_files().get()

    actions.dismiss_refusal(file=file, because="Rekening van een ander", by=MARIT, now=LATER)
    take_in(content)

    file.refresh_from_db()
    assert not queries.refused_files().exists()
    assert (file.seen_by, file.seen_because) == ("employee:3", "Rekening van een ander")
    StatementFile.objects.update(refusals=[{"code": "unreadable", "reason": "x"}])
    take_in(content)
    assert queries.refused_files().get() == file


def test_notice_that_the_bank_never_booked_leaves_the_list() -> None:
    take_in(notification(Entry(cents=100)))
    notice = EntryNotice.objects.get()

    actions.dismiss_notice(notice=notice, because="Door de bank ingetrokken", by=MARIT, now=LATER)

    assert not queries.open_notices().exists()
    with pytest.raises(UnableToDecide, match="not on the list"):
        actions.dismiss_notice(notice=notice, because="Nog eens", by=MARIT, now=LATER)

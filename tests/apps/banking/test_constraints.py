"""Each constraint of banking refuses the row it is there for, on both engines."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.banking.models import (
    BankAccount,
    EntrySlice,
    SliceClaim,
    Statement,
    StatementEntry,
    StatementFile,
)
from balie.apps.ledger.models import JournalEntry
from tests.apps.building import NOW, TODAY, Entry, camt, new_account, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def booked() -> None:
    """One account with one booked statement of one entry, claimed."""
    new_account(opening=0)
    take_in(camt(Entry(cents=100), opening=0))
    piece = EntrySlice.objects.get()
    SliceClaim.objects.create(
        slice=piece, claimant="costs", journal_entry=journal("c1"), claimed_at=NOW, claimed_by="me"
    )


def journal(key: str) -> JournalEntry:
    return JournalEntry.objects.create(key=key, booked_on=TODAY, recorded_at=NOW, description="")


def copy_of(row: Any, **changes: Any) -> Any:
    """The same row once more, with these changes."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def refused(row: Any, constraint: str) -> None:
    """Saving the row breaks this constraint (SQLite names its columns instead)."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    said = str(caught.value)
    assert constraint in said or "UNIQUE constraint failed" in said


def test_iban_is_registered_once() -> None:
    refused(copy_of(BankAccount.objects.get()), "banking_bankaccount_iban")


def test_file_is_stored_once() -> None:
    refused(copy_of(StatementFile.objects.get()), "banking_statementfile_sha256")


def test_statement_comes_in_once() -> None:
    refused(
        copy_of(Statement.objects.get(), position=1, state="held"), "banking_statement_identity"
    )


def test_place_in_a_file_holds_one_statement() -> None:
    refused(
        copy_of(Statement.objects.get(), identity="other", state="held"),
        "banking_statement_position_unique",
    )


def test_account_has_one_first_statement() -> None:
    refused(
        copy_of(Statement.objects.get(), identity="other", position=1),
        "banking_one_first_statement",
    )


def test_statement_is_followed_by_one() -> None:
    first = Statement.objects.get()
    copy_of(Statement.objects.get(), identity="b", position=1, previous=first).save()

    refused(
        copy_of(Statement.objects.get(pk=first.pk), identity="c", position=2, previous=first),
        "banking_statement_previous_id",
    )


def test_booked_statement_has_balances() -> None:
    row = copy_of(Statement.objects.get(), identity="b", position=1, opening_cents=None)

    refused(row, "banking_booked_statement_has_balances")


def test_place_in_a_statement_holds_one_entry() -> None:
    entry = copy_of(StatementEntry.objects.get(), journal_entry=journal("x"), occurrence=2)

    refused(entry, "banking_entry_position_unique")


def test_entry_is_booked_once() -> None:
    entry = copy_of(StatementEntry.objects.get(), journal_entry=journal("x"), position=1)

    refused(entry, "banking_entry_booked_once")


def test_place_in_an_entry_holds_one_slice() -> None:
    refused(copy_of(EntrySlice.objects.get()), "banking_slice_position_unique")


def test_slice_has_one_standing_claim() -> None:
    claim = copy_of(SliceClaim.objects.get(), journal_entry=journal("c2"))

    refused(claim, "banking_one_standing_claim_per_slice")


def test_undone_claims_stand_beside_a_new_one() -> None:
    SliceClaim.objects.update(undone_at=NOW, undone_by="me")

    copy_of(SliceClaim.objects.get(), journal_entry=journal("c2"), undone_at=None).save()

    assert SliceClaim.objects.count() == 2

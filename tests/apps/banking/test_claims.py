"""A slice leaves suspense once; undoing puts it back with a counter entry."""

import pytest

from balie.apps.banking import actions, queries
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.actions import Line, UnbalancedEntry
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, Entry, camt, new_account, take_in

pytestmark = pytest.mark.django_db

COSTS = SliceClaim.Claimant.COSTS


def new_slice(cents: int = -250) -> EntrySlice:
    new_account(opening=0)
    take_in(camt(Entry(cents=cents, text="kosten"), opening=0))
    return EntrySlice.objects.get()


def claim_costs(piece: EntrySlice) -> SliceClaim:
    return actions.claim(
        slice=piece,
        claimant=COSTS,
        lines=[
            Line(accounts.SUSPENSE, piece.amount_cents),
            Line(accounts.BANK_COSTS, -piece.amount_cents),
        ],
        by=SYSTEM,
        now=NOW,
    )


def test_claim_takes_the_slice_out_of_suspense() -> None:
    piece = new_slice(-250)

    claim = claim_costs(piece)

    assert claim.journal_entry.booked_on == piece.entry.booked_on
    assert ledger.balance(accounts.SUSPENSE) == 0
    assert ledger.balance(accounts.BANK_COSTS) == 250
    assert not queries.unclaimed_slices().exists()


def test_second_claim_of_a_slice_is_refused() -> None:
    piece = new_slice()
    claim_costs(piece)

    with pytest.raises(actions.AlreadyClaimed):
        claim_costs(piece)

    assert ledger.balance(accounts.BANK_COSTS) == 250


def test_claim_that_takes_less_than_the_slice_is_refused() -> None:
    piece = new_slice(-250)

    with pytest.raises(actions.UnableToClaim, match="all of it"):
        actions.claim(
            slice=piece,
            claimant=COSTS,
            lines=[Line(accounts.SUSPENSE, -200), Line(accounts.BANK_COSTS, 200)],
            by=SYSTEM,
            now=NOW,
        )


def test_claim_that_does_not_balance_is_refused() -> None:
    piece = new_slice(-250)

    with pytest.raises(UnbalancedEntry):
        actions.claim(
            slice=piece,
            claimant=COSTS,
            lines=[Line(accounts.SUSPENSE, -250), Line(accounts.BANK_COSTS, 200)],
            by=SYSTEM,
            now=NOW,
        )

    assert not SliceClaim.objects.exists()


def test_undone_claim_is_back_in_suspense_and_may_be_claimed_again() -> None:
    piece = new_slice(-250)
    claim = claim_costs(piece)

    actions.undo_claim(claim=claim, by=SYSTEM, now=NOW)

    assert ledger.balance(accounts.BANK_COSTS) == 0
    assert queries.unclaimed_slices().get() == piece
    claim_costs(piece)
    assert ledger.balance(accounts.BANK_COSTS) == 250


def test_claim_is_undone_once() -> None:
    claim = claim_costs(new_slice(-250))
    actions.undo_claim(claim=claim, by=SYSTEM, now=NOW)

    with pytest.raises(actions.UnableToClaim, match="undone already"):
        actions.undo_claim(claim=claim, by=SYSTEM, now=NOW)

    assert ledger.balance(accounts.BANK_COSTS) == 0


def test_account_is_registered_once() -> None:
    new_account(opening=100)

    with pytest.raises(actions.UnableToRegisterAccount):
        new_account(opening=100)

    assert ledger.balance(accounts.BANK) == 100
    assert ledger.balance(accounts.OPENING) == -100


def test_charges_of_the_bank_are_booked_as_costs_once() -> None:
    new_account(opening=0)
    charged = Entry(cents=-425, text="kosten", code="MDOP/CHRG")
    take_in(camt(charged, Entry(cents=-100, text="iets anders"), opening=0))

    claims = [len(actions.claim_costs(by=SYSTEM, now=NOW)) for _ in range(2)]

    assert claims == [1, 0]
    assert ledger.balance(accounts.BANK_COSTS) == 425
    assert queries.suspense_total() == -100

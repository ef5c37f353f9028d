"""Money that belongs to no invoice gets a place by an employee's word, and can be taken back."""

import pytest

from balie.apps.banking import actions, queries
from balie.apps.banking.actions import AlreadyClaimed, UnableToClaim
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.actions import Line
from balie.apps.ledger.models import Posting
from balie.infra.audit import SYSTEM, Actor
from tests.apps.building import NOW, Entry, camt, new_account, take_in
from tests.apps.killing import broken_invariants
from tests.apps.racing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MARIT = Actor("employee", 3, "Marit")


def unexplained(cents: int) -> EntrySlice:
    new_account(opening=10_000)
    take_in(camt(Entry(cents=cents, text="Kosten 3e kwartaal"), opening=10_000))
    return queries.unclaimed_slices().get()


def place(piece: EntrySlice, code: str = accounts.OTHER_COSTS, because: str = "Huur") -> SliceClaim:
    return actions.place_on_account(
        slice=piece, account_code=code, because=because, by=MARIT, now=NOW
    )


@pytest.mark.parametrize("cents", [-4200, 4200])
def test_slice_is_booked_on_the_chosen_account_with_the_reason(cents: int) -> None:
    claim = place(unexplained(cents))

    assert (claim.reason, claim.claimed_by) == ("Huur", "employee:3")
    assert ledger.balance(accounts.OTHER_COSTS) == -cents
    assert ledger.balance(accounts.SUSPENSE) == 0
    assert queries.suspense_total() == 0
    assert queries.placed_by_hand().get() == claim
    assert broken_invariants() == []


def test_slice_taken_back_is_on_the_list_again_and_can_be_placed_elsewhere() -> None:
    piece = unexplained(-4200)

    actions.take_back(claim=place(piece), by=MARIT, now=NOW)

    assert queries.suspense_total() == -4200
    assert not queries.placed_by_hand().exists()
    place(piece, accounts.BANK_COSTS)
    assert ledger.balance(accounts.OTHER_COSTS) == 0
    assert ledger.balance(accounts.BANK_COSTS) == 4200
    assert Posting.objects.filter(account__code=accounts.OTHER_COSTS).count() == 2
    assert broken_invariants() == []


@pytest.mark.parametrize("code", [accounts.BANK, accounts.SUSPENSE, accounts.RECEIVABLE, "9999"])
def test_accounts_with_a_way_of_their_own_take_nothing_by_hand(code: str) -> None:
    piece = unexplained(-4200)

    with pytest.raises(UnableToClaim, match=code):
        place(piece, code)

    assert queries.suspense_total() == -4200


@pytest.mark.parametrize("because", ["", " \n ", "x" * 401])
def test_nothing_is_placed_without_a_reason_of_a_few_words(because: str) -> None:
    piece = unexplained(-4200)

    with pytest.raises(UnableToClaim, match="write why"):
        place(piece, because=because)


def test_slice_is_placed_once() -> None:
    piece = unexplained(-4200)
    place(piece)

    with pytest.raises(AlreadyClaimed):
        place(piece)


def test_claim_is_taken_back_once() -> None:
    claim = place(unexplained(-4200))
    actions.take_back(claim=claim, by=MARIT, now=NOW)

    with pytest.raises(UnableToClaim, match="already"):
        actions.take_back(claim=claim, by=MARIT, now=NOW)


def test_claim_of_an_invoice_is_not_taken_back_here() -> None:
    """Its money was used: whoever used it has to undo that first."""
    piece = unexplained(4200)
    claim = actions.claim(
        slice=piece,
        claimant=SliceClaim.Claimant.PROOF,
        lines=[
            Line(accounts.SUSPENSE, 4200),
            Line(accounts.OTHER_INCOME, -4200),
        ],
        by=SYSTEM,
        now=NOW,
    )

    with pytest.raises(UnableToClaim, match="employee's choice"):
        actions.take_back(claim=claim, by=MARIT, now=NOW)


@pytest.mark.usefixtures("committed")
def test_two_employees_who_place_the_same_money_at_once_place_it_once() -> None:
    piece = unexplained(-4200)

    ends = at_once(
        lambda _: place(piece),
        before='INSERT INTO "ledger_journalentry"',
        expected=(AlreadyClaimed,),
    )

    assert ends == ["AlreadyClaimed", "done"]
    assert ledger.balance(accounts.OTHER_COSTS) == 4200
    assert broken_invariants() == []

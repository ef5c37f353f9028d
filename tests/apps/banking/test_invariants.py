"""Each invariant of the bank holds after honest work and catches its planted break."""

from collections.abc import Callable

import pytest
from django.db.models import F

from balie.apps.banking import invariants
from balie.apps.banking.models import EntrySlice, SliceClaim, Statement, StatementEntry
from balie.apps.ledger.models import Posting
from balie.infra import append_only
from balie.infra.invariants import Result
from tests.apps.banking.test_claims import claim_costs
from tests.apps.building import NOW, Entry, camt, days_ago, new_account, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """Two statements in a chain, one entry of two slices, one slice claimed."""
    new_account(opening=1000)
    parts = [Entry(cents=-100, text="a"), Entry(cents=-200, text="b")]
    take_in(camt(Entry(cents=-300, parts=parts), opening=1000, number="1", on=days_ago(1)))
    take_in(camt(Entry(cents=50), opening=700, number="2"))
    claim_costs(EntrySlice.objects.get(amount_cents=-100))


def change_posting(account: str) -> None:
    with append_only.lifted("ledger_posting"):
        posting = Posting.objects.filter(account__code=account).first()
        assert posting is not None
        Posting.objects.filter(pk=posting.pk).update(amount_cents=F("amount_cents") + 1)


def forget_claim() -> None:
    """A slice counts as unclaimed although its money was taken out of suspense."""
    SliceClaim.objects.update(undone_at=NOW)


def break_chain() -> None:
    Statement.objects.filter(number="2").update(
        opening_cents=F("opening_cents") + 5, closing_cents=F("closing_cents") + 5
    )


def tell_twice() -> None:
    """A day that cancels out stands in the books twice, as when it is told in two formats."""
    for number in ("3", "4"):
        entries = [Entry(cents=9, text=f"in {number}"), Entry(cents=-9, text=f"out {number}")]
        take_in(camt(*entries, opening=750, number=number))


BREAKS: list[tuple[Callable[..., Result], Callable[[], object]]] = [
    (invariants.statements_add_up, lambda: Statement.objects.update(closing_cents=1)),
    (invariants.statements_form_a_chain, break_chain),
    (invariants.statements_tell_once, tell_twice),
    (invariants.ledger_is_bank, lambda: change_posting("1100")),
    (invariants.entries_are_booked, lambda: EntrySlice.objects.update(amount_cents=7)),
    (invariants.entries_are_booked, lambda: StatementEntry.objects.update(amount_cents=7)),
    (invariants.entries_are_booked, lambda: change_posting("1190")),
    (invariants.claims_take_their_slice, forget_claim),
    (
        invariants.claims_take_their_slice,
        lambda: EntrySlice.objects.filter(amount_cents=-100).update(amount_cents=-99),
    ),
    (invariants.suspense_is_unclaimed, forget_claim),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=NOW)

    assert result.holds
    assert result.checked > 0


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], object]) -> None:
    plant()

    assert not check(now=NOW).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)

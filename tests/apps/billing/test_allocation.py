"""What pays what: guarded amounts, credit, transfers placed by hand, corrections and holds."""

from datetime import timedelta

import pytest

from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions, queries
from balie.apps.billing.models import Allocation, CreditNote, Invoice, InvoiceHold, Payment
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.services.models import Service
from balie.infra import halt
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    new_account,
    new_customer,
    new_invoice,
    new_service,
    take_in,
)

pytestmark = pytest.mark.django_db

Kind = Allocation.Kind


def new_slice(cents: int = 1210) -> EntrySlice:
    new_account(opening=0)
    take_in(camt(Entry(cents=cents), opening=0))
    return EntrySlice.objects.get()


def allocate(invoice: Invoice, kind: str, cents: int, *, event: str) -> Allocation:
    return actions.allocate(
        invoice=invoice,
        kind=kind,
        amount_cents=cents,
        event=event,
        booked_on=TODAY,
        by=SYSTEM,
        now=NOW,
    )


def book_transfer(piece: EntrySlice, *pairs: tuple[Invoice, int]) -> Payment:
    return actions.book_transfer(
        slice=piece,
        allocations=pairs,
        customer=pairs[0][0].customer,
        evidence=["test"],
        by=SYSTEM,
        now=NOW,
    )


def test_collecting_lowers_and_returning_raises_what_is_open() -> None:
    invoice = new_invoice(cents=1000)

    allocate(invoice, Kind.COLLECTED, 1210, event="collected:1")
    assert invoice.open_cents == 0
    allocate(invoice, Kind.RETURNED, 1210, event="returned:1")

    invoice.refresh_from_db()
    assert invoice.open_cents == 1210


@pytest.mark.parametrize(("kind", "cents"), [(Kind.COLLECTED, 1211), (Kind.RETURNED, 1)])
def test_open_amount_never_leaves_its_bounds(kind: str, cents: int) -> None:
    invoice = new_invoice(cents=1000)

    with pytest.raises(actions.UnableToAllocate, match="do not fit"):
        allocate(invoice, kind, cents, event="x")

    assert not Allocation.objects.exists()


def test_event_is_allocated_once() -> None:
    invoice = new_invoice(cents=1000)
    allocate(invoice, Kind.COLLECTED, 500, event="collected:1")

    with pytest.raises(actions.UnableToAllocate, match="already"):
        allocate(invoice, Kind.COLLECTED, 500, event="collected:1")

    invoice.refresh_from_db()
    assert invoice.open_cents == 710


def test_allocation_of_nothing_is_refused() -> None:
    with pytest.raises(actions.UnableToAllocate, match="one cent"):
        allocate(new_invoice(), Kind.COLLECTED, 0, event="x")


def test_transfer_pays_the_invoice_and_thanks_the_customer() -> None:
    invoice = new_invoice(cents=1000)

    payment = book_transfer(new_slice(1210), (invoice, 1210))

    invoice.refresh_from_db()
    assert invoice.open_cents == 0
    assert payment.unallocated_cents == 0
    assert ledger.receivable_of(invoice.customer) == 0
    assert ledger.balance(accounts.SUSPENSE) == 0
    assert payment.claim.claimant == SliceClaim.Claimant.ALLOCATION
    assert OutboxRow.objects.filter(event=f"transfer-received:{payment.pk}").count() == 1


def test_what_a_transfer_leaves_over_is_credit() -> None:
    invoice = new_invoice(cents=1000)

    payment = book_transfer(new_slice(2000), (invoice, 1210))

    assert payment.unallocated_cents == 790
    assert queries.credit_of(invoice.customer) == 790
    assert ledger.receivable_of(invoice.customer) == -790


def test_transfer_lifts_the_hold_that_asked_for_it() -> None:
    invoice = new_invoice(cents=1000)
    for kind in (InvoiceHold.Kind.TRANSFER_ASKED, InvoiceHold.Kind.DISPUTE):
        actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW)

    book_transfer(new_slice(1210), (invoice, 1210))

    standing = InvoiceHold.objects.filter(lifted_at__isnull=True)
    assert [hold.kind for hold in standing] == [InvoiceHold.Kind.DISPUTE]


def test_part_payment_leaves_the_hold() -> None:
    invoice = new_invoice(cents=1000)
    asked = InvoiceHold.Kind.TRANSFER_ASKED
    actions.place_invoice_hold(invoice=invoice, kind=asked, by=SYSTEM, now=NOW)

    book_transfer(new_slice(210), (invoice, 210))

    assert queries.standing_hold(invoice, now=NOW) == asked


def test_transfer_does_not_pay_more_than_it_holds() -> None:
    invoice = new_invoice(cents=2000)

    with pytest.raises(actions.UnableToAllocate, match="less than"):
        book_transfer(new_slice(1210), (invoice, 2420))

    assert not Payment.objects.exists()
    assert ledger.balance(accounts.SUSPENSE) == -1210


def test_transfer_does_not_pay_a_strangers_invoice() -> None:
    mine, strangers = new_invoice(), new_invoice()

    with pytest.raises(actions.UnableToAllocate, match="not all of"):
        book_transfer(new_slice(), (mine, 100), (strangers, 100))


def test_employee_places_a_slice_on_the_invoices_he_names() -> None:
    customer = new_customer()
    first, second = new_invoice(customer, cents=1000), new_invoice(customer, cents=500)

    payment = actions.place_by_hand(
        slice=new_slice(1500),
        numbers=[second.number, first.number.lower(), " "],
        by=SYSTEM,
        now=NOW,
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.open_cents, first.open_cents) == (0, 605 + 1210 - 1500)
    assert payment.unallocated_cents == 0


@pytest.mark.parametrize("numbers", [["F2026-99999"], [], [" "]])
def test_unknown_number_is_named(numbers: list[str]) -> None:
    with pytest.raises(actions.UnableToAllocate, match="no invoice has the number"):
        actions.place_by_hand(slice=new_slice(), numbers=numbers, by=SYSTEM, now=NOW)


def test_placing_on_two_customers_is_refused() -> None:
    numbers = [new_invoice().number, new_invoice().number]

    with pytest.raises(actions.UnableToAllocate, match="different customers"):
        actions.place_by_hand(slice=new_slice(), numbers=numbers, by=SYSTEM, now=NOW)


def test_placing_twice_is_refused_in_words() -> None:
    invoice, piece = new_invoice(), new_slice(100)
    actions.place_by_hand(slice=piece, numbers=[invoice.number], by=SYSTEM, now=NOW)

    with pytest.raises(actions.UnableToAllocate, match="claimed already"):
        actions.place_by_hand(slice=piece, numbers=[invoice.number], by=SYSTEM, now=NOW)


def test_money_that_went_out_is_not_placed_on_an_invoice() -> None:
    invoice = new_invoice()

    with pytest.raises(actions.UnableToAllocate, match="no money that came in"):
        actions.place_by_hand(slice=new_slice(-5), numbers=[invoice.number], by=SYSTEM, now=NOW)


def test_open_invoice_is_credited_whole() -> None:
    invoice = new_invoice(cents=1000)

    note = actions.credit_invoice(invoice=invoice, reason="dubbel", by=SYSTEM, now=NOW)

    assert (note.number, note.total_cents, note.unallocated_cents) == ("C2026-00001", 1210, 0)
    assert invoice.open_cents == 0
    assert ledger.receivable_of(invoice.customer) == 0
    assert ledger.balance(accounts.REVENUE) == ledger.balance(accounts.VAT_PAYABLE) == 0
    assert invoice.lines.get().credited_at == NOW


def test_crediting_a_paid_invoice_leaves_credit() -> None:
    invoice = new_invoice(cents=1000)
    book_transfer(new_slice(1210), (invoice, 1210))

    note = actions.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)

    assert note.unallocated_cents == 1210
    assert queries.credit_of(invoice.customer) == 1210
    assert ledger.receivable_of(invoice.customer) == -1210


def test_credit_of_a_credit_note_pays_the_next_invoice() -> None:
    invoice = new_invoice(cents=1000)
    book_transfer(new_slice(1210), (invoice, 1210))
    actions.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)

    following = new_invoice(invoice.customer, cents=2000)

    following.refresh_from_db()
    assert following.open_cents == 2420 - 1210
    assert CreditNote.objects.get().unallocated_cents == 0


def test_invoice_is_credited_once() -> None:
    invoice = new_invoice()
    actions.credit_invoice(invoice=invoice, reason="dubbel", by=SYSTEM, now=NOW)

    with pytest.raises(actions.UnableToCredit, match="already"):
        actions.credit_invoice(invoice=invoice, reason="nog eens", by=SYSTEM, now=NOW)


def test_credit_note_says_why() -> None:
    with pytest.raises(actions.UnableToCredit, match="reason"):
        actions.credit_invoice(invoice=new_invoice(), reason=" ", by=SYSTEM, now=NOW)


def test_crediting_stands_still_while_money_is_halted() -> None:
    invoice = new_invoice()
    halt.halt(reason="invariant 2", now=NOW, by=SYSTEM)

    with pytest.raises(halt.Halted):
        actions.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)


def test_credited_period_may_be_billed_again() -> None:
    invoice = new_invoice()
    actions.credit_invoice(invoice=invoice, reason="verkeerde naam", by=SYSTEM, now=NOW)
    Service.objects.update(next_period_start=TODAY)

    (again,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    assert again.number == "F2026-00002"


def test_hold_blocks_until_its_moment() -> None:
    invoice = new_invoice()
    kind = InvoiceHold.Kind.TRANSFER_PROMISED
    until = NOW + timedelta(days=5)

    actions.place_invoice_hold(invoice=invoice, kind=kind, until_at=until, by=SYSTEM, now=NOW)

    assert queries.standing_hold(invoice, now=NOW) == kind
    assert queries.standing_hold(invoice, now=until) is None


def test_hold_placed_again_is_the_same_or_replaced() -> None:
    invoice = new_invoice()
    kind = InvoiceHold.Kind.TRANSFER_PROMISED
    place = actions.place_invoice_hold
    first = place(invoice=invoice, kind=kind, until_at=None, by=SYSTEM, now=NOW)

    same = place(invoice=invoice, kind=kind, until_at=None, by=SYSTEM, now=NOW)
    other = place(invoice=invoice, kind=kind, until_at=NOW + timedelta(days=1), by=SYSTEM, now=NOW)

    assert same == first
    assert InvoiceHold.objects.get(lifted_at__isnull=True) == other


def test_hold_that_ran_out_may_be_placed_again() -> None:
    invoice = new_invoice()
    kind = InvoiceHold.Kind.TRANSFER_PROMISED
    until = NOW + timedelta(days=1)
    actions.place_invoice_hold(invoice=invoice, kind=kind, until_at=until, by=SYSTEM, now=NOW)

    later = NOW + timedelta(days=2)
    actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=later)

    assert queries.standing_hold(invoice, now=later) == kind


def test_lifting_a_hold_twice_changes_nothing() -> None:
    invoice = new_invoice()
    kind = InvoiceHold.Kind.ARRANGEMENT
    actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW)

    lifted = [
        actions.lift_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW) for _ in range(2)
    ]

    assert lifted == [1, 0]
    assert queries.standing_hold(invoice, now=NOW) is None


def test_service_of_a_customer_in_credit_is_billed_as_usual() -> None:
    customer = new_customer()
    invoice = new_invoice(customer, cents=1000)
    book_transfer(new_slice(1300), (invoice, 1210))
    new_service(customer, price_cents=1000)

    (second,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    second.refresh_from_db()
    assert (second.total_cents, second.open_cents) == (1210, 1210 - 90)

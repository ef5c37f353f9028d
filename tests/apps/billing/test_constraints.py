"""Each constraint of billing refuses the row it is there for, on both engines."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions
from balie.apps.billing.models import (
    Allocation,
    CreditNote,
    Invoice,
    InvoiceDocument,
    InvoiceHold,
    InvoiceLine,
    Payment,
)
from balie.apps.ledger.models import JournalEntry
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, Entry, camt, new_account, new_invoice, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def honest_rows() -> None:
    """A paid invoice with its document and a hold, and a credited one."""
    invoice, wrong = new_invoice(), new_invoice()
    new_account(opening=0)
    take_in(camt(Entry(cents=1500), opening=0))
    actions.book_transfer(
        slice=EntrySlice.objects.get(),
        allocations=[(invoice, 1210)],
        customer=invoice.customer,
        evidence=[],
        by=SYSTEM,
        now=NOW,
    )
    actions.credit_invoice(invoice=wrong, reason="fout", by=SYSTEM, now=NOW)
    kind = InvoiceHold.Kind.DISPUTE
    actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW)
    InvoiceDocument.objects.create(invoice=invoice, content=b"x", sha256="x", rendered_at=NOW)


def journal() -> JournalEntry:
    count = JournalEntry.objects.count()
    return JournalEntry.objects.create(
        key=f"x{count}", booked_on=TODAY, recorded_at=NOW, description=""
    )


def refused(row: Any, constraint: str, **changes: Any) -> None:
    """A copy of a row with these changes breaks this constraint (SQLite names columns instead)."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    said = str(caught.value)
    assert constraint in said or "UNIQUE constraint failed" in said


def invoice() -> Invoice:
    return Invoice.objects.get(number="F2026-00001")


def another_invoice(**changes: Any) -> tuple[Invoice, dict[str, Any]]:
    """An invoice that differs in everything that is unique, and what is still to be changed."""
    fresh = {
        "sequence": 9,
        "number": "F2026-00009",
        "payment_reference": "RF9",
        "journal_entry": journal(),
    }
    return invoice(), fresh | changes


def test_invoice_that_is_another_is_taken() -> None:
    row, changes = another_invoice()
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)

    row.save(force_insert=True)

    assert Invoice.objects.filter(number="F2026-00009").exists()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("billing_invoice_sequence_unique", {"sequence": 1}),
        ("billing_invoice_number", {"number": "F2026-00001"}),
        ("billing_invoice_adds_up", {"total_cents": 1, "open_cents": 1}),
        ("billing_invoice_open_within_total", {"open_cents": 1211}),
        ("billing_invoice_open_within_total", {"open_cents": -1}),
        ("billing_invoice_debit_has_mandate", {"pay_by": "direct_debit"}),
        ("billing_invoice_debit_has_mandate", {"mandate_reference": "BAL-1"}),
    ],
)
def test_odd_invoice_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    row, fresh = another_invoice(**changes)

    refused(row, constraint, **fresh)


def test_payment_reference_is_of_one_invoice() -> None:
    row, fresh = another_invoice(payment_reference=invoice().payment_reference)

    refused(row, "billing_invoice_payment_reference", **fresh)


def test_service_and_period_stand_on_one_line() -> None:
    line = InvoiceLine.objects.get(invoice=invoice())

    refused(line, "billing_one_line_per_service_and_period", position=2)


def test_place_on_an_invoice_holds_one_line() -> None:
    line = InvoiceLine.objects.get(invoice=invoice())

    refused(
        line,
        "billing_line_position_unique",
        period_start=line.period_end.replace(year=2028),
        period_end=line.period_end.replace(year=2029),
    )


def test_period_of_no_days_is_refused() -> None:
    line = InvoiceLine.objects.get(invoice=invoice())

    refused(line, "billing_line_period_half_open", position=2, period_end=line.period_start)


def test_invoice_has_one_document() -> None:
    refused(InvoiceDocument.objects.get(), "billing_invoicedocument_invoice_id")


def test_invoice_has_one_standing_hold_of_a_kind() -> None:
    refused(InvoiceHold.objects.get(), "billing_one_standing_hold_per_kind")


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("billing_credit_note_sequence_unique", {"sequence": 1}),
        ("billing_creditnote_number", {"number": "C2026-00001"}),
        ("billing_credit_note_unallocated_within_total", {"unallocated_cents": -1}),
        ("billing_credit_note_unallocated_within_total", {"unallocated_cents": 1211}),
    ],
)
def test_odd_credit_note_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    fresh = {
        "invoice": invoice(),
        "sequence": 2,
        "number": "C2026-00002",
        "journal_entry": journal(),
    }

    refused(CreditNote.objects.get(), constraint, **fresh | changes)


def test_claim_credits_a_customer_once() -> None:
    refused(Payment.objects.get(), "billing_one_payment_per_claim_and_customer")


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("billing_payment_positive", {"amount_cents": 0, "unallocated_cents": 0}),
        ("billing_payment_unallocated_within_amount", {"unallocated_cents": -1}),
        ("billing_payment_unallocated_within_amount", {"unallocated_cents": 1501}),
        ("billing_undone_payment_is_no_credit", {"undone_at": NOW, "unallocated_cents": 1}),
    ],
)
def test_odd_payment_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    somebody_else = Invoice.objects.get(number="F2026-00002").customer

    refused(Payment.objects.get(), constraint, **{"customer": somebody_else} | changes)


def test_event_is_allocated_once() -> None:
    refused(Allocation.objects.get(kind="transferred"), "billing_allocation_event")


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("billing_allocation_positive", {"amount_cents": 0}),
        ("billing_transferred_has_payment", {"payment": None}),
        ("billing_transferred_has_payment", {"payment": None, "kind": "undone"}),
        ("billing_credited_has_credit_note", {"kind": "credited"}),
    ],
)
def test_odd_allocation_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    row = Allocation.objects.get(kind="transferred")

    refused(row, constraint, **{"event": "other"} | changes)


def test_allocation_and_document_are_never_changed() -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Allocation.objects.update(amount_cents=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Allocation.objects.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        InvoiceDocument.objects.update(content=b"")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        InvoiceDocument.objects.all()._raw_delete("default")

"""Each invariant of billing holds after honest work and catches its planted break."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions, invariants
from balie.apps.billing.models import (
    Allocation,
    CreditNote,
    CreditNoteDocument,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    Payment,
)
from balie.infra import append_only
from balie.infra.audit import SYSTEM
from balie.infra.invariants import Result
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    days_ago,
    new_account,
    new_customer,
    new_invoice,
    new_service,
    take_in,
)

pytestmark = pytest.mark.django_db
FROZEN = ("billing_invoice", "billing_invoiceline", "billing_creditnote")


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """Invoices of two periods: collected and returned, transferred with credit left, credited."""
    customer = new_customer()
    new_service(customer, started_on=days_ago(40))
    (collected,) = actions.run(today=days_ago(1), by=SYSTEM, now=NOW).issued
    for kind in (Allocation.Kind.COLLECTED, Allocation.Kind.RETURNED):
        actions.allocate(
            invoice=collected,
            kind=kind,
            amount_cents=collected.total_cents,
            event=f"{kind}:1",
            booked_on=TODAY,
            by=SYSTEM,
            now=NOW,
        )
    transferred, credited = new_invoice(), new_invoice()
    new_account(opening=0)
    take_in(camt(Entry(cents=2000), opening=0))
    actions.book_transfer(
        slice=EntrySlice.objects.get(),
        allocations=[(transferred, 1210)],
        customer=transferred.customer,
        evidence=[],
        by=SYSTEM,
        now=NOW,
    )
    note = actions.credit_invoice(invoice=credited, reason="fout", by=SYSTEM, now=NOW)
    actions.credit_note_document_of(note=note, now=NOW)
    actions.document_of(invoice=credited, now=NOW)


def last() -> Invoice:
    return Invoice.objects.latest("pk")


def overlap() -> None:
    line = InvoiceLine.objects.order_by("period_start")[0]
    InvoiceLine.objects.filter(pk=line.pk).update(period_end=line.period_end + timedelta(days=1))


def lose_number() -> None:
    Invoice.objects.filter(pk=last().pk).update(sequence=99)


def lose_first_number() -> None:
    Invoice.objects.filter(sequence=1).update(sequence=4)


def lose_credit_note_number() -> None:
    CreditNote.objects.update(sequence=2)


def pay_too_much() -> None:
    with append_only.lifted("billing_allocation"):
        Allocation.objects.filter(kind="collected").update(amount_cents=F("amount_cents") + 5000)


def return_too_much() -> None:
    with append_only.lifted("billing_allocation"):
        Allocation.objects.filter(kind="returned").update(amount_cents=F("amount_cents") + 1)


def other_pdf() -> None:
    with append_only.lifted("billing_invoicedocument"):
        InvoiceDocument.objects.update(content=b"%PDF-1.7 another amount")


def credit_more() -> None:
    InvoiceLine.objects.filter(credited_at__isnull=False).update(credited_cents=1)


def credit_note_of_more() -> None:
    CreditNote.objects.update(
        net_cents=F("net_cents") + 1,
        total_cents=F("total_cents") + 1,
        unallocated_cents=F("unallocated_cents"),
    )


def other_credit_note_pdf() -> None:
    with append_only.lifted("billing_creditnotedocument"):
        CreditNoteDocument.objects.update(content=b"%PDF-1.7 another amount")


BREAKS: list[tuple[Callable[..., Result], Callable[[], object]]] = [
    (invariants.receivable_is_open_less_credit, lambda: Invoice.objects.update(open_cents=0)),
    (
        invariants.receivable_is_open_less_credit,
        lambda: Payment.objects.update(unallocated_cents=0),
    ),
    (
        invariants.receivable_is_open_less_credit,
        lambda: CreditNote.objects.update(unallocated_cents=1),
    ),
    (invariants.credit_is_what_is_left, lambda: Payment.objects.update(unallocated_cents=791)),
    (invariants.credit_is_what_is_left, lambda: CreditNote.objects.update(unallocated_cents=1)),
    (invariants.credit_is_what_is_left, lambda: SliceClaim.objects.update(undone_at=NOW)),
    (
        invariants.credit_is_what_is_left,
        lambda: Payment.objects.update(unallocated_cents=0, undone_at=NOW),
    ),
    (invariants.one_line_per_service_and_day, overlap),
    (
        invariants.lines_make_up_invoices,
        lambda: InvoiceLine.objects.update(net_cents=F("net_cents") + 1),
    ),
    (invariants.lines_make_up_invoices, lambda: InvoiceLine.objects.update(vat_cents=1)),
    (invariants.credit_notes_fit_their_lines, credit_more),
    (invariants.credit_notes_fit_their_lines, credit_note_of_more),
    (invariants.numbers_are_gapless, lose_number),
    (invariants.numbers_are_gapless, lose_first_number),
    (invariants.numbers_are_gapless, lose_credit_note_number),
    (
        invariants.numbers_are_gapless,
        lambda: Invoice.objects.filter(sequence=1).update(issued_on=TODAY + timedelta(days=1)),
    ),
    (invariants.documents_are_as_made, other_pdf),
    (invariants.documents_are_as_made, other_credit_note_pdf),
    (invariants.invoices_are_paid_within_bounds, pay_too_much),
    (invariants.invoices_are_paid_within_bounds, return_too_much),
    (
        invariants.open_is_what_is_not_paid,
        lambda: Invoice.objects.filter(sequence=1).update(open_cents=F("open_cents") - 1),
    ),
    (invariants.open_is_what_is_not_paid, return_too_much),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=NOW)

    assert result.holds
    assert result.checked > 0


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], object]) -> None:
    with append_only.lifted(*FROZEN):
        plant()

    assert not check(now=NOW).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)

"""Credit notes, whole and in part, and claims that are given up: to the cent, and never twice."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from balie.apps.billing import actions, queries
from balie.apps.billing.models import Allocation, CreditNote, Invoice, InvoiceLine
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.infra import halt
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_customer, new_invoice, new_service
from tests.apps.killing import broken_invariants

pytestmark = pytest.mark.django_db


def yearly(cents: int = 12000, *, started_on: date = TODAY) -> Invoice:
    customer = new_customer()
    new_service(customer, term="year", started_on=started_on, price_cents=cents)
    issued = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued
    return next(invoice for invoice in issued if invoice.customer_id == customer.pk)


def credit(invoice: Invoice, cents: int, **changes: date) -> CreditNote:
    part = actions.Part(line=invoice.lines.get(), net_cents=cents, **changes)
    return actions.credit_lines(
        invoice=invoice, parts=[part], reason="coulance", by=SYSTEM, now=NOW
    )


def test_part_of_an_invoice_is_credited_and_lowers_what_is_open() -> None:
    invoice = new_invoice(cents=1000)

    note = credit(invoice, 333)

    invoice.refresh_from_db()
    assert (note.net_cents, note.vat_cents, note.total_cents) == (333, 70, 403)
    assert (invoice.open_cents, note.unallocated_cents) == (1210 - 403, 0)
    assert (note.invoice, note.number) == (invoice, "C2026-00001")
    assert ledger.balance(accounts.REVENUE) == -667
    assert invoice.credit_note is None
    assert broken_invariants() == []


def test_rest_of_an_invoice_is_credited_after_a_part() -> None:
    invoice = new_invoice(cents=1000)
    credit(invoice, 333)

    rest = actions.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)

    assert (rest.net_cents, rest.vat_cents) == (667, 140)
    assert ledger.balance(accounts.REVENUE) == 0
    assert ledger.balance(accounts.VAT_PAYABLE) == 0
    assert invoice.credit_note == rest
    assert broken_invariants() == []


def test_more_than_is_left_is_not_credited() -> None:
    invoice = new_invoice(cents=1000)
    stale = invoice.lines.get()
    credit(invoice, 600)

    with pytest.raises(actions.UnableToCredit, match="400 cents were left"):
        credit(invoice, 401)
    part = actions.Part(line=stale, net_cents=600)
    with pytest.raises(actions.UnableToCredit, match="look at it again"):
        actions.credit_lines(invoice=invoice, parts=[part], reason="x", by=SYSTEM, now=NOW)

    assert CreditNote.objects.count() == 1


def test_line_of_another_invoice_is_not_credited() -> None:
    mine, other = new_invoice(), new_invoice()
    part = actions.Part(line=other.lines.get(), net_cents=1)

    with pytest.raises(actions.UnableToCredit, match="no line of invoice"):
        actions.credit_lines(invoice=mine, parts=[part], reason="x", by=SYSTEM, now=NOW)


def test_credit_note_of_nothing_or_without_a_reason_is_refused() -> None:
    invoice = new_invoice()

    with pytest.raises(actions.UnableToCredit, match="is to be credited"):
        credit(invoice, 0)
    with pytest.raises(actions.UnableToCredit, match="give a reason"):
        actions.credit_invoice(invoice=invoice, reason=" ", by=SYSTEM, now=NOW)

    assert CreditNote.objects.count() == 0


def test_unused_days_are_credited_and_may_be_billed_anew() -> None:
    invoice = yearly(12000)
    line = invoice.lines.get()
    on = date(2027, 3, 23)

    note = actions.credit_unused(line=line, on=on, reason="opgezegd", by=SYSTEM, now=NOW)

    line.refresh_from_db()
    days = (date(2027, 11, 23) - on).days
    assert abs(note.net_cents - 12000 * days / 365) <= 0.5
    assert (line.stopped_on, line.credited_at) == (on, None)
    credited = note.lines.get()
    assert (credited.period_start, credited.period_end) == (on, date(2027, 11, 23))
    stretch = actions.Stretch(
        service=line.service, start=on, end=date(2027, 11, 23), net_cents=note.net_cents
    )
    again = actions.bill_stretches(
        customer=invoice.customer, stretches=[stretch], by=SYSTEM, now=NOW
    )
    assert again.net_cents == note.net_cents
    assert broken_invariants() == []


def test_credit_of_a_paid_invoice_is_used_for_the_next_one_first() -> None:
    customer = new_customer()
    first = new_invoice(customer, cents=1000)
    actions.allocate(
        invoice=first,
        kind=Allocation.Kind.COLLECTED,
        amount_cents=1210,
        event="collected:1",
        booked_on=TODAY,
        by=SYSTEM,
        now=NOW,
    )
    credit(first, 500)

    second = new_invoice(customer, cents=1000)

    second.refresh_from_db()
    assert second.open_cents == 1210 - 605
    assert queries.credit_of(customer) == 0


def test_what_is_open_is_written_off() -> None:
    invoice = new_invoice(cents=1000)

    done = actions.write_off(invoice=invoice, reason="failliet", by=SYSTEM, now=NOW)

    invoice.refresh_from_db()
    assert (done.amount_cents, invoice.open_cents) == (1210, 0)
    assert ledger.receivable_of(invoice.customer) == 0
    assert ledger.balance(accounts.OTHER_COSTS) == 1210
    assert InvoiceLine.objects.filter(invoice=invoice, credited_at__isnull=True).exists()
    assert broken_invariants() == []


def test_nothing_open_is_not_written_off() -> None:
    invoice = new_invoice()
    actions.write_off(invoice=invoice, reason="failliet", by=SYSTEM, now=NOW)

    with pytest.raises(actions.UnableToWriteOff, match="nothing is open"):
        actions.write_off(invoice=invoice, reason="nogmaals", by=SYSTEM, now=NOW)


def test_nothing_is_corrected_while_money_is_halted() -> None:
    invoice = new_invoice()
    halt.halt(reason="x", now=NOW, by=SYSTEM)

    with pytest.raises(halt.Halted):
        credit(invoice, 1)
    with pytest.raises(halt.Halted):
        actions.write_off(invoice=invoice, reason="x", by=SYSTEM, now=NOW)


class AnyParts(TestCase):
    """However an invoice is credited in parts, all parts together are the invoice."""

    @given(
        cents=st.integers(min_value=1, max_value=100_000),
        shares=st.lists(st.integers(min_value=1, max_value=99), max_size=4),
    )
    @settings(max_examples=20)
    def test_parts_come_to_the_whole(self, cents: int, shares: list[int]) -> None:
        invoice = new_invoice(cents=cents)
        for share in shares:
            line = invoice.lines.get()
            if part := (line.net_cents - line.credited_cents) * share // 100:
                credit(invoice, part)
        actions.credit_invoice(invoice=invoice, reason="rest", by=SYSTEM, now=NOW)

        notes = CreditNote.objects.filter(invoice=invoice)
        assert sum(note.net_cents for note in notes) == invoice.net_cents
        assert sum(note.vat_cents for note in notes) == invoice.vat_cents

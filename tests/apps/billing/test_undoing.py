"""A transfer that was booked is taken back: all stands as before, and the customer knows."""

from datetime import timedelta

import pytest
from django.core import mail

from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions, matching, queries
from balie.apps.billing.models import Invoice, InvoiceHold, Payment
from balie.apps.billing.transfer_times import times_of_transfers
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.office import queries as office
from balie.apps.promises.queries import policy_in_force
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, Entry, camt, new_account, new_customer, new_invoice, take_in
from tests.apps.directdebit.collecting import text_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
IBAN = "NL20INGB0001234567"


def booked(*invoices: Invoice, cents: int, text: str = "hosting") -> Payment:
    new_account(opening=0)
    take_in(camt(Entry(cents=cents, iban=IBAN, text=text), opening=0))
    return actions.place_by_hand(
        slice=EntrySlice.objects.get(),
        numbers=[invoice.number for invoice in invoices],
        by=SYSTEM,
        now=NOW,
    )


def undo(payment: Payment) -> list[Payment]:
    return actions.undo_transfer(claim=payment.claim, by=SYSTEM, now=LATER)


def broken() -> list[str]:
    return [result.name for result in office.verify(now=LATER) if not result.holds]


def test_undoing_restores_invoices_suspense_credit_and_books() -> None:
    customer = new_customer()
    first, second = new_invoice(customer, cents=1000), new_invoice(customer, cents=2000)
    payment = booked(first, second, cents=4000)
    assert queries.credit_of(customer) == 370

    undo(payment)

    for invoice in (first, second):
        invoice.refresh_from_db()
        assert invoice.open_cents == invoice.total_cents
    assert queries.credit_of(customer) == 0
    assert ledger.receivable_of(customer) == 1210 + 2420
    assert ledger.balance(accounts.SUSPENSE) == -4000
    assert bank.suspense_total() == 4000
    assert matching.known_ibans([customer.pk]) == {}
    assert queries.placed_since(since=NOW) == (0, 0)
    assert broken() == []


def test_credit_that_paid_a_later_invoice_is_taken_back_too() -> None:
    customer = new_customer()
    payment = booked(new_invoice(customer, cents=1000), cents=3630)
    following = new_invoice(customer, cents=2000)
    following.refresh_from_db()
    assert following.open_cents == 0

    undo(payment)

    following.refresh_from_db()
    assert following.open_cents == 2420
    assert broken() == []


def test_holds_that_the_payment_lifted_stand_again() -> None:
    invoice = new_invoice(cents=1000)
    kind = InvoiceHold.Kind.TRANSFER_ASKED
    actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW - timedelta(days=1))
    payment = booked(invoice, cents=1210)
    assert queries.standing_hold(invoice, now=LATER) is None

    undo(payment)

    assert queries.standing_hold(Invoice.objects.get(pk=invoice.pk), now=LATER) == kind


def test_what_was_taken_back_is_not_booked_by_itself_but_by_hand() -> None:
    invoice, other = new_invoice(cents=1000), new_invoice(cents=1000)
    payment = booked(other, cents=1210, text=invoice.number)
    undo(payment)

    receipt = actions.match_transfers(by=SYSTEM, now=LATER)
    assert receipt.booked == []
    assert bank.unclaimed_slices().count() == 1

    actions.place_by_hand(
        slice=EntrySlice.objects.get(), numbers=[invoice.number], by=SYSTEM, now=LATER
    )
    invoice.refresh_from_db()
    assert invoice.open_cents == 0
    assert broken() == []


def test_same_invoice_is_paid_taken_back_and_paid_again() -> None:
    invoice = new_invoice(cents=1000)
    for _ in range(2):
        piece = EntrySlice.objects.first()
        payment = (
            booked(invoice, cents=1210)
            if piece is None
            else actions.place_by_hand(slice=piece, numbers=[invoice.number], by=SYSTEM, now=LATER)
        )
        undo(payment)

    invoice.refresh_from_db()
    assert invoice.open_cents == 1210
    assert Payment.objects.filter(undone_at__isnull=False).count() == 2
    assert broken() == []


def test_transfer_is_taken_back_once() -> None:
    payment = booked(new_invoice(cents=1000), cents=1210)
    undo(payment)

    with pytest.raises(actions.UnableToAllocate, match="undone already"):
        undo(payment)


def test_mail_that_did_not_leave_is_withdrawn_and_no_other_sent() -> None:
    payment = booked(new_invoice(cents=1000), cents=1210)

    undo(payment)
    outbox.send_due(now=LATER)

    assert OutboxRow.objects.get(event=f"transfer-received:{payment.pk}").state == "withdrawn"
    assert not OutboxRow.objects.filter(kind="transfer-undone").exists()


@pytest.mark.parametrize(
    ("language", "subject", "again"),
    [
        ("nl", "De overboeking van € 12,10 blijkt niet van u", "nog open: € 12,10"),
        ("en", "The transfer of €12.10 turns out not to be yours", "still open: €12.10"),
    ],
)
def test_customer_who_was_thanked_is_told(language: str, subject: str, again: str) -> None:
    customer = new_customer(language=language)
    invoice = new_invoice(customer, cents=1000)
    payment = booked(invoice, cents=1210)
    outbox.send_due(now=NOW)
    mail.outbox.clear()

    undo(payment)
    outbox.send_due(now=LATER)

    (sent,) = mail.outbox
    assert sent.subject.replace("\u00a0", " ") == subject
    body = text_of(sent)
    assert invoice.number in body
    assert again in body


def test_time_it_took_is_measured_anew() -> None:
    payment = booked(new_invoice(cents=1000), cents=1210)
    policy = policy_in_force(now=LATER)
    undo(payment)

    times = times_of_transfers(now=LATER, since=NOW - timedelta(days=30), policy=policy)

    assert times.count == 0

"""What is certain is booked by itself; the rest waits in suspense with its proposals."""

import pytest

from balie.apps.banking import queries as bank
from balie.apps.billing import actions, matching
from balie.apps.billing.models import Payment
from balie.apps.ledger import queries as ledger
from balie.infra import halt
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_customer,
    new_domain,
    new_invoice,
    new_mandate,
    take_in,
)

pytestmark = pytest.mark.django_db


def bring(*entries: Entry) -> None:
    new_account(opening=0)
    take_in(camt(*entries, opening=0))


def match() -> actions.MatchReceipt:
    return actions.match_transfers(by=SYSTEM, now=NOW)


def test_transfer_that_quotes_the_invoice_number_pays_it() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=1210, text=f"factuur {invoice.number}"))

    receipt = match()

    invoice.refresh_from_db()
    assert invoice.open_cents == 0
    assert [payment.customer for payment in receipt.booked] == [invoice.customer]
    assert receipt.waiting == 0
    assert bank.suspense_total() == 0


def test_transfer_that_quotes_the_domain_pays_the_only_invoice_of_that_amount() -> None:
    customer = new_customer()
    new_domain(customer, "bakkerijdeboer.nl")
    invoice = new_invoice(customer, cents=1000)
    bring(Entry(cents=1210, text="bakkerijdeboer.nl"))

    match()

    invoice.refresh_from_db()
    assert invoice.open_cents == 0


def test_evidence_is_kept_and_said_in_both_languages() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=1210, text=invoice.number))

    (payment,) = match().booked

    dutch = matching.evidence_words(payment, language="nl")
    english = matching.evidence_words(payment, language="en")
    assert any(invoice.number in sentence and "factuurnummer" in sentence for sentence in dutch)
    assert any("invoice number" in sentence for sentence in english)


def test_transfer_that_names_nothing_waits() -> None:
    new_invoice(cents=1000)
    bring(Entry(cents=1210, text="hosting", iban="NL20INGB0001234567"))

    receipt = match()

    assert (receipt.booked, receipt.waiting) == ([], 1)
    assert bank.suspense_total() == 1210


def test_known_account_with_the_exact_amount_is_a_proposal_only() -> None:
    customer = new_customer(name="Bakkerij De Boer")
    new_mandate(customer, iban="NL39RABO0300065264")
    invoice = new_invoice(customer, cents=1000)
    bring(Entry(cents=1210, text="hosting", iban="NL39RABO0300065264"))

    receipt = match()

    (piece,) = bank.unclaimed_slices()
    (suggestion, *_) = matching.proposals_for([piece])[piece.pk]
    assert receipt.booked == []
    assert suggestion.numbers == invoice.number
    assert suggestion.customer == customer
    assert [cents for _, cents in suggestion.allocations] == [1210]
    assert any("rekening" in reason for reason in suggestion.reasons)


def test_second_transfer_for_one_invoice_waits() -> None:
    invoice = new_invoice(cents=1000)
    bring(
        Entry(cents=1210, text=invoice.number),
        Entry(cents=1210, text=f"nogmaals {invoice.number}"),
    )

    receipt = match()

    assert (len(receipt.booked), receipt.waiting) == (1, 1)
    assert Payment.objects.count() == 1


def test_matching_again_books_nothing_twice() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=1210, text=invoice.number))
    match()

    receipt = match()

    assert (receipt.booked, receipt.waiting) == ([], 0)
    assert ledger.receivable_of(invoice.customer) == 0


def test_money_that_went_out_is_not_matched() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=-1210, text=invoice.number))

    receipt = match()

    assert (receipt.booked, receipt.waiting) == ([], 0)
    assert matching.proposals_for(list(bank.unclaimed_slices())) == {}


def test_matching_stands_still_while_money_is_halted() -> None:
    halt.halt(reason="invariant 2", now=NOW, by=SYSTEM)

    with pytest.raises(halt.Halted):
        match()


def test_customer_is_known_by_the_account_he_paid_from() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=1210, text=invoice.number, iban="NL20INGB0001234567"))
    match()

    assert matching.known_ibans([invoice.customer_id]) == {
        invoice.customer_id: ("NL20INGB0001234567",)
    }

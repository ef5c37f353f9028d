"""One odd transfer stops no other, and a customer whose money is held gets no letter about it."""

from typing import Any

import pytest
from django.core import mail

from balie.apps.banking import queries as bank
from balie.apps.billing import actions as billing
from balie.apps.billing.actions import transfers
from balie.apps.customers import actions as customers
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, Entry, camt, new_account, new_customer, new_invoice, take_in

pytestmark = pytest.mark.django_db


def test_transfer_that_cannot_be_booked_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new_account(opening=0)
    first, second = new_invoice(cents=1000), new_invoice(cents=2000)
    entries = [
        Entry(cents=1210, text=first.number, iban="NL91ABNA0417164300"),
        Entry(cents=2420, text=second.number, iban="NL02ABNA0123456789"),
    ]
    take_in(camt(*entries, opening=0))
    book = transfers.book_transfer

    def fail_for_the_first(**kwargs: Any) -> Any:
        if kwargs["customer"] == first.customer:
            raise ValueError("odd")
        return book(**kwargs)

    monkeypatch.setattr(transfers, "book_transfer", fail_for_the_first)

    receipt = billing.match_transfers(by=SYSTEM, now=NOW)

    assert [payment.customer for payment in receipt.booked] == [second.customer]
    assert receipt.waiting == 1
    assert bank.suspense_total() == 1210


def test_invoice_of_a_customer_whose_money_is_held_is_not_mailed() -> None:
    customer = new_customer()
    new_invoice(customer, cents=1000)
    customers.place_hold(customer=customer, blocks="money", reason="x", by=SYSTEM, now=NOW)

    outbox.send_due(now=NOW)

    row = OutboxRow.objects.get(kind="invoice-issued")
    assert (row.state, mail.outbox) == ("withdrawn", [])

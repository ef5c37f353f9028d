"""An announced debit that cannot come any more is called off, once, and asked for as a transfer."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from balie.apps.billing import actions as billing
from balie.apps.mandates import actions as mandates
from balie.apps.office import queries as office
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import new_mandate
from tests.apps.directdebit.collecting import (
    GROSS,
    Debtor,
    announce,
    at,
    bill,
    freeze,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]

SUBJECTS = ("De aangekondigde afschrijving", "The announced debit of")


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def called_off() -> list[EmailMessage]:
    return [message for message in mail.outbox if message.subject.startswith(SUBJECTS)]


def withdrawn(debtor: Debtor, *, to_status: str = "revoked") -> None:
    """Announced; then the mandate ends, and the next day nothing is frozen."""
    bill()
    announce()
    mandates.change_status(
        mandate=debtor.mandate, to_status=to_status, reason="x", by=SYSTEM, now=at(0)
    )
    freeze()
    assert debtor.collection.state == "withdrawn"


@pytest.mark.parametrize("to_status", ["revoked", "suspended"])
def test_debit_without_a_mandate_is_called_off_once(debtor: Debtor, to_status: str) -> None:
    withdrawn(debtor, to_status=to_status)

    announce(1)
    announce(2)

    (message,) = called_off()
    text = text_of(message)
    assert "op do 26 nov 2026" in text
    assert f"Vermeld: {debtor.invoice.number} / {debtor.domain}" in text
    assert "Bedrag: € 12,10" in text
    assert (debtor.holds, debtor.owes) == (["transfer_asked"], GROSS)
    assert [result.name for result in office.verify(now=at(3)) if not result.holds] == []


def test_english_customer_reads_it_in_english() -> None:
    debtor = Debtor(language="en")
    withdrawn(debtor)

    announce(1)

    (message,) = called_off()
    assert message.subject == "The announced debit of €12.10 will not take place"


def test_debit_under_a_new_mandate_is_announced_anew_and_not_called_off(debtor: Debtor) -> None:
    withdrawn(debtor)
    new_mandate(debtor.customer, iban=debtor.iban, now=at(1))

    receipt = announce(1)

    assert (len(receipt.announced), called_off()) == (1, [])


def test_debit_that_was_never_announced_is_not_called_off(debtor: Debtor) -> None:
    bill()
    mandates.change_status(
        mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(0)
    )

    announce()

    assert (called_off(), debtor.holds) == ([], [])


def test_mail_does_not_leave_when_it_was_paid_since(debtor: Debtor) -> None:
    withdrawn(debtor)
    announce(1, send=False)
    billing.credit_invoice(invoice=debtor.invoice, reason="x", by=SYSTEM, now=at(1))

    outbox.send_due(now=at(1))

    assert called_off() == []
    assert OutboxRow.objects.get(kind="debit-called-off").state == "withdrawn"

"""The mails of billing: an invoice to transfer, and thanks for a transfer."""

from typing import cast

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction

from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_contact,
    new_customer,
    new_invoice,
    take_in,
)

pytestmark = pytest.mark.django_db


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail as it went out."""
    body = message.message().get_body(preferencelist=("plain",))
    assert body is not None
    return cast("str", body.get_content())


def test_invoice_mail_says_what_to_transfer_and_carries_the_pdf() -> None:
    customer = new_customer()
    finance = new_contact(customer, role="finance")
    invoice = new_invoice(customer, cents=1000)

    report = outbox.send_due(now=NOW)

    assert report.accepted == 1
    (message,) = mail.outbox
    assert message.to == [finance.user.email]
    assert message.subject == f"Factuur {invoice.number} van De Linde Hosting"
    text = text_of(message).replace("\u00a0", " ")
    assert "Bedrag: € 12,10" in text
    assert "Rekeningnummer: NL02 ABNA 0123 4567 89" in text
    assert "ma 7 dec 2026" in text
    names = [part.get_filename() for part in message.message().walk()]
    assert f"{invoice.number}.pdf" in names


def test_invoice_mail_is_english_for_an_english_contact() -> None:
    invoice = new_invoice(new_customer(language="en"))

    outbox.send_due(now=NOW)

    assert mail.outbox[0].subject == f"Invoice {invoice.number} from De Linde Hosting"
    assert "Amount: €12.10" in text_of(mail.outbox[0])


def test_invoice_that_was_credited_meanwhile_is_not_mailed() -> None:
    invoice = new_invoice()
    actions.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)

    report = outbox.send_due(now=NOW)

    assert (report.accepted, report.refused) == (0, 1)
    assert mail.outbox == []


def test_customer_without_a_contact_fails_with_the_reason() -> None:
    new_invoice(new_customer(with_contact=False))

    report = outbox.send_due(now=NOW)

    assert report.failed == 1
    assert "has no contact" in OutboxRow.objects.get().last_error


@pytest.mark.parametrize(
    ("language", "thanks", "credit"),
    [
        ("nl", "Factuur F2026-00001: € 12,10 (voldaan)", "Tegoed: € 7,90"),
        ("en", "Invoice F2026-00001: €12.10 (paid)", "Credit: €7.90"),
    ],
)
def test_transfer_is_thanked_for(language: str, thanks: str, credit: str) -> None:
    customer = new_customer(language=language)
    invoice = new_invoice(customer, cents=1000)
    outbox.send_due(now=NOW)
    mail.outbox.clear()
    new_account(opening=0)
    take_in(camt(Entry(cents=2000), opening=0))
    actions.book_transfer(
        slice=EntrySlice.objects.get(),
        allocations=[(invoice, 1210)],
        customer=customer,
        evidence=[],
        by=SYSTEM,
        now=NOW,
    )

    outbox.send_due(now=NOW)

    text = text_of(mail.outbox[0]).replace("\u00a0", " ")
    assert thanks in text
    assert credit in text


def test_invoice_paid_from_credit_asks_for_nothing() -> None:
    customer = new_customer()
    first = new_invoice(customer, cents=1000)
    new_account(opening=0)
    take_in(camt(Entry(cents=5000), opening=0))
    actions.book_transfer(
        slice=EntrySlice.objects.get(),
        allocations=[(first, 1210)],
        customer=customer,
        evidence=[],
        by=SYSTEM,
        now=NOW,
    )
    second = new_invoice(customer, cents=1000)

    outbox.send_due(now=NOW)

    (about_second,) = [each for each in mail.outbox if second.number in each.subject]
    assert "U hoeft niets over te maken" in text_of(about_second)
    assert "Rekeningnummer" not in text_of(about_second)


@pytest.mark.slow
def test_mail_that_our_own_runs_cause_is_never_capped() -> None:
    customer = new_customer()
    invoice = new_invoice(customer)
    with transaction.atomic():
        for number in range(499):
            outbox.put(
                kind="invoice-issued",
                event=f"invoice-issued:again:{number}",
                recipient=("customer", customer.pk),
                payload={"invoice": invoice.pk},
                now=NOW,
            )

    report = outbox.send_due(now=NOW, limit=1000)

    assert report.accepted == 500
    assert {len(message.to) for message in mail.outbox} == {1}
    assert len(mail.outbox) == 500

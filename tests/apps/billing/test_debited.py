"""How a debited invoice reaches the customer: as policy says; nobody pays twice."""

from datetime import UTC, datetime
from typing import cast

import pytest
from django.core import mail

from balie.apps.billing import actions, queries
from balie.apps.billing.models import Allocation, Invoice, InvoiceHold
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.promises import actions as promises
from balie.domain.policy import Policy
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, TODAY, new_customer, new_invoice, new_mandate

pytestmark = pytest.mark.django_db


def debited(how: str) -> Invoice:
    mapping = Policy().to_mapping()
    mapping["invoices"]["debited"] = how
    promises.apply_policy(mapping=mapping, by=SYSTEM, now=NOW)
    customer = new_customer()
    new_mandate(customer, now=datetime(2026, 11, 20, tzinfo=UTC))
    return new_invoice(customer)


def seen_by(customer: Customer) -> list[Invoice]:
    contact = customer.contacts.get()
    viewer = Viewer(
        kind="contact",
        person_id=contact.pk,
        name=contact.name,
        customer_id=customer.pk,
        role="owner",
        signed_in_by="password",
    )
    return list(queries.invoices_for(viewer=viewer))


def test_debited_invoice_is_in_the_portal_at_once_and_not_mailed() -> None:
    invoice = debited("portal")

    assert seen_by(invoice.customer) == [invoice]
    assert not OutboxRow.objects.filter(kind="invoice-issued").exists()


def test_debited_invoice_is_mailed_and_asks_for_no_transfer() -> None:
    invoice = debited("mail")

    outbox.send_due(now=NOW)

    (message,) = mail.outbox
    body = message.message().get_body(preferencelist=("plain",))
    assert body is not None
    text = cast("str", body.get_content()).replace("\u00a0", " ")
    assert "U hoeft niets over te maken: wij schrijven € 12,10 automatisch" in text
    assert "Rekeningnummer" not in text
    names = [part.get_filename() for part in message.message().walk()]
    assert f"{invoice.number}.pdf" in names


def test_debited_invoice_is_seen_after_its_debit() -> None:
    invoice = debited("portal_after_debit")
    before = seen_by(invoice.customer)

    actions.allocate(
        invoice=invoice,
        kind=Allocation.Kind.COLLECTED,
        amount_cents=invoice.total_cents,
        event="collected:1",
        booked_on=TODAY,
        by=SYSTEM,
        now=NOW,
    )

    assert (before, seen_by(invoice.customer)) == ([], [invoice])


def test_debited_invoice_is_seen_when_a_transfer_is_asked_for() -> None:
    invoice = debited("portal_after_debit")

    actions.place_invoice_hold(
        invoice=invoice, kind=InvoiceHold.Kind.TRANSFER_ASKED, by=SYSTEM, now=NOW
    )

    assert seen_by(invoice.customer) == [invoice]


def test_invoice_to_transfer_is_seen_at_once() -> None:
    debited("portal_after_debit")

    invoice = new_invoice()

    assert seen_by(invoice.customer) == [invoice]

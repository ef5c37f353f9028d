"""The customer card says which mails about money did not arrive, and when that is over."""

import pytest
from django.db import transaction
from django.test import Client

from balie.apps.customers.models import Customer
from balie.infra import outbox
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_customer, new_invoice

pytestmark = pytest.mark.django_db


def invoiced() -> tuple[Customer, OutboxRow]:
    customer = new_customer()
    new_invoice(customer)
    outbox.send_due(now=NOW)
    return customer, OutboxRow.objects.get(kind="invoice-issued", recipient_id=customer.pk)


def test_mail_about_money_that_came_back_stands_on_the_card(agent: Client) -> None:
    customer, row = invoiced()
    page = f"/balie/klanten/{customer.number}/"
    assert b"550 5.1.1" not in agent.get(page).content

    outbox.note_bounced(message_id=row.message_id, reason="550 5.1.1 <b>weg</b>", now=NOW)

    shown = agent.get(page).content.decode()
    assert "Mail niet aangekomen: de factuur" in shown
    assert "550 5.1.1 &lt;b&gt;weg&lt;/b&gt;" in shown


def test_card_is_quiet_again_when_a_later_mail_arrived(agent: Client) -> None:
    customer, row = invoiced()
    outbox.note_bounced(message_id=row.message_id, reason="550 5.1.1", now=NOW)
    with transaction.atomic():
        later = outbox.put(
            kind="invoice-issued",
            event="invoice-issued:later",
            recipient=("customer", customer.pk),
            payload=row.payload,
            now=NOW,
        )
    OutboxRow.objects.filter(pk=later.pk).update(state="accepted", accepted_at=NOW.replace(hour=12))

    page = agent.get(f"/balie/klanten/{customer.number}/").content

    assert b"550 5.1.1" not in page

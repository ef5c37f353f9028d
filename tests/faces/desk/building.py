"""What the tests of the desk build with: employees, questions, debits and what comes of them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.contrib.messages import get_messages

from balie.apps.banking.actions import StatementOutcome
from balie.apps.billing.models import Invoice
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit.models import Collection, CollectionBatch, Dispute
from balie.apps.office.intake import take_in_bank_file
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Question, Team, Ticket
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.infra import outbox
from balie.infra.audit import SYSTEM, Actor
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    new_account,
    new_customer,
    new_invoice,
    new_mandate,
)

_counter = count(1)
_TEXT = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)
# What the bank calls an entry (ISO 20022 family and sub-family): our debits, and one coming back.
TRANSFER = b"<Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>"
OUR_DEBIT = b"<Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd>"
DEBIT_BACK = b"<Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd>"
RETURNED_BECAUSE = "<RtrInf><Rsn><Cd>{}</Cd></Rsn></RtrInf></TxDtls>"


def text_of(response: Any) -> str:
    """The words of a page as one line, with ordinary blanks."""
    words = _TEXT.sub(" ", response.content.decode()).replace("\u00a0", " ")
    return " ".join(words.split())


def says(response: Any) -> list[str]:
    """The messages that an answer to a form leaves for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def new_employee(role: str = "agent", *, name: str = "") -> Employee:
    """Somebody on our side of the desk, since a month."""
    number = next(_counter)
    return customers.register_employee(
        name=name or f"Marit {number}",
        email=f"marit{number}@delinde.example",
        role=role,
        by=SYSTEM,
        now=NOW - timedelta(days=30),
    )


def contact_of(customer: Customer) -> Contact:
    """Who writes for a customer."""
    return CustomerContact.objects.select_related("contact__user").get(customer=customer).contact


def asked(
    customer: Customer | None = None,
    *,
    at: datetime = NOW,
    subject: str = "Mijn site is traag",
    email: str = "j.bakker@elders.example",
    team: str | None = None,
    language: str = "nl",
) -> Question:
    """Somebody asks something: signed in as the contact of a customer, or a visitor."""
    contact = contact_of(customer) if customer else None
    return tickets.ask(
        channel="portal" if contact else "web",
        subject=subject,
        body="Sinds vanochtend laadt mijn site traag. Kunt u kijken?",
        asker_name=contact.name if contact else "J. Bakker",
        asker_email=contact.user.email if contact else email,
        raw=b"...",
        asked_at=at,
        contact=contact,
        customer=customer,
        team=Team.objects.get(code=team) if team else None,
        language=language,
        by=SYSTEM,
        now=at,
    )


def asked_again(ticket: Ticket, body: str) -> Question:
    """The asker adds a question to his ticket."""
    return tickets.ask_again(
        ticket=ticket, contact=None, body=body, raw=b".", asked_at=NOW, by=SYSTEM, now=NOW
    )


def announced(customer: Customer | None = None) -> tuple[Invoice, Collection]:
    """An invoice of € 12,10 and its debit, announced to the customer."""
    customer = customer or new_customer()
    new_mandate(customer)
    invoice = new_invoice(customer)
    directdebit.announce(today=TODAY, by=SYSTEM, now=NOW)
    outbox.send_due(now=NOW)
    return invoice, Collection.objects.get(parts__invoice=invoice)


def at_the_bank(*collections: Collection) -> CollectionBatch:
    """The debits frozen in a file on the last day it can be done."""
    lead = Policy().collecting.lead_target_days
    morning = _morning(workdays.add_target_days(collections[0].collection_date, -lead))
    receipt = directdebit.freeze_due(today=morning.date(), by=SYSTEM, now=morning)
    for collection in collections:
        collection.refresh_from_db()
    return receipt.batches[-1]


def collected(*collections: Collection, opening: int = 0) -> None:
    """The statement that credits the debits on their day."""
    on = collections[0].collection_date
    entries = [
        Entry(cents=one.amount_cents, on=on, end_to_end_id=one.end_to_end_id, text="Incasso")
        for one in collections
    ]
    content = camt(*entries, opening=opening, number="101", on=on)
    take_in(content.replace(TRANSFER, OUR_DEBIT), now=_morning(on))
    for collection in collections:
        collection.refresh_from_db()


def came_back(
    *collections: Collection, opening: int, reason: str = "AM04", on: date | None = None
) -> None:
    """The statement that takes the debits back, the day after unless another is given."""
    on = on or workdays.add_target_days(collections[0].collection_date, 1)
    entries = [
        Entry(cents=-one.amount_cents, on=on, end_to_end_id=one.end_to_end_id, text="Storno")
        for one in collections
    ]
    content = camt(*entries, opening=opening, number="102", on=on).replace(TRANSFER, DEBIT_BACK)
    take_in(
        content.replace(b"</TxDtls>", RETURNED_BECAUSE.format(reason).encode()), now=_morning(on)
    )
    for collection in collections:
        collection.refresh_from_db()


def disputed(collection: Collection) -> Dispute:
    """The customer's question whether a debit is right."""
    question = asked(collection.customer, subject="Ik ben het niet eens met deze incasso")
    contact = contact_of(collection.customer)
    by = Actor("contact", contact.pk, contact.name)
    return directdebit.open_dispute(collection=collection, ticket=question.ticket, by=by, now=NOW)


def take_in(content: bytes, *, now: datetime = NOW) -> list[StatementOutcome]:
    """Book a bank file and let every claimant take what is his."""
    return take_in_bank_file(name=f"bank{next(_counter)}.xml", content=content, by=SYSTEM, now=now)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(7), tzinfo=UTC)


def minutes_ago(minutes: int) -> datetime:
    """A moment before now."""
    return NOW - timedelta(minutes=minutes)


@dataclass(frozen=True, kw_only=True)
class World:
    """A customer whose debit came back, one who disputes his, a question, money nobody knows."""

    invoice: Invoice
    batch: CollectionBatch
    ticket: Ticket
    dispute: Ticket


def small_company() -> World:
    """A hosting company with two customers and something on every page of the desk."""
    new_account(opening=0)
    bakery = new_customer(name="Bakkerij Zeezicht")
    invoice, undone = announced(bakery)
    _other, settled = announced(new_customer(name="Camping De Eik"))
    batch = at_the_bank(undone, settled)
    collected(undone, settled)
    came_back(undone, opening=2420)
    dispute = disputed(settled).ticket
    stranger = Entry(cents=777, name="Onbekend", iban="NL20INGB0001234567", text="hosting")
    last = date(2026, 11, 30)
    take_in(camt(stranger, opening=1210, number="103", on=last), now=_morning(last))
    question = asked(bakery, at=minutes_ago(30), subject="Mijn site is traag")
    return World(invoice=invoice, batch=batch, ticket=question.ticket, dispute=dispute)

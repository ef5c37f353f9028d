"""Every page takes the same number of queries for one row and for thirty."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from balie.apps.banking.queries import unclaimed_slices
from balie.apps.billing import actions as billing
from balie.apps.directdebit.models import Collection, CollectionBatch
from balie.apps.promises.actions import note_misses
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Ticket
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_customer,
    new_domain,
    new_invoice,
)
from tests.faces.desk.building import (
    announced,
    asked,
    at_the_bank,
    came_back,
    collected,
    disputed,
    new_employee,
    take_in,
)

pytestmark = pytest.mark.django_db

Fill = Callable[[int], str]
STRANGER = "NL20INGB0001234567"
BY = SYSTEM


def waiting_tickets(rows: int) -> str:
    for _ in range(rows):
        question = asked(new_customer(), team="support")
        employee = new_employee()
        tickets.assign(ticket=question.ticket, employee=employee, by=BY, now=NOW)
    return "/balie/vragen/"


def closed_tickets(rows: int) -> str:
    waiting_tickets(rows)
    for ticket in Ticket.objects.all():
        tickets.close(ticket=ticket, by=BY, now=NOW)
    return "/balie/vragen/?staat=closed"


def conversation(rows: int) -> str:
    ticket = asked(new_customer()).ticket
    employee = new_employee()
    for _ in range(rows):
        tickets.ask_again(
            ticket=ticket, contact=None, body="En?", raw=b".", asked_at=NOW, by=SYSTEM, now=NOW
        )
        tickets.answer(ticket=ticket, body="Zo.", employee=employee, now=NOW)
        tickets.add_note(ticket=ticket, body="Hm.", employee=employee, now=NOW)
    return f"/balie/vragen/{ticket.number}/"


def ties(rows: int) -> str:
    """A ticket with merges, links, labels, drafts and colleagues."""
    ticket = asked(new_customer()).ticket
    for index in range(rows):
        other, related = asked(ticket.customer).ticket, asked().ticket
        tickets.merge(ticket=other, into=ticket, knowingly=True, by=BY, now=NOW)
        tickets.link(ticket=ticket, other=related, by=BY, now=NOW)
        tickets.add_tag(ticket=ticket, name=f"label-{index}", by=BY, now=NOW)
        colleague = new_employee()
        tickets.be_present(ticket=ticket, employee=colleague, is_typing=True, now=NOW)
    return f"/balie/vragen/{ticket.number}/"


def found_words(rows: int) -> str:
    for _ in range(rows):
        asked(new_customer(), subject="Trage site")
    return "/balie/zoeken/?q=traag&voor=99999999"


def found_names(rows: int) -> str:
    for index in range(rows):
        new_domain(new_customer(name=f"Bakkerij Zeezicht {index}"))
    return "/balie/zoeken/?q=zeezicht"


def found_nearly(rows: int) -> str:
    for index in range(rows):
        new_domain(new_customer(name=f"Bakkerij Zeezicht {index}"))
    return "/balie/zoeken/?q=zeezciht"


def saved_replies(rows: int) -> str:
    for index in range(rows):
        tickets.save_reply(
            reply=None, name=f"dns-{index}", body_nl="Zo.", body_en="", by=BY, now=NOW
        )
    return "/balie/standaardantwoorden/"


def customers(rows: int) -> str:
    for _ in range(rows):
        customer = new_customer()
        new_domain(customer)
        new_invoice(customer)
    return "/balie/klanten/?q=bakkerij"


def customer(rows: int) -> str:
    customer = new_customer()
    for _ in range(rows):
        new_domain(customer)
        new_invoice(customer)
        asked(customer)
    return f"/balie/klanten/{customer.number}/"


def invoices(rows: int) -> str:
    for _ in range(rows):
        new_invoice()
    return "/balie/facturen/"


def work_list(rows: int) -> str:
    new_account(opening=0)
    entries = []
    for index in range(rows):
        owner = new_customer(name=f"Bakkerij {index}")
        for _ in range(2):
            new_invoice(owner)
        entries.append(Entry(cents=1210, name=f"Bakkerij {index}", iban=STRANGER, text="hosting"))
        entries.append(
            Entry(cents=500, name="Jansen", iban=STRANGER, text="huur", reference=f"P{index}")
        )
    take_in(camt(*entries, opening=0))
    for piece in unclaimed_slices().filter(amount_cents=500):
        payee = new_invoice(new_customer())
        billing.place_by_hand(slice=piece, numbers=[payee.number], by=SYSTEM, now=NOW)
    return "/balie/bank/te-plaatsen/"


def held_statements(rows: int) -> str:
    new_account(opening=0)
    for index in range(rows):
        take_in(camt(Entry(cents=100), opening=1000 * (index + 1), number=str(index + 2)))
    return "/balie/bank/"


def debits(rows: int) -> list[Collection]:
    return [announced()[1] for _ in range(rows)]


def batch(rows: int) -> str:
    new_account(opening=0)
    found = debits(rows)
    frozen = at_the_bank(*found)
    collected(*found)
    came_back(*found, opening=1210 * rows)
    return f"/balie/incasso/{frozen.message_id}/"


def returns(rows: int) -> str:
    batch(rows)
    return "/balie/incasso/mislukt/"


def announced_day(rows: int) -> str:
    on = debits(rows)[0].collection_date
    return f"/balie/incasso/aangekondigd/{on.isoformat()}/"


def batches(rows: int) -> str:
    for index in range(rows):
        CollectionBatch.objects.create(
            message_id=f"M{index}",
            payment_information_id=f"P{index}",
            collection_date=NOW.date() + timedelta(days=index),
            total_cents=1210,
            count=1,
            content=b"<Document/>",
            sha256="0" * 64,
            state=CollectionBatch.State.FROZEN,
            frozen_at=NOW,
            frozen_by="system",
        )
    return "/balie/incasso/"


def misses(rows: int) -> str:
    for index in range(rows):
        question = asked(at=NOW - timedelta(days=4, minutes=index))
        if index % 2:
            tickets.answer(ticket=question.ticket, body="Zo.", employee=new_employee(), now=NOW)
    note_misses(now=NOW)
    return "/balie/beloften/"


def today(rows: int) -> str:
    new_account(opening=0)
    found = debits(2 * rows)
    at_the_bank(*found)
    collected(*found)
    for one in found[:rows]:
        disputed(one)
    came_back(*found[rows:], opening=1210 * 2 * rows)
    waiting_tickets(rows)
    return "/balie/"


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("fill", "queries"),
    [
        (waiting_tickets, 10),
        (closed_tickets, 10),
        (conversation, 32),
        (ties, 33),
        (found_words, 10),
        (found_names, 11),
        (found_nearly, 15),
        (saved_replies, 6),
        (customers, 12),
        (customer, 28),
        (invoices, 9),
        (work_list, 18),
        (held_statements, 30),
        (batch, 9),
        (returns, 8),
        (announced_day, 9),
        (batches, 10),
        (misses, 15),
        (today, 29),
    ],
)
def test_page_takes_as_many_queries_for_thirty_rows_as_for_one(
    finance: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    fill: Fill,
    queries: int,
    rows: int,
) -> None:
    address = fill(rows)
    finance.get(address)  # the policy version is read once per process

    with django_assert_num_queries(queries):
        response = finance.get(address)

    assert response.status_code == 200

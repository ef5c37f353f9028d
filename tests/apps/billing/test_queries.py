"""Who sees which invoices, and lists that ask as often for thirty rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balie.apps.banking import queries as bank
from balie.apps.billing import actions, matching, queries
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_contact,
    new_customer,
    new_domain,
    new_invoice,
    take_in,
)

pytestmark = pytest.mark.django_db


def viewer_at(customer: Customer, *, role: str = "owner") -> Viewer:
    contact = new_contact(customer, role=role)
    return Viewer(
        kind="contact",
        person_id=contact.pk,
        name=contact.name,
        role=role,
        customer_id=customer.pk,
        signed_in_by="password",
    )


EMPLOYEE = Viewer(
    kind="employee",
    person_id=1,
    name="Medewerker",
    role="agent",
    customer_id=None,
    signed_in_by="password",
)


def test_contact_sees_the_invoices_of_his_customer_only() -> None:
    mine, _ = new_invoice(), new_invoice()

    seen = queries.invoices_for(viewer=viewer_at(mine.customer))

    assert list(seen) == [mine]


def test_strangers_number_does_not_exist() -> None:
    mine, strangers = new_invoice(), new_invoice()
    viewer = viewer_at(mine.customer)

    assert queries.invoice_for(viewer=viewer, number=mine.number) == mine
    with pytest.raises(Invoice.DoesNotExist):
        queries.invoice_for(viewer=viewer, number=strangers.number)


def test_technical_contact_sees_no_invoices() -> None:
    invoice = new_invoice()

    assert not queries.invoices_for(viewer=viewer_at(invoice.customer, role="technical")).exists()


def test_employee_sees_all_invoices_last_first() -> None:
    first, second = new_invoice(), new_invoice()

    assert list(queries.invoices_for(viewer=EMPLOYEE)) == [second, first]


def test_open_total_counts_what_is_open() -> None:
    customer = new_customer()
    new_invoice(customer, cents=1000)
    paid = new_invoice(customer, cents=500)
    actions.credit_invoice(invoice=paid, reason="fout", by=SYSTEM, now=NOW)

    assert queries.open_total(customer) == 1210
    assert queries.open_invoices(customer).count() == 1


def walk_all() -> None:
    """Everything the lists of desk and portal ask about invoices."""
    for _, invoices in queries.open_by_customer():
        for invoice in invoices:
            queries.standing_hold(invoice, now=NOW)
            assert invoice.customer.number
    list(queries.invoices_for(viewer=EMPLOYEE))
    queries.credits_of([customer.pk for customer in Customer.objects.all()])


def walk_proposals() -> None:
    """The work list: each slice in suspense with its proposals."""
    matching.proposals_for(list(bank.unclaimed_slices()))


@pytest.mark.parametrize("walk", [walk_all, walk_proposals])
def test_lists_ask_as_often_for_thirty_rows_as_for_one(walk: Callable[[], None]) -> None:
    new_account(opening=0)

    def add(count: int, *, opening: int, number: str) -> None:
        entries = []
        for _ in range(count):
            customer = new_customer()
            new_domain(customer)
            invoice = new_invoice(customer)
            kind = InvoiceHold.Kind.ARRANGEMENT
            actions.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW)
            entries.append(Entry(cents=100, text=f"deel van {invoice.number}"))
        take_in(camt(*entries, opening=opening, number=number))

    add(1, opening=0, number="1")
    with CaptureQueriesContext(connection) as for_one:
        walk()
    add(30, opening=100, number="2")
    with CaptureQueriesContext(connection) as for_thirty:
        walk()

    assert len(for_thirty) == len(for_one)

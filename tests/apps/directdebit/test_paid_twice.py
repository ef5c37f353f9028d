"""Paid by transfer and collected as well: nobody loses a cent, and what is odd waits."""

import pytest

from balie.apps.banking import actions as bank_actions
from balie.apps.banking import queries as banking
from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices
from balie.apps.office import queries as office
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from tests.apps.building import new_service
from tests.apps.directdebit.collecting import (
    GROSS,
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    claim,
    day,
    freeze,
    frozen,
    return_of,
    statement,
    take_in,
    transfer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(90)) if not result.holds]


def test_debit_of_what_was_transferred_since_becomes_credit(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    take_in(statement(transfer_of(debtor.invoice), on=day(2)), number=2)
    assert debtor.owes == 0

    take_in(statement(batch_credit(batch), opening=GROSS, number=2))

    assert debtor.collection.state == "settled"
    assert (debtor.invoice.open_cents, debtor.owes) == (0, -GROSS)
    assert invoices.credit_of(debtor.customer) == GROSS
    assert (debtor.holds, debtor.asked) == ([], [])
    assert broken() == []


def test_credit_of_what_was_paid_twice_pays_the_next_invoice(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    take_in(statement(transfer_of(debtor.invoice), on=day(2)), number=2)
    take_in(statement(batch_credit(batch), opening=GROSS, number=2))

    (next_invoice,) = bill(30)

    assert (next_invoice.total_cents, next_invoice.open_cents, debtor.owes) == (GROSS, 0, 0)
    assert announce(30).announced == []


def test_part_transferred_since_is_credit_and_the_rest_is_collected(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    invoice = debtor.invoice
    billing.book_transfer(
        slice=in_suspense(statement(transfer_of(invoice, cents=200), on=day(2))),
        allocations=[(invoice, 200)],
        customer=debtor.customer,
        evidence=[],
        by=SYSTEM,
        now=at(2),
    )

    take_in(statement(batch_credit(batch), opening=200, number=2))

    assert (debtor.invoice.open_cents, debtor.owes) == (0, -200)
    assert invoices.credit_of(debtor.customer) == 200
    assert broken() == []


def in_suspense(content: bytes) -> EntrySlice:
    """Book a statement and return its one slice."""
    file = bank_actions.receive_file(name="x", content=content, by=SYSTEM, now=at(2))
    bank_actions.book_file(file=file, by=SYSTEM, now=at(2))
    return banking.unclaimed_slices().get()


def test_transfer_of_what_was_debited_since_waits_for_an_employee(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()

    take_in(statement(transfer_of(debtor.invoice), batch_credit(batch)))

    assert (debtor.collection.state, debtor.owes) == ("settled", 0)
    assert banking.suspense_total() == GROSS
    assert broken() == []


def test_debit_that_came_back_after_it_was_paid_twice_takes_back_the_credit(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    take_in(statement(transfer_of(debtor.invoice), on=day(2)), number=2)
    take_in(statement(batch_credit(batch), opening=GROSS, number=2))

    back = return_of(debtor.collection)
    take_in(statement(back, on=day(4), opening=2 * GROSS, number=3))

    assert claim().doubts == []
    assert (debtor.collection.state, banking.suspense_total()) == ("returned", 0)
    assert (debtor.invoice.open_cents, debtor.owes) == (0, 0)
    assert invoices.credit_of(debtor.customer) == 0
    assert (debtor.holds, debtor.asked) == ([], [])
    assert broken() == []


def test_credit_used_since_opens_the_invoice_that_was_debited(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    take_in(statement(transfer_of(debtor.invoice), on=day(2)), number=2)
    take_in(statement(batch_credit(batch), opening=GROSS, number=2))
    first = debtor.collection
    (next_invoice,) = bill(30)
    assert next_invoice.open_cents == 0

    take_in(statement(return_of(first), on=day(40), opening=2 * GROSS, number=3), number=40)

    assert (debtor.collection.state, banking.suspense_total()) == ("returned", 0)
    assert (debtor.invoice.open_cents, debtor.owes) == (GROSS, GROSS)
    assert debtor.holds == ["transfer_asked"]
    assert len(debtor.asked) == 1
    assert broken() == []


def test_part_paid_before_the_debit_came_back_is_not_asked_again(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    invoice = debtor.invoice
    billing.book_transfer(
        slice=in_suspense(statement(transfer_of(invoice, cents=200), on=day(2))),
        allocations=[(invoice, 200)],
        customer=debtor.customer,
        evidence=[],
        by=SYSTEM,
        now=at(2),
    )
    take_in(statement(batch_credit(batch), opening=200, number=2))

    back = return_of(debtor.collection)
    take_in(statement(back, on=day(4), opening=200 + GROSS, number=3))

    assert (debtor.invoice.open_cents, debtor.owes) == (GROSS - 200, GROSS - 200)
    assert invoices.credit_of(debtor.customer) == 0
    assert broken() == []


@pytest.mark.postgres
def test_two_debits_of_one_customer_paid_twice_are_one_credit(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    """Two invoices announced apart for the same day, both transferred before the credit."""
    bill()
    announce()
    new_service(debtor.customer, price_cents=1000, started_on=day(0))
    (second,) = bill()
    announce()
    (batch,) = freeze().batches
    assert batch.count == 2
    both = [transfer_of(debtor.invoice), transfer_of(second)]
    take_in(statement(*both, on=day(2)), number=2)
    assert debtor.owes == 0

    take_in(statement(batch_credit(batch), opening=2 * GROSS, number=2))

    assert invoices.credit_of(debtor.customer) == 2 * GROSS
    assert (debtor.owes, banking.suspense_total()) == (-2 * GROSS, 0)
    assert broken() == []

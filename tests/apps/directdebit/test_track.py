"""The money track tells at every moment where the money of an invoice is."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.billing.models import Invoice
from balie.apps.directdebit import track
from balie.apps.mandates import actions as mandates
from balie.infra.audit import SYSTEM
from tests.apps.directdebit.collecting import (
    COLLECTED_ON,
    GROSS,
    POLICY,
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    day,
    freeze,
    frozen,
    return_of,
    statement,
    take_in,
    transfer_of,
)

AtMost = Callable[[int], AbstractContextManager[object]]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def seen(debtor: Debtor, *, number: int) -> tuple[str, list[tuple[str, str]]]:
    """The word in the lists, and the steps of the picture, on a day."""
    invoice = debtor.invoice
    found = track.track_of(invoice, now=at(number))
    assert track.states_of([invoice], now=at(number)) == {invoice.pk: found.state}
    return found.state, [(step.key, step.state) for step in found.steps]


def test_track_of_a_debit_that_goes_well(debtor: Debtor) -> None:
    bill()
    assert seen(debtor, number=0) == ("invoiced", [("invoiced", "done")])

    announce()
    coming = [("collected", "current"), ("refundable", "next"), ("final", "next")]
    told = [("invoiced", "done"), ("announced", "done")]
    assert seen(debtor, number=0) == ("collecting", [*told, *coming])

    (batch,) = freeze().batches
    assert seen(debtor, number=1) == ("collecting", [*told, ("sent", "done"), *coming])

    take_in(statement(batch_credit(batch)))
    settled = [*told, ("collected", "done")]
    assert seen(debtor, number=59) == (
        "refundable",
        [*settled, ("refundable", "current"), ("final", "next")],
    )
    assert seen(debtor, number=60) == (
        "almost_final",
        [*settled, ("refundable", "done"), ("final", "current")],
    )
    assert seen(debtor, number=71) == (
        "final",
        [*settled, ("refundable", "done"), ("final", "done")],
    )


def test_track_shows_until_when_it_can_be_charged_back(debtor: Debtor) -> None:
    take_in(statement(batch_credit(frozen())))

    steps = {step.key: step for step in track.track_of(debtor.invoice, now=at(5)).steps}

    assert steps["collected"].on == COLLECTED_ON
    assert steps["refundable"].until == day(3 + POLICY.collecting.refund_days)
    assert steps["final"].on == day(70)


def test_track_of_a_debit_that_came_back_and_was_transferred(debtor: Debtor) -> None:
    batch = frozen()
    take_in(statement(batch_credit(batch), return_of(debtor.collection)))

    state, steps = seen(debtor, number=5)
    assert state == "transfer_asked"
    assert steps == [
        ("invoiced", "done"),
        ("announced", "done"),
        ("collected", "done"),
        ("returned", "failed"),
        ("transfer", "current"),
    ]
    instructions = track.track_of(debtor.invoice, now=at(5)).instructions
    assert instructions is not None
    assert (instructions.amount_cents, instructions.iban) == (GROSS, POLICY.company.iban)
    assert instructions.quote == f"{debtor.invoice.number} {debtor.domain}"

    take_in(statement(transfer_of(debtor.invoice), on=day(7), number=2), number=7)
    state, steps = seen(debtor, number=7)
    assert (state, steps[-2:]) == ("paid", [("returned", "failed"), ("paid", "done")])
    assert track.track_of(debtor.invoice, now=at(7)).instructions is None


def test_track_of_an_invoice_to_transfer(debtor: Debtor) -> None:
    mandates.change_status(
        mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(0)
    )
    bill()

    assert seen(debtor, number=0) == (
        "transfer_asked",
        [("invoiced", "done"), ("transfer", "current")],
    )


def test_withdrawn_debit_leaves_no_trace_on_the_track(debtor: Debtor) -> None:
    bill()
    announce(send=False)
    freeze(send=False)
    assert debtor.collection.state == "withdrawn"

    assert seen(debtor, number=1) == ("invoiced", [("invoiced", "done")])


def test_words_of_many_invoices_take_two_queries(
    debtor: Debtor, django_assert_num_queries: AtMost
) -> None:
    bill(0)
    bill(30)
    announce(30)
    invoices = list(Invoice.objects.filter(customer=debtor.customer))

    with django_assert_num_queries(2):
        states = track.states_of(invoices, now=at(30))

    assert list(states.values()) == ["collecting", "collecting"]

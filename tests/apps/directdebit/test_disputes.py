"""The talk before a refund: it holds the invoices, and ends once."""

import pytest

from balie.apps.directdebit import actions, queries
from balie.apps.directdebit.actions import UnableToDispute
from balie.apps.directdebit.models import Dispute
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.directdebit.collecting import (
    GROSS,
    Debtor,
    at,
    batch_credit,
    day,
    frozen,
    return_of,
    statement,
    take_in,
)
from tests.apps.tickets.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def settle() -> None:
    take_in(statement(batch_credit(frozen())))


def dispute(debtor: Debtor) -> Dispute:
    ticket = ask(at(6), customer=debtor.customer).ticket
    return actions.open_dispute(collection=debtor.collection, ticket=ticket, by=SYSTEM, now=at(6))


def test_dispute_ties_debit_and_ticket_and_holds_the_invoice(debtor: Debtor) -> None:
    settle()

    opened = dispute(debtor)

    assert debtor.holds == ["dispute"]
    assert list(queries.open_disputes()) == [opened]
    assert queries.dispute_of(opened.ticket) == opened
    assert AuditEvent.objects.filter(event="dispute.opened", subject_id=opened.pk).exists()


def test_debit_that_was_not_collected_cannot_be_disputed(debtor: Debtor) -> None:
    frozen()

    with pytest.raises(UnableToDispute, match="only a debit that was collected"):
        dispute(debtor)

    assert not Dispute.objects.exists()


@pytest.mark.postgres
def test_debit_is_disputed_in_one_conversation(debtor: Debtor) -> None:
    settle()
    dispute(debtor)

    with pytest.raises(UnableToDispute, match="looked at already"):
        dispute(debtor)

    assert Dispute.objects.count() == 1


def test_dispute_ends_once_with_its_outcome(debtor: Debtor) -> None:
    settle()
    opened = dispute(debtor)

    for outcome in ("explained", "our_mistake"):
        actions.close_dispute(dispute=opened, outcome=outcome, by=SYSTEM, now=at(7))

    opened.refresh_from_db()
    assert (opened.outcome, opened.closed_at, debtor.holds) == ("explained", at(7), [])
    assert AuditEvent.objects.filter(event="dispute.closed").count() == 1


def test_refund_by_the_bank_ends_the_talk_and_asks_for_a_transfer(debtor: Debtor) -> None:
    settle()
    opened = dispute(debtor)

    back = return_of(debtor.collection, reason="MD06", by_debtor=True)
    take_in(statement(back, on=day(8), opening=GROSS, number=2), number=8)

    opened.refresh_from_db()
    assert (opened.outcome, opened.closed_at) == ("refunded_by_bank", at(8))
    assert debtor.holds == ["transfer_asked"]


def test_talk_that_ended_may_begin_again(debtor: Debtor) -> None:
    settle()
    first = dispute(debtor)
    actions.close_dispute(dispute=first, outcome="explained", by=SYSTEM, now=at(7))

    assert dispute(debtor).closed_at is None

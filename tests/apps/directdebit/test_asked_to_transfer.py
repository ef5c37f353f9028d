"""Level 0 of dunning: the mail that asks to transfer is known, and stops with everything else."""

import pytest
from django.core import mail

from balie.apps.customers import actions as customers
from balie.apps.customers.queries import is_silent
from balie.apps.directdebit import queries
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.directdebit.collecting import (
    Debtor,
    at,
    batch_credit,
    frozen,
    return_of,
    statement,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


def test_mail_of_a_return_is_what_asked_to_transfer() -> None:
    debtor, other = Debtor(), Debtor()
    batch = frozen()

    take_in(statement(batch_credit(batch), return_of(debtor.collection)), number=5)

    asked = queries.transfer_asked(debtor.invoice)
    assert asked is not None
    assert (asked.kind, asked.accepted_at, asked.bounced_at) == ("collection-failed", at(5), None)
    assert queries.transfer_asked(other.invoice) is None


def test_return_that_is_told_twice_asks_once() -> None:
    debtor = Debtor()
    batch = frozen()
    content = statement(batch_credit(batch), return_of(debtor.collection))

    take_in(content)
    take_in(content, number=6)

    asked = queries.transfer_asked(debtor.invoice)
    assert asked is not None
    assert (asked.accepted_at, len(debtor.asked)) == (at(5), 1)


def test_customer_is_silent_from_a_death_until_a_person_lifts_it() -> None:
    debtor, other = Debtor(), Debtor()
    batch = frozen()
    mail.outbox.clear()

    take_in(statement(batch_credit(batch), return_of(debtor.collection, reason="MD07")))

    assert is_silent(debtor.customer, now=at(6))
    assert is_silent(debtor.customer, now=at(4000))
    assert not is_silent(other.customer, now=at(6))
    assert (mail.outbox, queries.transfer_asked(debtor.invoice)) == ([], None)


def test_mail_that_waits_does_not_leave_once_the_customer_is_silent() -> None:
    debtor = Debtor()
    batch = frozen()
    take_in(statement(batch_credit(batch)))
    customers.place_hold(
        customer=debtor.customer, blocks="money", reason="overleden", by=SYSTEM, now=at(5)
    )

    take_in(statement(return_of(debtor.collection), opening=batch.total_cents, number=2), number=6)
    outbox.send_due(now=at(7))

    assert debtor.asked == []

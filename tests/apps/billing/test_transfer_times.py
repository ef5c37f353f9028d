"""How long transfers took until they paid, and an account from which many customers pay."""

from datetime import UTC, datetime, timedelta

import pytest

from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions, matching
from balie.apps.billing.transfer_times import times_of_transfers
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_customer,
    new_invoice,
    new_mandate,
    take_in,
)

pytestmark = pytest.mark.django_db
IBAN = "NL20INGB0001234567"
LATER = NOW + timedelta(days=60)


def bring(*entries: Entry) -> None:
    new_account(opening=0)
    take_in(camt(*entries, opening=0))


@pytest.mark.postgres
def test_transfers_are_measured_until_they_pay_and_what_waits_is_counted() -> None:
    invoice = new_invoice(cents=1000)
    bring(Entry(cents=1210, text=invoice.number), Entry(cents=777, text="hosting"))
    actions.match_transfers(by=SYSTEM, now=NOW)

    soon = times_of_transfers(now=NOW, since=NOW - timedelta(days=84), policy=Policy())
    later = times_of_transfers(now=LATER, since=NOW - timedelta(days=84), policy=Policy())
    before = times_of_transfers(now=NOW, since=datetime(2027, 1, 1, tzinfo=UTC), policy=Policy())

    assert (soon.count, soon.waiting) == (1, 0)
    assert (later.count, later.waiting, later.in_time) == (1, 1, 50)
    assert before.count == 0


@pytest.mark.parametrize(("customers", "certainty"), [(2, "likely"), (3, "none")])
def test_account_of_many_customers_identifies_nobody(customers: int, certainty: str) -> None:
    for cents in range(customers):
        customer = new_customer()
        new_mandate(customer, iban=IBAN)
        new_invoice(customer, cents=1000 + cents * 100)
    bring(Entry(cents=500, text="hosting", iban=IBAN))
    (piece,) = EntrySlice.objects.all()

    assert matching.finder().match(piece).certainty == certainty

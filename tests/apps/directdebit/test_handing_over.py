"""A file that the bank cannot have in time never leaves; its debits are announced anew."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from balie.apps.directdebit.actions.handing_over import too_late_from
from balie.apps.directdebit.models import CollectionBatch
from balie.apps.office import queries as office
from balie.domain import workdays
from balie.domain.policy import Collecting, Policy
from balie.infra import clock, outbox
from balie.infra.models import OutboxRow
from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import (
    Debtor,
    announce,
    at,
    bill,
    day,
    dropped,
    freeze,
    frozen,
    take_status,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lead", [1, 2, 5])
@pytest.mark.parametrize("number", range(40))
def test_file_is_too_late_when_too_few_bank_days_are_left(lead: int, number: int) -> None:
    policy = Policy(collecting=Collecting(lead_target_days=lead))
    collected_on = workdays.next_target_day(date(2026, 12, 1) + timedelta(days=number))

    first_too_late = clock.local(too_late_from(collected_on, policy=policy)).date()

    last = first_too_late - timedelta(days=1)
    assert workdays.add_target_days(last, lead) <= collected_on
    assert workdays.add_target_days(first_too_late, lead) > collected_on


def unwritable_folder() -> Path:
    """A file where the folder for the bank should be."""
    place = Path(settings.BALIE_HOME) / "bank"
    place.write_text("in the way")
    return place


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(90)) if not result.holds]


def batch_of(debtor: Debtor) -> CollectionBatch:
    return CollectionBatch.objects.get(collections=debtor.collection)


@pytest.mark.usefixtures("bank")
def test_file_that_could_not_leave_in_time_is_taken_back_and_announced_anew() -> None:
    debtor = Debtor()
    bill()
    announce()
    in_the_way = unwritable_folder()
    freeze(1)
    in_the_way.unlink()

    outbox.send_due(now=at(2))

    row = OutboxRow.objects.get(kind="bank-file")
    batch = batch_of(debtor)
    assert (row.state, batch.state) == ("expired", "withdrawn")
    assert not dropped(batch).exists()
    assert debtor.collection.state == "withdrawn"
    (again,) = announce(2).announced
    assert (again.amount_cents, again.collection_date) == (1210, day(7))
    assert broken() == []


@pytest.mark.usefixtures("bank")
def test_file_that_lies_in_the_folder_all_the_same_counts_as_handed_over() -> None:
    """Balie stopped between dropping the file and noting it."""
    debtor = Debtor()
    bill()
    announce()
    freeze(1, send=False)
    place = dropped(batch_of(debtor))
    place.parent.mkdir(parents=True)
    place.write_bytes(b"the file")

    outbox.send_due(now=at(2))

    assert batch_of(debtor).state == "handed_over"
    assert debtor.collection.state == "exported"


def test_file_that_was_answered_is_not_taken_back(bank: SimulatedBank) -> None:
    debtor = Debtor()
    bill()
    announce()
    freeze(1, send=False)
    batch = batch_of(debtor)
    take_status(bank.receive_file(bytes(batch.content), at=at(1)))

    outbox.send_due(now=at(2))

    assert batch_of(debtor).state == "accepted"
    assert debtor.collection.state == "exported"


@pytest.mark.usefixtures("bank")
def test_announcement_that_comes_too_late_does_not_leave() -> None:
    debtor = Debtor()
    bill()
    announce(send=False)

    outbox.send_due(now=at(1))

    row = OutboxRow.objects.get(kind="debit-announced")
    assert (row.state, mail.outbox) == ("expired", [])
    assert [one.reason for one in freeze(1).left_out] == ["not_notified"]
    assert debtor.collection.state == "withdrawn"


def test_file_in_time_is_handed_over(bank: SimulatedBank) -> None:
    Debtor()

    batch = frozen()

    assert batch.state == "handed_over"
    assert dropped(batch).exists()

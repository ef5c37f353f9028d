"""Two runs at the same moment put no debit in two files and settle none twice."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from balie.apps.banking import actions as banking
from balie.apps.banking.models import SliceClaim
from balie.apps.directdebit import actions
from balie.apps.directdebit.actions import FreezeReceipt
from balie.apps.directdebit.models import Collection, CollectionBatch, RTransaction
from balie.apps.office import queries as office
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import (
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    frozen,
    new_bank,
    return_of,
    statement,
)
from tests.apps.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

EXPORTING = 'UPDATE "directdebit_collection" SET "batch_id"'


@pytest.fixture
def bank(committed: None) -> SimulatedBank:
    return new_bank()


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(9)) if not result.holds]


def freeze_at_once() -> list[FreezeReceipt]:
    receipts: list[FreezeReceipt] = []

    def freeze(_: int) -> None:
        receipts.append(actions.freeze_due(today=at(1).date(), by=SYSTEM, now=at(1)))

    assert at_once(freeze, before=EXPORTING) == ["done", "done"]
    return receipts


def in_files(collection: Collection) -> int:
    contents = [bytes(batch.content) for batch in CollectionBatch.objects.all()]
    return sum(collection.end_to_end_id.encode() in content for content in contents)


def test_two_freezes_at_the_same_moment_make_one_file(bank: SimulatedBank) -> None:
    debtor = Debtor()
    bill()
    announce()

    receipts = freeze_at_once()

    assert sorted(len(receipt.batches) for receipt in receipts) == [0, 1]
    assert in_files(debtor.collection) == 1
    assert OutboxRow.objects.filter(kind="bank-file").count() == 1
    assert broken() == []


def test_two_freezes_without_a_guard_collect_twice(
    bank: SimulatedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the UPDATE does not say in which state the debit must be."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time; the guard is for PostgreSQL")
    debtor = Debtor()
    bill()
    announce()
    real = QuerySet.update

    def unguarded(self: QuerySet[Any], **changes: Any) -> int:
        if "batch" in changes:
            self = Collection.objects.filter(customer=debtor.customer)
        return real(self, **changes)

    monkeypatch.setattr(QuerySet, "update", unguarded)
    freeze_at_once()

    assert in_files(debtor.collection) == 2


def test_two_claims_at_the_same_moment_settle_once(bank: SimulatedBank) -> None:
    settled, returned = Debtor(), Debtor()
    batch = frozen()
    content = statement(batch_credit(batch), return_of(returned.collection))
    file = banking.receive_file(name="bank.xml", content=content, by=SYSTEM, now=at(4))
    banking.book_file(file=file, by=SYSTEM, now=at(4))

    ends = at_once(
        lambda _: actions.claim_slices(by=SYSTEM, now=at(4)),
        before='INSERT INTO "ledger_journalentry"',
    )
    actions.claim_slices(by=SYSTEM, now=at(4))

    assert ends == ["done", "done"]
    assert [one.collection.state for one in (settled, returned)] == ["settled", "returned"]
    assert (SliceClaim.objects.count(), RTransaction.objects.count()) == (2, 1)
    assert broken() == []


def test_two_announcements_at_the_same_moment_announce_once(bank: SimulatedBank) -> None:
    debtor = Debtor()
    bill()

    ends = at_once(
        lambda _: actions.announce(today=at(0).date(), by=SYSTEM, now=at(0)),
        before='INSERT INTO "directdebit_collectionpart"',
    )

    assert ends == ["done", "done"]
    assert Collection.objects.filter(customer=debtor.customer).count() == 1
    assert OutboxRow.objects.filter(kind="debit-announced").count() == 1

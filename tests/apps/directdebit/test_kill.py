"""Freezing and settling, killed anywhere and run again, end as if nothing had happened."""

from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction

from balie.apps.banking import actions as banking
from balie.apps.banking.models import SliceClaim
from balie.apps.billing.models import Allocation
from balie.apps.directdebit import actions
from balie.apps.directdebit.actions import bank_answers, batches, returns
from balie.apps.directdebit.actions.announcing import next_reference
from balie.apps.directdebit.models import CollectionBatch, CollectionPart, RTransaction
from balie.apps.office import queries as office
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import new_account
from tests.apps.directdebit.collecting import (
    GROSS,
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    frozen,
    return_of,
    statement,
)
from tests.apps.killing import EVERY, kill_points

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.usefixtures("committed")]

_accounts = count(1)


def broken() -> list[str]:
    return [
        str(violation) for result in office.verify(now=at(9)) for violation in result.violations
    ]


def announced() -> list[Debtor]:
    """Two debtors whose debits were announced."""
    debtors = [Debtor(), Debtor()]
    bill()
    announce()
    return debtors


def freeze(_: object = None) -> None:
    actions.freeze_due(today=at(1).date(), by=SYSTEM, now=at(1))


def damage_to_freezing(debtors: list[Debtor]) -> list[str]:
    """What is wrong right after the kill and after running again."""
    found = broken()
    freeze()
    outbox.send_due(now=at(1))
    found += broken()
    contents = [bytes(batch.content) for batch in CollectionBatch.objects.all()]
    for debtor in debtors:
        collection = debtor.collection
        files = sum(collection.end_to_end_id.encode() in content for content in contents)
        steps = list(collection.steps.order_by("pk").values_list("state", flat=True))
        if files != 1 or steps != ["announced", "exported"]:
            found.append(f"{collection} is in {files} files and took the steps {steps}")
    batch = debtors[0].collection.batch
    rows = OutboxRow.objects.filter(kind="bank-file", payload={"batch": batch and batch.pk})
    if batch is None or batch.state != "handed_over" or rows.count() != 1:
        found.append("its file was not handed over once")
    return found


def test_freezing_killed_anywhere_ends_the_same_when_run_again() -> None:
    points = 0
    for point, debtors in kill_points(announced, freeze):
        assert damage_to_freezing(debtors) == [], point
        points += 1

    assert points >= 30 // EVERY


def test_freezing_that_is_no_transaction_does_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: what needs a transaction has its own, the batch has none."""
    freeze_day, put = batches._freeze_day, outbox.put

    def work(_: list[Debtor]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(batches, "_freeze_day", naked(freeze_day))
            patch.setattr(outbox, "put", transaction.atomic(put))
            patch.setattr(batches, "next_reference", transaction.atomic(next_reference))
            freeze()

    assert any(damage_to_freezing(debtors) for _, debtors in kill_points(announced, work))


def naked(action: Callable[..., Any]) -> Callable[..., Any]:
    """The action without the transaction around it."""
    inside: Callable[..., Any] = action.__wrapped__  # type: ignore[attr-defined]
    return inside


def booked() -> list[Debtor]:
    """Two debtors; the bank credits both debits and takes one back, and nobody claimed it yet."""
    debtors = [Debtor(), Debtor()]
    batch = frozen()
    account = new_account(iban=f"DOOD{next(_accounts)}", opening=0, now=at(0))
    content = statement(
        batch_credit(batch),
        return_of(debtors[1].collection, reason="AC04"),
        iban=account.iban,
    )
    file = banking.receive_file(name="bank.xml", content=content, by=SYSTEM, now=at(4))
    banking.book_file(file=file, by=SYSTEM, now=at(4))
    return debtors


def claim(_: object = None) -> None:
    actions.claim_slices(by=SYSTEM, now=at(4))


def damage_to_claiming(debtors: list[Debtor]) -> list[str]:
    """What is wrong right after the kill and after running again."""
    found = broken()
    claim()
    found += broken()
    for debtor, state, owes, allocations in zip(
        debtors, ("settled", "returned"), (0, GROSS), (1, 2), strict=True
    ):
        collection = debtor.collection
        if (collection.state, debtor.owes, debtor.invoice.open_cents) != (state, owes, owes):
            found.append(f"{collection} is {collection.state}, {debtor.owes} cents are owed")
        if Allocation.objects.filter(invoice=debtor.invoice).count() != allocations:
            found.append(f"{collection} was not allocated {allocations} times")
        if CollectionPart.objects.filter(collection=collection, live=owes > 0).exists():
            found.append(f"the parts of {collection} do not fit its state")
    undone = RTransaction.objects.filter(collection=debtors[1].collection)
    mails = OutboxRow.objects.filter(
        kind="collection-failed",
        payload__r_transaction__in=list(undone.values_list("pk", flat=True)),
    )
    if (undone.count(), mails.count(), debtors[1].mandate_status) != (1, 1, "suspended"):
        found.append("what came back was not followed up once")
    return found


def test_claiming_killed_anywhere_ends_the_same_when_run_again() -> None:
    points = 0
    for point, debtors in kill_points(booked, claim):
        assert damage_to_claiming(debtors) == [], point
        points += 1

    assert points >= 100 // EVERY


@pytest.mark.parametrize(
    ("module", "action"), [(bank_answers, "settle"), (returns, "record_return")]
)
def test_claiming_that_is_no_transaction_does_damage(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, action: str
) -> None:
    """The broken twin: the steps of one claim are committed one by one."""
    put, real = outbox.put, getattr(module, action)

    def work(_: list[Debtor]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(module, action, naked(real))
            patch.setattr(outbox, "put", transaction.atomic(put))
            claim()

    assert any(damage_to_claiming(debtors) for _, debtors in kill_points(booked, work))


def test_claiming_leaves_the_same_trail_however_often_it_runs() -> None:
    booked()
    claim()
    before = (SliceClaim.objects.count(), AuditEvent.objects.count(), OutboxRow.objects.count())

    claim()

    after = (SliceClaim.objects.count(), AuditEvent.objects.count(), OutboxRow.objects.count())
    assert after == before

"""Each constraint of direct debit refuses the row it is there for, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.banking.models import SliceClaim
from balie.apps.directdebit import actions
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
    Dispute,
    RTransaction,
    StatusFile,
)
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import (
    Debtor,
    at,
    batch_credit,
    frozen,
    return_of,
    statement,
    take_in,
)
from tests.apps.refusing import assert_refused, copy_of, declared
from tests.apps.tickets.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def part(**changes: Any) -> Any:
    return copy_of(CollectionPart.objects.get(collection__state="settled"), **changes)


def collection(**changes: Any) -> Any:
    return copy_of(Collection.objects.get(state="settled"), **{"end_to_end_id": "other", **changes})


def undone(**changes: Any) -> Any:
    settled = Collection.objects.get(state="settled")
    return copy_of(RTransaction.objects.get(), **{"collection": settled, "claim": None, **changes})


ROWS: dict[str, Callable[[], Any]] = {
    "directdebit_amount_positive": lambda: collection(amount_cents=0),
    "directdebit_exported_in_batch": lambda: collection(batch=None),
    "directdebit_one_live_part_per_invoice": lambda: part(
        collection=Collection.objects.get(state="returned")
    ),
    "directdebit_part_unique": lambda: part(live=False),
    "directdebit_part_positive": lambda: part(
        collection=Collection.objects.get(state="returned"), live=False, amount_cents=0
    ),
    "directdebit_return_has_entry": undone,
    "directdebit_one_open_dispute": lambda: copy_of(
        Dispute.objects.get(), ticket=ask(at(5)).ticket
    ),
    "directdebit_collection.end_to_end_id": lambda: copy_of(Collection.objects.earliest("pk")),
    "directdebit_collectionbatch.message_id": lambda: copy_of(
        CollectionBatch.objects.get(), payment_information_id="other"
    ),
    "directdebit_collectionbatch.payment_information_id": lambda: copy_of(
        CollectionBatch.objects.get(), message_id="other"
    ),
    "directdebit_rtransaction.collection_id": lambda: copy_of(
        RTransaction.objects.get(), kind="reject", claim=None
    ),
    "directdebit_rtransaction.claim_id": lambda: undone(claim=RTransaction.objects.get().claim),
    "directdebit_statusfile.sha256": lambda: copy_of(StatusFile.objects.get()),
    "directdebit_dispute.ticket_id": lambda: copy_of(Dispute.objects.get(), closed_at=at(6)),
}


@pytest.fixture(autouse=True)
def honest_rows(bank: SimulatedBank) -> None:
    """A debit that was settled and is disputed, and one that came back."""
    settled, returned = Debtor(), Debtor()
    batch = frozen()
    take_in(statement(batch_credit(batch), return_of(returned.collection)))
    ticket = ask(at(5)).ticket
    actions.open_dispute(collection=settled.collection, ticket=ticket, by=SYSTEM, now=at(5))
    StatusFile.objects.create(sha256="a", content=b"", received_at=at(1), received_by="system")


@pytest.mark.parametrize("constraint", ROWS)
def test_constraint_refuses_its_row(constraint: str) -> None:
    assert_refused(ROWS[constraint](), constraint)


def test_every_constraint_has_a_row() -> None:
    assert set(ROWS) == declared("directdebit")


def test_debit_that_is_only_announced_needs_no_batch() -> None:
    collection(state="announced", batch=None).save()

    assert Collection.objects.filter(batch=None).count() == 1


def test_reject_needs_no_bank_entry_and_a_return_has_one() -> None:
    undone(kind="reject").save()

    assert RTransaction.objects.filter(claim=None).count() == 1
    assert SliceClaim.objects.filter(claimant="return").count() == 1


def test_dispute_that_ended_makes_room_for_another() -> None:
    Dispute.objects.update(closed_at=at(6), outcome="explained")

    copy_of(Dispute.objects.get(), ticket=ask(at(5)).ticket, closed_at=None).save()

    assert Dispute.objects.count() == 2


def test_step_is_never_changed() -> None:
    steps = CollectionStep.objects.all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        steps.update(reached_by="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        steps._raw_delete("default")


def test_r_transaction_is_never_changed() -> None:
    came_back = RTransaction.objects.all()
    assert came_back.exists()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        came_back.update(reason_code="AM04")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        came_back._raw_delete("default")

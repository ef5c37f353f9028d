"""Each invariant of direct debit holds after honest work and catches its planted break."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from balie.apps.billing.models import InvoiceHold
from balie.apps.directdebit import invariants
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
    RTransaction,
)
from balie.apps.mandates.models import Mandate, MandateChange
from balie.infra import append_only, outbox
from balie.infra.invariants import Result
from balie.infra.models import OutboxRow
from balie.simulator.bank import SimulatedBank
from tests.apps.building import new_invoice
from tests.apps.directdebit.collecting import (
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    frozen,
    return_of,
    statement,
    take_in,
)

pytestmark = pytest.mark.django_db

LATER = at(9)


@pytest.fixture(autouse=True)
def honest_work(bank: SimulatedBank) -> None:
    """Debits settled, returned and only announced."""
    returned = [Debtor(), Debtor()][1]
    batch = frozen()
    take_in(statement(batch_credit(batch), return_of(returned.collection, reason="AC04")))
    Debtor()
    bill(7)
    announce(7)


def live_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX directdebit_one_live_part_per_invoice")
    other = Collection.objects.get(state="announced")
    part = CollectionPart.objects.get(collection__state="settled")
    CollectionPart.objects.create(collection=other, invoice=part.invoice, amount_cents=1, live=True)


def live_although_undone() -> None:
    CollectionPart.objects.filter(collection__state="returned").update(live=True)


def free_although_exported() -> None:
    CollectionPart.objects.filter(collection__state="settled").update(live=False)


def free_although_announced() -> None:
    CollectionPart.objects.filter(collection__state="announced").update(live=False)


def parts_of_less() -> None:
    CollectionPart.objects.filter(collection__state="settled").update(amount_cents=1)


def no_parts() -> None:
    CollectionPart.objects.filter(collection__state="settled").delete()


def moved_without_a_step() -> None:
    Collection.objects.filter(state="announced").update(state="withdrawn")


def no_steps() -> None:
    with append_only.lifted("directdebit_collectionstep"):
        CollectionStep.objects.filter(collection__state="announced").delete()


def other_bytes() -> None:
    batch = CollectionBatch.objects.get()
    batch.content = bytes(batch.content).replace(b"12.10", b"12.11")
    batch.save()


def other_amount_than_in_the_file() -> None:
    Collection.objects.filter(state="settled").update(amount_cents=F("amount_cents") + 1)


def other_sum() -> None:
    CollectionBatch.objects.update(total_cents=F("total_cents") + 1)


def other_count() -> None:
    CollectionBatch.objects.update(count=F("count") + 1)


def in_two_files() -> None:
    batch = CollectionBatch.objects.get()
    batch.pk, batch.message_id, batch.payment_information_id = None, "other", "other"
    batch.save()


def came_back_with_more() -> None:
    with append_only.lifted("directdebit_rtransaction"):
        RTransaction.objects.update(amount_cents=F("amount_cents") + 1)


def came_back_yet_settled() -> None:
    Collection.objects.filter(state="returned").update(state="settled")


def returned_without_a_trace() -> None:
    with append_only.lifted("directdebit_rtransaction"):
        RTransaction.objects.all().delete()


def settled_by_nothing() -> None:
    Collection.objects.filter(state="settled").update(claim=None)


def settled_on_no_day() -> None:
    Collection.objects.filter(state="returned").update(settled_on=None)


def mandate_signed_later() -> None:
    Mandate.objects.update(signed_on=Collection.objects.earliest("pk").collection_date)
    Mandate.objects.update(signed_on=F("signed_on") + timedelta(days=1))


def mandate_revoked_before() -> None:
    with append_only.lifted("mandates_mandatechange"):
        MandateChange.objects.filter(to_status="active").update(to_status="revoked")


def not_announced() -> None:
    OutboxRow.objects.filter(kind="debit-announced").earliest("pk").delete()


def announcement_never_left() -> None:
    OutboxRow.objects.filter(kind="debit-announced").update(state="queued", accepted_at=None)


def announced_with_another_amount() -> None:
    for row in OutboxRow.objects.filter(kind="debit-announced"):
        row.payload["amount_cents"] += 1
        row.save()


def announced_too_late() -> None:
    OutboxRow.objects.filter(kind="debit-announced").update(accepted_at=at(1))


def queue_again(kind: str) -> None:
    row = OutboxRow.objects.filter(kind=kind).earliest("pk")
    with transaction.atomic():
        outbox.put(
            kind=kind, event="again", recipient=("customer", 1), payload=row.payload, now=LATER
        )


def announced_twice() -> None:
    queue_again("debit-announced")


def asked_twice() -> None:
    queue_again("collection-failed")


def file_never_queued() -> None:
    OutboxRow.objects.filter(kind="bank-file").delete()


def nobody_asked() -> None:
    OutboxRow.objects.filter(kind="collection-failed").delete()


def hold_removed() -> None:
    InvoiceHold.objects.all().delete()


def hold_lifted_before_it_came_back() -> None:
    InvoiceHold.objects.update(lifted_at=at(0))


def final_earlier() -> None:
    Collection.objects.filter(state="settled").update(final_on=F("final_on") - timedelta(days=1))


def refundable_longer() -> None:
    Collection.objects.filter(state="returned").update(
        charge_back_until=F("charge_back_until") + timedelta(days=1)
    )


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.one_live_collection_per_invoice, live_twice),
    (invariants.one_live_collection_per_invoice, live_although_undone),
    (invariants.one_live_collection_per_invoice, free_although_exported),
    (invariants.one_live_collection_per_invoice, free_although_announced),
    (invariants.parts_sum_to_collection, parts_of_less),
    (invariants.parts_sum_to_collection, no_parts),
    (invariants.states_are_steps, moved_without_a_step),
    (invariants.states_are_steps, no_steps),
    (invariants.files_are_as_frozen, other_bytes),
    (invariants.files_are_as_frozen, other_amount_than_in_the_file),
    (invariants.files_are_as_frozen, other_sum),
    (invariants.files_are_as_frozen, other_count),
    (invariants.files_are_as_frozen, in_two_files),
    (invariants.undone_at_most_once, came_back_with_more),
    (invariants.undone_at_most_once, came_back_yet_settled),
    (invariants.undone_at_most_once, returned_without_a_trace),
    (invariants.settled_has_claim, settled_by_nothing),
    (invariants.settled_has_claim, settled_on_no_day),
    (invariants.collected_with_mandate_and_notice, mandate_signed_later),
    (invariants.collected_with_mandate_and_notice, mandate_revoked_before),
    (invariants.collected_with_mandate_and_notice, not_announced),
    (invariants.collected_with_mandate_and_notice, announcement_never_left),
    (invariants.collected_with_mandate_and_notice, announced_with_another_amount),
    (invariants.collected_with_mandate_and_notice, announced_too_late),
    (invariants.customers_are_told_once, not_announced),
    (invariants.customers_are_told_once, announced_twice),
    (invariants.customers_are_told_once, asked_twice),
    (invariants.what_must_leave_is_queued, file_never_queued),
    (invariants.what_must_leave_is_queued, nobody_asked),
    (invariants.what_came_back_is_held, hold_removed),
    (invariants.what_came_back_is_held, hold_lifted_before_it_came_back),
    (invariants.days_follow_from_the_policy, final_earlier),
    (invariants.days_follow_from_the_policy, refundable_longer),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=LATER)

    assert result.violations == ()
    assert result.checked > 0


@pytest.mark.postgres
@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    plant()

    assert not check(now=LATER).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)


def test_invoice_that_is_not_collected_breaks_nothing() -> None:
    new_invoice(today=at(8).date(), now=at(8))

    assert all(check(now=LATER).holds for check in invariants.INVARIANTS)

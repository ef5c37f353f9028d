"""Freeze announced collections into one file per day, hand it over, read the bank's answer."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO

from django.db import transaction

from balie.apps.billing import queries as billing
from balie.apps.directdebit.actions.announcing import LeftOut, held_customers, next_reference
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
)
from balie.apps.mandates import actions as mandate_actions
from balie.apps.mandates import queries as mandates
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.formats.pain008 import (
    Creditor,
    DirectDebit,
    DirectDebitFile,
    PaymentBlock,
    write_pain008,
)
from balie.infra import audit, clock, halt, outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow


class FrozenMeanwhile(Exception):
    """Another run froze or withdrew some of these collections: nothing of this batch was made."""


@dataclass
class FreezeReceipt:
    """The batches one run froze, and the announced collections it withdrew with why."""

    batches: list[CollectionBatch] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What every collection of a day is judged by: policy, holds, and which were told of when."""

    policy: Policy
    held: set[int]
    told_at: dict[int, datetime | None]


def freeze_due(*, today: date, by: Actor, now: datetime) -> FreezeReceipt:
    """Freeze every announced collection the bank must have by now, one batch per collection date.

    A collection that met an obstacle since, whose announcement did not leave in time, or whose day
    has passed, is withdrawn and says why; its invoices may be announced anew. Frozen bytes are
    never made again. A day that another run is at is left to it.
    """
    halt.raise_if_halted()
    policy = policies.policy_in_force(now=now)
    until = workdays.add_target_days(today, policy.collecting.lead_target_days)
    due = Collection.objects.filter(state=Collection.State.ANNOUNCED, collection_date__lte=until)
    receipt = FreezeReceipt()
    for day in sorted(set(due.values_list("collection_date", flat=True))):
        with contextlib.suppress(FrozenMeanwhile):
            _freeze_day(day, policy=policy, today=today, by=by, now=now, receipt=receipt)
    return receipt


@transaction.atomic
def _freeze_day(
    day: date, *, policy: Policy, today: date, by: Actor, now: datetime, receipt: FreezeReceipt
) -> None:
    announced = list(
        Collection.objects.filter(state=Collection.State.ANNOUNCED, collection_date=day)
        .select_related("mandate", "customer", "policy_version")
        .prefetch_related("parts__invoice__holds")
        .order_by("pk")
    )
    grounds = Grounds(policy=policy, held=held_customers(now=now), told_at=_told_at(announced))
    kept, left_out = [], []
    for collection in announced:
        reason = next(_obstacles(collection, grounds=grounds, today=today, now=now), None)
        if reason is None:
            kept.append(collection)
            continue
        withdraw(collection=collection, by=by, now=now)
        left_out += [
            LeftOut(collection.customer.number, part.invoice.number, reason)
            for part in collection.parts.all()
        ]
    if kept:
        receipt.batches.append(_freeze(kept, day=day, policy=policy, by=by, now=now))
    receipt.left_out += left_out


def _obstacles(
    collection: Collection, *, grounds: Grounds, today: date, now: datetime
) -> Iterator[str]:
    """Yield the codes of why an announced collection may not go."""
    if collection.collection_date <= today:
        yield "day_passed"
    if collection.customer_id in grounds.held:
        yield "customer_held"
    if not _was_notified(collection, told_at=grounds.told_at.get(collection.pk)):
        yield "not_notified"
    obstacle = mandates.obstacle_to_collect(
        collection.mandate, on=collection.collection_date, policy=grounds.policy
    )
    if obstacle is not None:
        yield f"mandate_{obstacle.code}"
    for part in collection.parts.all():
        if part.invoice.open_cents != part.amount_cents:
            yield "amount_changed"
        if hold := billing.standing_hold(part.invoice, now=now):
            yield f"hold_{hold}"


def _was_notified(collection: Collection, *, told_at: datetime | None) -> bool:
    """Tell whether the announcement left, and long enough before the day (guide: bank, 1.7)."""
    if told_at is None:
        return False
    policy = policies.policy_of(collection.policy_version)
    notice = timedelta(days=policy.collecting.prenotification_days)
    return clock.local(told_at).date() + notice <= collection.collection_date


def _told_at(collections: Sequence[Collection]) -> dict[int, datetime | None]:
    """Return when the announcement of each collection left, by its id, in one query."""
    events = {f"debit-announced:{collection.pk}": collection.pk for collection in collections}
    rows = OutboxRow.objects.filter(event__in=events).values_list("event", "accepted_at")
    return {events[event]: accepted_at for event, accepted_at in rows}


@transaction.atomic
def withdraw(*, collection: Collection, by: Actor, now: datetime) -> None:
    """Take back an announced collection before it goes to the bank; its invoices are free again."""
    changed = Collection.objects.filter(pk=collection.pk, state=Collection.State.ANNOUNCED).update(
        state=Collection.State.WITHDRAWN
    )
    if not changed:
        return
    CollectionPart.objects.filter(collection=collection).update(live=False)
    CollectionStep.objects.create(
        collection=collection,
        state=Collection.State.WITHDRAWN,
        reached_at=now,
        reached_by=str(by),
    )


def _freeze(
    collections: list[Collection], *, day: date, policy: Policy, by: Actor, now: datetime
) -> CollectionBatch:
    message_id = next_reference("M", policy=policy)
    block_id = next_reference("P", policy=policy)
    content = BytesIO()
    write_pain008(
        _file(
            collections, message_id=message_id, block_id=block_id, day=day, policy=policy, now=now
        ),
        content,
    )
    batch = CollectionBatch.objects.create(
        message_id=message_id,
        payment_information_id=block_id,
        collection_date=day,
        total_cents=sum(collection.amount_cents for collection in collections),
        count=len(collections),
        content=content.getvalue(),
        sha256=hashlib.sha256(content.getvalue()).hexdigest(),
        state=CollectionBatch.State.FROZEN,
        frozen_at=now,
        frozen_by=str(by),
    )
    ids = [collection.pk for collection in collections]
    mine = Collection.objects.filter(pk__in=ids, state=Collection.State.ANNOUNCED)
    if mine.update(batch=batch, state=Collection.State.EXPORTED) != len(ids):
        raise FrozenMeanwhile(f"some of the collections of {day} were frozen or withdrawn")
    CollectionStep.objects.bulk_create(
        CollectionStep(
            collection_id=pk, state=Collection.State.EXPORTED, reached_at=now, reached_by=str(by)
        )
        for pk in ids
    )
    mandate_actions.mark_presented(
        mandates=[collection.mandate_id for collection in collections], on=day
    )
    audit.record(
        event="batch.frozen",
        by=by,
        subject=("batch", batch.pk),
        now=now,
        data={"sha256": batch.sha256, "total_cents": batch.total_cents},
    )
    outbox.put(
        kind="bank-file",
        event=f"bank-file:{batch.message_id}",
        recipient=("bank", batch.pk),
        payload={"batch": batch.pk},
        now=now,
    )
    return batch


def _file(
    collections: list[Collection],
    *,
    message_id: str,
    block_id: str,
    day: date,
    policy: Policy,
    now: datetime,
) -> DirectDebitFile:
    company = policy.company
    return DirectDebitFile(
        message_id=message_id,
        created_at=now,
        creditor=Creditor(
            name=company.name,
            iban=company.iban,
            bic=company.bic,
            creditor_identifier=company.creditor_identifier,
        ),
        blocks=(
            PaymentBlock(
                payment_information_id=block_id,
                collection_date=day,
                sequence_type="RCUR",
                scheme="CORE",  # the policy knows no other yet
                collections=tuple(_debit(collection) for collection in collections),
            ),
        ),
    )


def _debit(collection: Collection) -> DirectDebit:
    numbers = [part.invoice.number for part in collection.parts.all()]
    return DirectDebit(
        end_to_end_id=collection.end_to_end_id,
        amount_cents=collection.amount_cents,
        mandate_reference=collection.mandate.mandate_reference,
        signed_on=collection.mandate.signed_on,
        debtor_name=collection.mandate.debtor_name,
        debtor_iban=collection.mandate.iban,
        remittance_information=_quote(numbers, collection.customer.number),
    )


def _quote(numbers: list[str], customer_number: str) -> str:
    """What the debtor reads on his statement: the invoices as far as they fit in 140 characters."""
    text = f"Factuur {', '.join(numbers)}"
    return text if len(text) <= 140 else f"{len(numbers)} facturen, klant {customer_number}"


@transaction.atomic
def note_handed_over(*, batch: CollectionBatch, now: datetime) -> None:
    """Note that the bank's folder has the file; its fate is unknown until the bank says."""
    CollectionBatch.objects.filter(pk=batch.pk, state=CollectionBatch.State.FROZEN).update(
        state=CollectionBatch.State.HANDED_OVER, handed_over_at=now
    )

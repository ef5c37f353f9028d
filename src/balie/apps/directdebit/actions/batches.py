"""Freeze announced collections into one file per day, hand it over, read the bank's answer."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from balie.apps.billing import queries as billing
from balie.apps.billing.models import InvoiceHold
from balie.apps.customers.models import Hold
from balie.apps.directdebit.actions.announcing import LeftOut, held_customers, next_reference
from balie.apps.directdebit.actions.bank_files import debit_of, file_of
from balie.apps.directdebit.actions.handing_over import too_late_from
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
)
from balie.apps.mandates import actions as mandate_actions
from balie.apps.mandates import queries as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.formats.direct_debits import Version, faults_of_one
from balie.formats.pain008 import write_pain008
from balie.infra import audit, clock, halt, outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow

log = logging.getLogger(__name__)

VERSION: Version = "pain.008.001.08"
ATTEMPTS = 3


class FrozenMeanwhile(Exception):
    """What this batch was judged by changed in the meantime: nothing of it was made."""


@dataclass
class FreezeReceipt:
    """The batches one run froze, the announced collections it withdrew with why, and the days
    that others were at the whole time: they are due still, and frozen by the next run.
    """

    batches: list[CollectionBatch] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    busy: list[date] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What every collection of a day is judged by: policy, holds, and which were told of when."""

    policy: Policy
    held: set[int]
    told_at: dict[int, datetime | None]
    came_back: set[int]


def freeze_due(*, today: date, by: Actor, now: datetime) -> FreezeReceipt:
    """Freeze every announced collection the bank must have by now, one batch per collection date.

    A collection that met an obstacle since, whose announcement did not leave in time, or whose day
    can no longer be met, is withdrawn and says why; its invoices may be announced anew. Frozen
    bytes are never made again. What changes while a day is frozen is judged anew.
    """
    halt.raise_if_halted()
    policy = policies.policy_in_force(now=now)
    until = workdays.add_target_days(today, policy.collecting.lead_target_days)
    due = Collection.objects.filter(state=Collection.State.ANNOUNCED, collection_date__lte=until)
    receipt = FreezeReceipt()
    for day in sorted(set(due.values_list("collection_date", flat=True))):
        if not _freeze_at_last(day, policy=policy, today=today, by=by, now=now, receipt=receipt):
            receipt.busy.append(day)
    return receipt


def _freeze_at_last(
    day: date, *, policy: Policy, today: date, by: Actor, now: datetime, receipt: FreezeReceipt
) -> bool:
    """Freeze a day, anew when it changed under our hands; False when it kept changing."""
    for _ in range(ATTEMPTS):
        try:
            _freeze_day(day, policy=policy, today=today, by=by, now=now, receipt=receipt)
        except FrozenMeanwhile as error:
            log.warning("judged anew", extra={"day": str(day), "why": str(error)})
        else:
            return True
    return False


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
    grounds = Grounds(
        policy=policy,
        held=held_customers(now=now),
        told_at=_told_at(announced),
        came_back=_came_back(announced),
    )
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
    lead = grounds.policy.collecting.lead_target_days
    if collection.collection_date < workdays.add_target_days(today, lead):
        yield "day_passed"
    if collection.customer_id in grounds.held:
        yield "customer_held"
    if collection.pk in grounds.came_back:
        yield "notice_bounced"
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
    debit = debit_of(collection)
    for fault in faults_of_one(debit, on=collection.collection_date, version=VERSION):
        log.error("not writable", extra={"collection": str(collection), "why": str(fault)})
        yield "not_writable"


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


def _came_back(collections: Sequence[Collection]) -> set[int]:
    """Return the collections whose announcement did not arrive: a bounced mail tells nobody."""
    events = {f"debit-announced:{collection.pk}": collection.pk for collection in collections}
    rows = outbox.bounced(kind="debit-announced").filter(event__in=events)
    return {events[event] for event in rows.values_list("event", flat=True)}


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
        file_of(
            collections, message_id=message_id, block_id=block_id, day=day, policy=policy, now=now
        ),
        content,
        version=VERSION,
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
    _export(collections, batch=batch, by=by, now=now)
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
        not_after=too_late_from(day, policy=policy),
    )
    return batch


def _export(
    collections: list[Collection], *, batch: CollectionBatch, by: Actor, now: datetime
) -> None:
    """Move what is frozen on, all or none. Raises FrozenMeanwhile."""
    ids = [collection.pk for collection in collections]
    if _as_judged(ids, now=now).update(batch=batch, state=Collection.State.EXPORTED) != len(ids):
        raise FrozenMeanwhile(f"some of the collections of {batch.collection_date} changed")
    CollectionStep.objects.bulk_create(
        CollectionStep(
            collection_id=pk, state=Collection.State.EXPORTED, reached_at=now, reached_by=str(by)
        )
        for pk in ids
    )
    mandate_actions.mark_presented(
        mandates=[collection.mandate_id for collection in collections], on=batch.collection_date
    )


def _as_judged(ids: list[int], *, now: datetime) -> QuerySet[Collection]:
    """Return which of these are still as they were judged: nothing blocks them, same amounts."""
    standing = Q(until_at__isnull=True) | Q(until_at__gt=now)
    parts = CollectionPart.objects.filter(collection=OuterRef("pk"))
    held_invoice = InvoiceHold.objects.filter(
        standing, invoice=OuterRef("invoice"), lifted_at__isnull=True
    )
    held = Hold.objects.filter(
        standing,
        customer=OuterRef("customer"),
        blocks=Hold.Blocks.MONEY,
        lifted_at__isnull=True,
    )
    return Collection.objects.filter(
        ~Exists(parts.exclude(amount_cents=F("invoice__open_cents"))),
        ~Exists(parts.filter(Exists(held_invoice))),
        ~Exists(held),
        pk__in=ids,
        state=Collection.State.ANNOUNCED,
        mandate__status=Mandate.Status.ACTIVE,
    )

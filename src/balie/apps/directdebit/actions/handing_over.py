"""What became of a frozen file on its way to the bank: handed over, or it never left."""

from datetime import date, datetime

from django.db import transaction

from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
)
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.infra import audit
from balie.infra.audit import Actor


def too_late_from(collection_date: date, *, policy: Policy) -> datetime:
    """Return the moment (UTC) from which the bank can no longer have a file for this day in time.

    Local midnight after the last day that has enough TARGET days before it (policy: collecting).
    """
    first_needed = workdays.add_target_days(collection_date, 1 - policy.collecting.lead_target_days)
    return workdays.start_of_day(first_needed, zone=policy.zone)


@transaction.atomic
def note_handed_over(*, batch: CollectionBatch, now: datetime) -> None:
    """Note that the bank's folder has the file; its fate is unknown until the bank says."""
    CollectionBatch.objects.filter(pk=batch.pk, state=CollectionBatch.State.FROZEN).update(
        state=CollectionBatch.State.HANDED_OVER, handed_over_at=now
    )


@transaction.atomic
def take_back_unsent(*, batch: CollectionBatch, reason: str, by: Actor, now: datetime) -> int:
    """Withdraw every debit of a file that never left; returns how many. Their invoices are free.

    A file the bank has answered, or that is handed over, is left as it is.
    """
    unsent = CollectionBatch.objects.filter(pk=batch.pk, state=CollectionBatch.State.FROZEN)
    if not unsent.update(state=CollectionBatch.State.WITHDRAWN):
        return 0
    ids = list(
        Collection.objects.filter(batch=batch, state=Collection.State.EXPORTED).values_list(
            "pk", flat=True
        )
    )
    Collection.objects.filter(pk__in=ids).update(state=Collection.State.WITHDRAWN)
    CollectionPart.objects.filter(collection__in=ids).update(live=False)
    CollectionStep.objects.bulk_create(
        CollectionStep(
            collection_id=pk, state=Collection.State.WITHDRAWN, reached_at=now, reached_by=str(by)
        )
        for pk in ids
    )
    audit.record(
        event="batch.withdrawn",
        by=by,
        subject=("batch", batch.pk),
        now=now,
        data={"reason": reason, "count": len(ids)},
    )
    return len(ids)

"""What the bank answers to a file before money moves: accepted, or rejected in part or whole."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from balie.apps.directdebit.actions.undoing import follow_up, move
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    RTransaction,
    StatusFile,
)
from balie.formats.pain002 import REJECTED, StatusReport, read_pain002
from balie.infra import clock
from balie.infra.audit import Actor

REFUSED_BY_DEBTOR = frozenset({"MS02", "SL01", "AC06"})
# The bank has it already. Our identifiers are used once, so a second copy was refused, and the
# first one goes on.
DUPLICATE = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})
NOTHING_SAID = frozenset({"PDNG", "RCVD", "ACTC"})
UNANSWERED = (CollectionBatch.State.FROZEN, CollectionBatch.State.HANDED_OVER)
# A bank may accept a file and reject it yet, until the money is booked.
REJECTABLE = (*UNANSWERED, CollectionBatch.State.ACCEPTED, CollectionBatch.State.REJECTED)


@dataclass
class StatusOutcome:
    """What one status report changed, and what in it named nothing of ours or came too late."""

    known: bool = False
    accepted: int = 0
    rejected: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


@transaction.atomic
def take_in_status(*, content: bytes, by: Actor, now: datetime) -> StatusOutcome:
    """Read a pain.002, keep it, and reject what it rejects. Twice does nothing twice.

    Raises formats.errors.UnreadableFile for what is no status report; then nothing is stored.
    """
    digest = hashlib.sha256(content).hexdigest()
    if StatusFile.objects.filter(sha256=digest).exists():
        return StatusOutcome(known=True)
    report = read_pain002(content)
    file = StatusFile.objects.create(
        sha256=digest, content=content, received_at=now, received_by=str(by)
    )
    outcome = _apply(report, by=by, now=now)
    file.outcome = (
        f"accepted {outcome.accepted}, rejected {len(outcome.rejected)}, "
        f"unmatched {', '.join(outcome.unmatched) or 'none'}"
    )
    file.save(update_fields=["outcome"])
    return outcome


def _apply(report: StatusReport, *, by: Actor, now: datetime) -> StatusOutcome:
    outcome = StatusOutcome()
    batch = CollectionBatch.objects.filter(message_id=report.original_message_id).first()
    if batch is None:
        outcome.unmatched.append(report.original_message_id)
        return outcome
    reasons = _rejected_whole(report, batch=batch, outcome=outcome)
    if reasons is None:
        return outcome
    reasons |= {
        item.end_to_end_id: item.reason_code or ""
        for item in report.transactions
        if item.is_rejected
    }
    for end_to_end_id, code in reasons.items():
        _reject(batch, end_to_end_id, code=code, outcome=outcome, by=by, now=now)
    left = batch.collections.filter(state=Collection.State.EXPORTED).count()
    if left and report.group_status in NOTHING_SAID:
        return outcome
    CollectionBatch.objects.filter(pk=batch.pk, state__in=REJECTABLE).update(
        state=CollectionBatch.State.ACCEPTED if left else CollectionBatch.State.REJECTED
    )
    outcome.accepted = left
    return outcome


def _rejected_whole(
    report: StatusReport, *, batch: CollectionBatch, outcome: StatusOutcome
) -> dict[str, str] | None:
    """Return a reason per end-to-end id when file or block is rejected; None to undo nothing."""
    blocks = [block for block in report.blocks if block.is_rejected]
    if not blocks and not report.group.is_rejected:
        return {}
    said = blocks[0] if blocks else report.group
    if said.reason_code in DUPLICATE or batch.state not in REJECTABLE:
        why = f"refused whole ({said.reason_code or REJECTED}) while {batch.state}"
        outcome.unmatched.append(f"{batch.message_id} {why}")
        return None
    references = batch.collections.values_list("end_to_end_id", flat=True)
    return dict.fromkeys(references, said.reason_code or "")


def _reject(
    batch: CollectionBatch,
    end_to_end_id: str,
    *,
    code: str,
    outcome: StatusOutcome,
    by: Actor,
    now: datetime,
) -> None:
    """Undo a collection that never settled: no money moved, so nothing is booked."""
    collection = batch.collections.filter(end_to_end_id=end_to_end_id).first()
    if collection is None:
        outcome.unmatched.append(end_to_end_id)
        return
    if collection.state == Collection.State.REJECTED:
        return
    if code in DUPLICATE or collection.state != Collection.State.EXPORTED:
        outcome.unmatched.append(f"{collection} rejected ({code}) while {collection.state}")
        return
    move(
        collection,
        from_state=Collection.State.EXPORTED,
        to_state=Collection.State.REJECTED,
        by=by,
        now=now,
    )
    CollectionPart.objects.filter(collection=collection).update(live=False)
    refused = code in REFUSED_BY_DEBTOR
    undone = RTransaction.objects.create(
        collection=collection,
        kind=RTransaction.Kind.REFUSAL if refused else RTransaction.Kind.REJECT,
        reason_code=code,
        amount_cents=collection.amount_cents,
        booked_on=clock.local(now).date(),
        recorded_at=now,
    )
    follow_up(undone, by=by, now=now)
    outcome.rejected.append(end_to_end_id)

"""What the bank says of a batch: its status, the credit that settles it, what comes back."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Allocation, Invoice, InvoiceHold
from balie.apps.directdebit.actions.disputes import close_dispute
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
    Dispute,
    RTransaction,
    StatusFile,
)
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.apps.mandates import actions as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.domain.reasons import reason_for
from balie.formats.pain002 import StatusReport, read_pain002
from balie.infra import audit, outbox
from balie.infra.audit import Actor

REJECTED = "RJCT"
REFUSED_BY_DEBTOR = frozenset({"MS02", "SL01", "AC06"})
CLAIMED_AT_BANK = frozenset({"MD06"})
RETURN_SUB_FAMILIES = ("UPDD", "PRDD", "RCDD")
BANK_MAY_RETURN_TARGET_DAYS = 5
MANDATE_AFTER = {
    "suspend": Mandate.Status.SUSPENDED,
    "revoke": Mandate.Status.REVOKED,
    "end": Mandate.Status.REVOKED,
}


@dataclass
class StatusOutcome:
    """What one status report changed, and what in it named nothing of ours."""

    known: bool = False
    accepted: int = 0
    rejected: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


@dataclass
class ClaimReceipt:
    """What was taken out of suspense: collections settled, debits that came back, and doubts."""

    settled: int = 0
    returned: list[RTransaction] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@transaction.atomic
def take_in_status(*, content: bytes, by: Actor, now: datetime) -> StatusOutcome:
    """Read a pain.002: store it first, then reject what it rejects. Twice does nothing twice.

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
    reasons = {
        item.end_to_end_id: item.reason_code
        for item in report.transactions
        if item.status == REJECTED
    }
    blocks = [block for block in report.blocks if block.status == REJECTED]
    whole = report.group_status == REJECTED or bool(blocks)
    if whole and batch.state not in {
        CollectionBatch.State.FROZEN,
        CollectionBatch.State.HANDED_OVER,
    }:
        # A second copy refused as duplicate (AM05) undoes nothing of the first.
        outcome.unmatched.append(f"{batch.message_id} refused whole after it was {batch.state}")
        return outcome
    if whole:
        reason = blocks[0].reason_code if blocks else report.group.reason_code
        for known in batch.collections.values_list("end_to_end_id", flat=True):
            reasons.setdefault(known, reason)
    for end_to_end_id, code in reasons.items():
        collection = batch.collections.filter(end_to_end_id=end_to_end_id).first()
        if collection is None:
            outcome.unmatched.append(end_to_end_id or "NOTPROVIDED")
        elif _reject(collection, code=code or "", by=by, now=now):
            outcome.rejected.append(end_to_end_id)
    left = batch.collections.filter(state=Collection.State.EXPORTED).count()
    state = CollectionBatch.State.ACCEPTED if left else CollectionBatch.State.REJECTED
    CollectionBatch.objects.filter(
        pk=batch.pk, state__in=[CollectionBatch.State.FROZEN, CollectionBatch.State.HANDED_OVER]
    ).update(state=state)
    outcome.accepted = left
    return outcome


def _reject(collection: Collection, *, code: str, by: Actor, now: datetime) -> bool:
    """Undo a collection that never settled: no money moved, so nothing is booked."""
    if not _move(
        collection, [Collection.State.EXPORTED], Collection.State.REJECTED, by=by, now=now
    ):
        return False
    CollectionPart.objects.filter(collection=collection).update(live=False)
    refused = code in REFUSED_BY_DEBTOR
    undone = RTransaction.objects.create(
        collection=collection,
        kind=RTransaction.Kind.REFUSAL if refused else RTransaction.Kind.REJECT,
        reason_code=code,
        amount_cents=collection.amount_cents,
        booked_on=collection.collection_date,
        recorded_at=now,
    )
    _follow_up(undone, by=by, now=now)
    return True


def claim_slices(*, by: Actor, now: datetime) -> ClaimReceipt:
    """Take our own batch credits and what came back out of suspense, each in its own transaction.

    Credits first, so that a debit returned in the same file finds its collection settled. What
    fits no collection exactly stays in suspense and in the work list.
    """
    receipt = ClaimReceipt()
    waiting = list(bank.unclaimed_slices())
    for piece in [piece for piece in waiting if piece.amount_cents > 0]:
        _settle(piece, by=by, now=now, receipt=receipt)
    for piece in [piece for piece in waiting if piece.amount_cents < 0]:
        _take_back(piece, by=by, now=now, receipt=receipt)
    return receipt


def _settle(piece: EntrySlice, *, by: Actor, now: datetime, receipt: ClaimReceipt) -> None:
    collections = _credited_by(piece)
    if not collections:
        return
    expected = sum(collection.amount_cents for collection in collections)
    if expected != piece.amount_cents:
        receipt.doubts.append(
            f"slice {piece.pk}: the bank credits {piece.amount_cents} cents, "
            f"our collections are {expected}"
        )
        return
    settle(collections, piece=piece, by=by, now=now)
    receipt.settled += len(collections)


def _credited_by(piece: EntrySlice) -> list[Collection]:
    """Return the exported collections a credit pays: by batch, or one by its end-to-end id."""
    exported = Collection.objects.filter(state=Collection.State.EXPORTED).select_related("customer")
    if piece.end_to_end_id:
        one = list(exported.filter(end_to_end_id=piece.end_to_end_id))
        if one:
            return one
    if not piece.payment_information_id:
        return []
    return list(
        exported.filter(
            batch__payment_information_id=piece.payment_information_id
        ).prefetch_related("parts__invoice")
    )


@transaction.atomic
def settle(
    collections: list[Collection], *, piece: EntrySlice, by: Actor, now: datetime
) -> SliceClaim:
    """Book a credit of the bank on the customers and invoices whose collections it pays."""
    lines = [Line(accounts.SUSPENSE, piece.amount_cents)]
    lines += [
        Line(accounts.RECEIVABLE, -collection.amount_cents, collection.customer)
        for collection in collections
    ]
    claim = banking.claim(
        slice=piece, claimant=SliceClaim.Claimant.COLLECTION, lines=lines, by=by, now=now
    )
    for collection in collections:
        _settle_one(collection, claim=claim, on=piece.entry.booked_on, by=by, now=now)
    CollectionBatch.objects.filter(collections__in=collections).update(
        state=CollectionBatch.State.BOOKED
    )
    return claim


def _settle_one(
    collection: Collection, *, claim: SliceClaim, on: date, by: Actor, now: datetime
) -> None:
    policy = policies.policy_of(collection.policy_version)
    _move(collection, [Collection.State.EXPORTED], Collection.State.SETTLED, by=by, now=now)
    Collection.objects.filter(pk=collection.pk).update(
        settled_on=on,
        claim=claim,
        charge_back_until=workdays.charge_back_until(on, policy=policy),
        final_on=workdays.final_on(on, policy=policy),
    )
    surplus = 0
    for part in collection.parts.select_related("invoice"):
        invoice = Invoice.objects.get(pk=part.invoice_id)
        pays = min(part.amount_cents, invoice.open_cents)
        surplus += part.amount_cents - pays
        if pays:
            billing.allocate(
                invoice=invoice,
                kind=Allocation.Kind.COLLECTED,
                amount_cents=pays,
                event=f"collected:{part.pk}",
                booked_on=on,
                by=by,
                now=now,
            )
    if surplus:
        # The customer had paid it himself meanwhile: what came twice is his credit.
        billing.book_credit(
            customer=collection.customer,
            claim=claim,
            amount_cents=surplus,
            received_on=on,
            evidence=["paid twice: transferred before the debit was settled"],
            by=by,
            now=now,
        )


def _take_back(piece: EntrySlice, *, by: Actor, now: datetime, receipt: ClaimReceipt) -> None:
    if not looks_returned(piece):
        return
    collection = (
        Collection.objects.filter(end_to_end_id=piece.end_to_end_id)
        .exclude(end_to_end_id="")
        .select_related("customer", "mandate", "policy_version")
        .first()
    )
    if collection is None:
        receipt.doubts.append(f"slice {piece.pk}: a debit came back that names none of ours")
    elif collection.state != Collection.State.SETTLED:
        receipt.doubts.append(f"slice {piece.pk}: {collection} came back while {collection.state}")
    elif collection.amount_cents != -piece.amount_cents:
        receipt.doubts.append(f"slice {piece.pk}: {collection} came back with another amount")
    elif _paid_twice(collection):
        receipt.doubts.append(f"slice {piece.pk}: {collection} came back after it was paid twice")
    else:
        receipt.returned.append(record_return(collection, piece=piece, by=by, now=now))


def looks_returned(piece: EntrySlice) -> bool:
    """Tell whether a debit entry is a collection coming back, by its reason or its code."""
    return bool(piece.return_reason) or piece.transaction_code.endswith(RETURN_SUB_FAMILIES)


def _paid_twice(collection: Collection) -> bool:
    allocated = _collected(collection)
    return sum(item.amount_cents for item in allocated) != collection.amount_cents


def _collected(collection: Collection) -> QuerySet[Allocation]:
    events = [f"collected:{pk}" for pk in collection.parts.values_list("pk", flat=True)]
    return Allocation.objects.filter(event__in=events)


@transaction.atomic
def record_return(
    collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime
) -> RTransaction:
    """Book a debit that came back, whatever the day: the invoice is open again by that amount."""
    claim = banking.claim(
        slice=piece,
        claimant=SliceClaim.Claimant.RETURN,
        lines=[
            Line(accounts.SUSPENSE, piece.amount_cents),
            Line(accounts.RECEIVABLE, -piece.amount_cents, collection.customer),
        ],
        by=by,
        now=now,
    )
    _move(collection, [Collection.State.SETTLED], Collection.State.RETURNED, by=by, now=now)
    on = piece.entry.booked_on
    for allocation in _collected(collection).select_related("invoice"):
        billing.allocate(
            invoice=allocation.invoice,
            kind=Allocation.Kind.RETURNED,
            amount_cents=allocation.amount_cents,
            event=allocation.event.replace("collected:", "returned:"),
            booked_on=on,
            by=by,
            now=now,
        )
    CollectionPart.objects.filter(collection=collection).update(live=False)
    undone = RTransaction.objects.create(
        collection=collection,
        kind=_kind(collection, code=piece.return_reason, on=on),
        reason_code=piece.return_reason,
        amount_cents=collection.amount_cents,
        booked_on=on,
        claim=claim,
        recorded_at=now,
    )
    _follow_up(undone, by=by, now=now)
    return undone


def _kind(collection: Collection, *, code: str, on: date) -> str:
    """Name what came back: the debtor's claim is a refund, the bank's own undoing a return."""
    settled = collection.settled_on or collection.collection_date
    late = on > workdays.add_target_days(settled, BANK_MAY_RETURN_TARGET_DAYS)
    return RTransaction.Kind.REFUND if late or code in CLAIMED_AT_BANK else RTransaction.Kind.RETURN


def _follow_up(undone: RTransaction, *, by: Actor, now: datetime) -> None:
    """Do what the reason asks: mandate, hold, mail at once (domain.reasons; level 0 of dunning)."""
    reason = reason_for(undone.reason_code or None)
    collection = undone.collection
    if reason.mandate in MANDATE_AFTER:
        mandates.change_status(
            mandate=collection.mandate,
            to_status=MANDATE_AFTER[reason.mandate],
            reason=f"{undone.kind} {undone.reason_code}",
            by=by,
            now=now,
        )
    for part in collection.parts.select_related("invoice"):
        billing.place_invoice_hold(
            invoice=part.invoice, kind=InvoiceHold.Kind.TRANSFER_ASKED, by=by, now=now
        )
    for dispute in Dispute.objects.filter(collection=collection, closed_at__isnull=True):
        close_dispute(dispute=dispute, outcome=Dispute.Outcome.REFUNDED_BY_BANK, by=by, now=now)
    audit.record(
        event=f"collection.{undone.kind}",
        by=by,
        subject=("collection", collection.pk),
        now=now,
        data={"reason": undone.reason_code, "amount_cents": undone.amount_cents},
    )
    if reason.mail:
        outbox.put(
            kind="collection-failed",
            event=f"collection-failed:{collection.pk}",
            recipient=("customer", collection.customer_id),
            payload={"r_transaction": undone.pk},
            now=now,
        )


def _move(
    collection: Collection, from_states: list[str], to_state: str, *, by: Actor, now: datetime
) -> bool:
    """Move a collection on, once; the row that was not in the expected state stays as it is."""
    moved = Collection.objects.filter(pk=collection.pk, state__in=from_states).update(
        state=to_state
    )
    if moved:
        CollectionStep.objects.create(
            collection=collection, state=to_state, reached_at=now, reached_by=str(by)
        )
        collection.state = to_state
    return bool(moved)

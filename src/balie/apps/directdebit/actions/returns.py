"""A debit entry of the bank that takes back what it credited of ours."""

from datetime import datetime

from django.db import transaction

from balie.apps.banking import actions as banking
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Allocation, Payment
from balie.apps.billing.queries import Credit
from balie.apps.directdebit.actions.undoing import follow_up, move
from balie.apps.directdebit.models import Collection, CollectionPart, RTransaction
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.domain import workdays
from balie.infra.audit import Actor

CLAIMED_AT_BANK = frozenset({"MD06"})
UNAUTHORISED = "MD01"
REVERSED_BY_US = "PRDD"
RETURN_SUB_FAMILIES = ("UPDD", REVERSED_BY_US, "RCDD")
BANK_MAY_RETURN_TARGET_DAYS = 5


def take_back(piece: EntrySlice, *, by: Actor, now: datetime) -> RTransaction | str:
    """Book a debit entry that takes one of our collections back; returns what came of it.

    Else the words why it waits in suspense; no words when it is no debit coming back. Raises
    banking.AlreadyClaimed, MovedMeanwhile, billing.UnableToAllocate.
    """
    collection = _named_by(piece)
    if collection is None:
        return "a debit came back that names none of ours" if looks_returned(piece) else ""
    if _charges(collection, piece=piece) is None:
        return f"{collection} came back with another amount"
    if collection.state == Collection.State.SETTLED:
        return record_return(collection, piece=piece, by=by, now=now)
    if _was_credited_though_rejected(collection):
        return record_correction(collection, piece=piece, by=by, now=now)
    return f"{collection} came back while {collection.state}"


def _named_by(piece: EntrySlice) -> Collection | None:
    if not piece.end_to_end_id:
        return None
    return (
        Collection.objects.filter(end_to_end_id=piece.end_to_end_id)
        .select_related("customer", "mandate", "policy_version")
        .first()
    )


def looks_returned(piece: EntrySlice) -> bool:
    """Tell whether a debit entry is a collection coming back (guide: bank, 2.4)."""
    return bool(piece.return_reason) or piece.transaction_code.endswith(RETURN_SUB_FAMILIES)


def _charges(collection: Collection, *, piece: EntrySlice) -> int | None:
    """Return what the bank kept within the amount, in cents; None when the rest does not fit."""
    if -piece.amount_cents == collection.amount_cents:
        return 0
    charges = abs(piece.charges_cents)
    return charges if -piece.amount_cents - charges == collection.amount_cents else None


def _was_credited_though_rejected(collection: Collection) -> bool:
    """Tell whether a rejected debit was in a credit of the whole file, and not taken off yet."""
    if collection.state != Collection.State.REJECTED or collection.claim_id is None:
        return False
    events = [f"returned:{pk}" for pk in collection.parts.values_list("pk", flat=True)]
    return not Allocation.objects.filter(event__in=events).exists()


@transaction.atomic
def record_return(
    collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime
) -> RTransaction:
    """Book a debit that came back, whatever the day: the invoice is open again by that amount.

    Credit the customer has pays it at once, as it would a new invoice; first of all what this very
    debit left him when he had paid in another way as well.
    """
    claim = _claim(collection, piece=piece, by=by, now=now)
    move(
        collection,
        from_state=Collection.State.SETTLED,
        to_state=Collection.State.RETURNED,
        by=by,
        now=now,
    )
    _raise_invoices(collection, piece=piece, by=by, now=now)
    CollectionPart.objects.filter(collection=collection).update(live=False)
    undone = RTransaction.objects.create(
        collection=collection,
        kind=_kind(collection, piece=piece),
        reason_code=_reason_code(collection, piece=piece),
        amount_cents=collection.amount_cents,
        booked_on=piece.entry.booked_on,
        claim=claim,
        recorded_at=now,
    )
    follow_up(undone, by=by, now=now)
    return undone


@transaction.atomic
def record_correction(
    collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime
) -> RTransaction:
    """Book what the bank takes off of a file it credited whole: this debit was rejected before."""
    _claim(collection, piece=piece, by=by, now=now)
    _raise_invoices(collection, piece=piece, by=by, now=now)
    return collection.r_transaction


def _claim(collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime) -> SliceClaim:
    lines = [
        Line(accounts.SUSPENSE, piece.amount_cents),
        Line(accounts.RECEIVABLE, collection.amount_cents, collection.customer),
    ]
    if charges := _charges(collection, piece=piece):
        lines.append(Line(accounts.BANK_COSTS, charges))
    return banking.claim(
        slice=piece, claimant=SliceClaim.Claimant.RETURN, lines=lines, by=by, now=now
    )


def _raise_invoices(collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime) -> None:
    """Open each invoice by its part of the debit, and pay it from what the debit left as credit."""
    left = Payment.objects.filter(
        claim=collection.claim_id, customer=collection.customer, unallocated_cents__gt=0
    ).first()
    for part in collection.parts.select_related("invoice").order_by("pk"):
        invoice = part.invoice
        if left is not None and invoice.open_cents:
            _pay(part, left, by=by, now=now)
        billing.allocate(
            invoice=invoice,
            kind=Allocation.Kind.RETURNED,
            amount_cents=part.amount_cents,
            event=f"returned:{part.pk}",
            booked_on=piece.entry.booked_on,
            by=by,
            now=now,
        )
        if left is not None:
            _pay(part, left, by=by, now=now)
        billing.apply_credit(invoice=invoice, by=by, now=now)


def _pay(part: CollectionPart, left: Payment, *, by: Actor, now: datetime) -> None:
    credit = Credit(source=left, unallocated_cents=left.unallocated_cents)
    billing.apply_credit(invoice=part.invoice, unused=[credit], by=by, now=now)


def _reason_code(collection: Collection, *, piece: EntrySlice) -> str:
    """Return the bank's reason, except where it gives a debtor's claim none that can still be.

    After the last day without reason only the claim is left that there was no mandate (SEPA Core:
    MD06 within eight weeks, MD01 within thirteen months), so that is what it says, and the mandate
    falls. The bank's own word stays on the slice.
    """
    unreasoned = piece.return_reason in {"", *CLAIMED_AT_BANK}
    late = piece.entry.booked_on > collection.final_on
    if unreasoned and late and _kind(collection, piece=piece) == RTransaction.Kind.REFUND:
        return UNAUTHORISED
    return piece.return_reason


def _kind(collection: Collection, *, piece: EntrySlice) -> str:
    """Name what came back: the debtor's claim is a refund, the bank's own undoing a return.

    Who started it says so; where the bank does not tell, the reason or the day does. What we
    reversed ourselves is neither.
    """
    if piece.transaction_code.endswith(REVERSED_BY_US):
        return RTransaction.Kind.REVERSAL
    settled = collection.settled_on or collection.collection_date
    last = workdays.add_target_days(settled, BANK_MAY_RETURN_TARGET_DAYS)
    by_debtor = piece.return_started_by == "party" or (
        not piece.return_started_by
        and (piece.return_reason in CLAIMED_AT_BANK or piece.entry.booked_on > last)
    )
    return RTransaction.Kind.REFUND if by_debtor else RTransaction.Kind.RETURN

"""What the bank booked of our collections: the credit that settles them, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Allocation, Invoice
from balie.apps.directdebit.actions.undoing import MovedMeanwhile, follow_up, move
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    RTransaction,
)
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.infra import halt
from balie.infra.audit import Actor

CLAIMED_AT_BANK = frozenset({"MD06"})
RETURN_SUB_FAMILIES = ("UPDD", "PRDD", "RCDD")
BANK_MAY_RETURN_TARGET_DAYS = 5


@dataclass
class ClaimReceipt:
    """What was taken out of suspense: collections settled, debits that came back, and doubts."""

    settled: int = 0
    returned: list[RTransaction] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def claim_slices(*, by: Actor, now: datetime) -> ClaimReceipt:
    """Take our own batch credits and what came back out of suspense, each in its own transaction.

    Credits first, so that a debit returned in the same file finds its collection settled. What
    fits no collection exactly stays in suspense and in the work list, and so does, until the next
    time, what somebody else was at in this very moment. Raises infra.halt.Halted.
    """
    halt.raise_if_halted()
    receipt = ClaimReceipt()
    waiting = list(bank.unclaimed_slices())
    for piece in [piece for piece in waiting if piece.amount_cents > 0]:
        _in_turn(_settle, piece, by=by, now=now, receipt=receipt)
    for piece in [piece for piece in waiting if piece.amount_cents < 0]:
        _in_turn(_take_back, piece, by=by, now=now, receipt=receipt)
    return receipt


def _in_turn(
    claimant: Callable[..., None],
    piece: EntrySlice,
    *,
    by: Actor,
    now: datetime,
    receipt: ClaimReceipt,
) -> None:
    try:
        claimant(piece, by=by, now=now, receipt=receipt)
    except (banking.AlreadyClaimed, MovedMeanwhile) as error:
        receipt.doubts.append(str(error))


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
        exported.filter(batch__payment_information_id=piece.payment_information_id).order_by("pk")
    )


@transaction.atomic
def settle(
    collections: list[Collection], *, piece: EntrySlice, by: Actor, now: datetime
) -> SliceClaim:
    """Book a credit of the bank on the customers whose collections it pays, and on their invoices.

    Raises banking.AlreadyClaimed, MovedMeanwhile.
    """
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
    move(
        collection,
        from_state=Collection.State.EXPORTED,
        to_state=Collection.State.SETTLED,
        by=by,
        now=now,
    )
    Collection.objects.filter(pk=collection.pk).update(
        settled_on=on,
        claim=claim,
        charge_back_until=workdays.charge_back_until(on, policy=policy),
        final_on=workdays.final_on(on, policy=policy),
    )
    surplus = 0
    for part in collection.parts.all():
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
    """Tell whether a debit entry is a collection coming back (guide: bank, 2.4)."""
    return bool(piece.return_reason) or piece.transaction_code.endswith(RETURN_SUB_FAMILIES)


def _paid_twice(collection: Collection) -> bool:
    allocated = _collected(collection)
    return sum(item.amount_cents for item in allocated) != collection.amount_cents


def _collected(collection: Collection) -> QuerySet[Allocation]:
    events = [f"collected:{pk}" for pk in collection.parts.values_list("pk", flat=True)]
    return Allocation.objects.filter(event__in=events).order_by("pk")


@transaction.atomic
def record_return(
    collection: Collection, *, piece: EntrySlice, by: Actor, now: datetime
) -> RTransaction:
    """Book a debit that came back, whatever the day: the invoice is open again by that amount.

    Credit the customer has pays it at once, as it would a new invoice. Raises
    banking.AlreadyClaimed, MovedMeanwhile.
    """
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
    move(
        collection,
        from_state=Collection.State.SETTLED,
        to_state=Collection.State.RETURNED,
        by=by,
        now=now,
    )
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
        billing.apply_credit(invoice=allocation.invoice, by=by, now=now)
    CollectionPart.objects.filter(collection=collection).update(live=False)
    undone = RTransaction.objects.create(
        collection=collection,
        kind=_kind(collection, piece=piece),
        reason_code=piece.return_reason,
        amount_cents=collection.amount_cents,
        booked_on=on,
        claim=claim,
        recorded_at=now,
    )
    follow_up(undone, by=by, now=now)
    return undone


def _kind(collection: Collection, *, piece: EntrySlice) -> str:
    """Name what came back: the debtor's claim is a refund, the bank's own undoing a return.

    Who started it says so; where the bank does not tell, the reason or the day does.
    """
    settled = collection.settled_on or collection.collection_date
    last = workdays.add_target_days(settled, BANK_MAY_RETURN_TARGET_DAYS)
    by_debtor = piece.return_started_by == "party" or (
        not piece.return_started_by
        and (piece.return_reason in CLAIMED_AT_BANK or piece.entry.booked_on > last)
    )
    return RTransaction.Kind.REFUND if by_debtor else RTransaction.Kind.RETURN

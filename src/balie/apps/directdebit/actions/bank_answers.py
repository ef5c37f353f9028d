"""What the bank booked of our collections: the credit that settles them, and what comes back."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Allocation, Invoice
from balie.apps.customers.models import Customer
from balie.apps.directdebit.actions.returns import take_back
from balie.apps.directdebit.actions.undoing import MovedMeanwhile, move
from balie.apps.directdebit.models import Collection, CollectionBatch, RTransaction
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.apps.promises import queries as policies
from balie.domain import workdays
from balie.infra import halt
from balie.infra.audit import Actor

log = logging.getLogger(__name__)

# What says that an entry is of direct debits: the ISO 20022 family, the MT940 type of SWIFT, and
# the types of one bank for its own batches (core and B2B).
DEBIT_FAMILY = "/IDDT"
DEBIT_TYPES = frozenset({"NDDT", "N247", "N249"})
RECEIVED_TRANSFER = "RCDT"  # ISO 20022 bank transaction code, family: received credit transfers
PAID_TWICE = "more than was open: paid in another way, or rejected, before the bank credited it"
ATTEMPTS = 2


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
    waiting = bank.unclaimed_slices()
    # A plain transfer that names no file of ours is nobody's debit; there may be very many.
    plain = Q(transaction_code__contains=RECEIVED_TRANSFER, payment_information_id="")
    for piece in bank.in_portions(waiting.filter(amount_cents__gt=0).exclude(plain)):
        _in_turn(_settle, piece, by=by, now=now, receipt=receipt)
    for piece in bank.in_portions(waiting.filter(amount_cents__lt=0)):
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
    """Let one slice be claimed; whatever is odd about it, the others are looked at all the same."""
    for attempt in range(ATTEMPTS):
        try:
            claimant(piece, by=by, now=now, receipt=receipt)
        except (banking.AlreadyClaimed, MovedMeanwhile) as error:
            receipt.doubts.append(str(error))
        except (OperationalError, InterfaceError):
            raise
        except billing.UnableToAllocate as error:
            # Somebody paid or credited the invoice in this very moment: look at it as it is now.
            if attempt + 1 < ATTEMPTS:
                continue
            receipt.doubts.append(f"slice {piece.pk}: {error}")
        except Exception as error:
            log.exception("slice parked", extra={"slice": piece.pk})
            receipt.doubts.append(f"slice {piece.pk}: {type(error).__name__}: {error}")
        return


def _settle(piece: EntrySlice, *, by: Actor, now: datetime, receipt: ClaimReceipt) -> None:
    collections = _credited_by(piece)
    if not collections:
        _doubt_unexpected(piece, receipt=receipt)
        return
    expected = sum(collection.amount_cents for collection in collections)
    rejected: list[Collection] = []
    if expected != piece.amount_cents:
        # Some banks credit what was handed in, and take off what was rejected in a line of its own.
        rejected = _rejected_beside(collections, piece=piece)
    gross = expected + sum(collection.amount_cents for collection in rejected)
    if gross != piece.amount_cents:
        receipt.doubts.append(
            f"slice {piece.pk}: the bank credits {piece.amount_cents} cents, "
            f"our collections are {expected}"
        )
        return
    settle(collections, rejected=rejected, piece=piece, by=by, now=now)
    receipt.settled += len(collections)


def _doubt_unexpected(piece: EntrySlice, *, receipt: ClaimReceipt) -> None:
    """A file of ours that is credited while nothing of it waits for money is for a person."""
    name = piece.payment_information_id
    if name and CollectionBatch.objects.filter(payment_information_id=name).exists():
        receipt.doubts.append(
            f"slice {piece.pk}: the bank credits {name}, of which no debit waits for money"
        )


def _rejected_beside(collections: list[Collection], *, piece: EntrySlice) -> list[Collection]:
    if not piece.payment_information_id:
        return []
    return list(
        Collection.objects.filter(
            batch__payment_information_id=piece.payment_information_id,
            batch__in=[collection.batch_id for collection in collections],
            state=Collection.State.REJECTED,
            claim__isnull=True,
        )
        .select_related("customer")
        .order_by("pk")
    )


def _credited_by(piece: EntrySlice) -> list[Collection]:
    """Return the exported collections a credit pays: by batch, or one by its end-to-end id.

    A customer who transfers may quote the end-to-end id of his debit, and where a bank gives no
    field of its own it is read from his text: it counts only where the code says direct debit.
    """
    exported = Collection.objects.filter(state=Collection.State.EXPORTED).select_related("customer")
    if piece.end_to_end_id and _says_direct_debit(piece.transaction_code):
        one = list(exported.filter(end_to_end_id=piece.end_to_end_id))
        if one:
            return one
    if not piece.payment_information_id:
        return []
    return list(
        exported.filter(batch__payment_information_id=piece.payment_information_id).order_by("pk")
    )


def _says_direct_debit(code: str) -> bool:
    return code in DEBIT_TYPES or DEBIT_FAMILY in code


@transaction.atomic
def settle(
    collections: list[Collection],
    *,
    rejected: Sequence[Collection] = (),
    piece: EntrySlice,
    by: Actor,
    now: datetime,
) -> SliceClaim:
    """Book a credit of the bank on the customers whose collections it pays, and on their invoices.

    What was rejected and credited all the same is its customer's credit until the bank takes it
    off again. Raises banking.AlreadyClaimed, MovedMeanwhile, billing.UnableToAllocate.
    """
    lines = [Line(accounts.SUSPENSE, piece.amount_cents)]
    lines += [
        Line(accounts.RECEIVABLE, -collection.amount_cents, collection.customer)
        for collection in [*collections, *rejected]
    ]
    claim = banking.claim(
        slice=piece, claimant=SliceClaim.Claimant.COLLECTION, lines=lines, by=by, now=now
    )
    surplus: dict[Customer, int] = {}
    for collection in collections:
        rest = _settle_one(collection, claim=claim, on=piece.entry.booked_on, by=by, now=now)
        surplus[collection.customer] = surplus.get(collection.customer, 0) + rest
    for collection in rejected:
        rest = surplus.get(collection.customer, 0) + collection.amount_cents
        surplus[collection.customer] = rest
    Collection.objects.filter(pk__in=[one.pk for one in rejected]).update(claim=claim)
    for customer, cents in surplus.items():
        if cents:
            billing.book_credit(
                customer=customer,
                claim=claim,
                amount_cents=cents,
                received_on=piece.entry.booked_on,
                evidence=[PAID_TWICE],
                by=by,
                now=now,
            )
    CollectionBatch.objects.filter(collections__in=collections).update(
        state=CollectionBatch.State.BOOKED
    )
    return claim


def _settle_one(
    collection: Collection, *, claim: SliceClaim, on: date, by: Actor, now: datetime
) -> int:
    """Settle one; returns what was paid meanwhile (cents): what came twice is credit."""
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
    return surplus


def _take_back(piece: EntrySlice, *, by: Actor, now: datetime, receipt: ClaimReceipt) -> None:
    answer = take_back(piece, by=by, now=now)
    if isinstance(answer, RTransaction):
        receipt.returned.append(answer)
    elif answer:
        receipt.doubts.append(f"slice {piece.pk}: {answer}")

"""Place what customers transfer: what is certain by itself, the rest by an employee's word."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import matching
from balie.apps.billing.actions.allocation import UnableToAllocate, allocate, book_credit
from balie.apps.billing.actions.holds import lift_invoice_hold
from balie.apps.billing.models import Allocation, Invoice, InvoiceHold, Payment
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.domain.matching_evidence import Evidence
from balie.domain.matching_items import CERTAIN, Match
from balie.infra import halt, outbox
from balie.infra.audit import JSON, Actor

log = logging.getLogger(__name__)

ANSWERED_BY_PAYING = (
    InvoiceHold.Kind.TRANSFER_ASKED,
    InvoiceHold.Kind.TRANSFER_PROMISED,
    InvoiceHold.Kind.OUR_FAULT,
)


@dataclass(frozen=True, kw_only=True)
class MatchReceipt:
    """What was certain and is booked, and how many slices wait for an employee."""

    booked: list[Payment] = field(default_factory=list)
    waiting: int = 0


@transaction.atomic
def book_transfer(
    *,
    slice: EntrySlice,  # noqa: A002 - the field's own term, everywhere in the house
    allocations: Sequence[tuple[Invoice, int]],
    customer: Customer,
    evidence: Sequence[Evidence | str],
    by: Actor,
    now: datetime,
) -> Payment:
    """Recognise a slice as money of a customer and pay invoices of his with it, in cents each.

    What is left over is his credit. Raises UnableToAllocate when an invoice is somebody else's, has
    less open, or the slice does not go round; banking.AlreadyClaimed.
    """
    if any(invoice.customer_id != customer.pk for invoice, _ in allocations):
        raise UnableToAllocate(f"slice {slice.pk}: the invoices are not all of {customer.number}")
    claim = banking.claim(
        slice=slice,
        claimant=SliceClaim.Claimant.ALLOCATION,
        lines=[
            Line(accounts.SUSPENSE, slice.amount_cents),
            Line(accounts.RECEIVABLE, -slice.amount_cents, customer),
        ],
        by=by,
        now=now,
    )
    payment = book_credit(
        customer=customer,
        claim=claim,
        amount_cents=slice.amount_cents,
        received_on=slice.entry.booked_on,
        evidence=[_as_json(item) for item in evidence],
        by=by,
        now=now,
    )
    for invoice, amount_cents in allocations:
        allocate(
            invoice=invoice,
            kind=Allocation.Kind.TRANSFERRED,
            amount_cents=amount_cents,
            event=f"payment:{payment.pk}:{invoice.pk}:1",
            booked_on=payment.received_on,
            payment=payment,
            by=by,
            now=now,
        )
        if not invoice.open_cents:
            for kind in ANSWERED_BY_PAYING:
                lift_invoice_hold(invoice=invoice, kind=kind, by=by, now=now)
    outbox.put(
        kind="transfer-received",
        event=f"transfer-received:{payment.pk}",
        recipient=("customer", customer.pk),
        payload={"payment": payment.pk},
        now=now,
    )
    return payment


@transaction.atomic
def place_by_hand(
    *,
    slice: EntrySlice,  # noqa: A002 - the field's own term, everywhere in the house
    numbers: Sequence[str],
    by: Actor,
    now: datetime,
) -> Payment:
    """Pay the invoices an employee names from a slice, in that order, as far as it goes.

    What is left over is the customer's credit; an invoice on which nothing is open says whose the
    money is. Raises UnableToAllocate with what to do.
    """
    invoices = _named(numbers)
    left = slice.amount_cents
    if left <= 0:
        raise UnableToAllocate(f"slice {slice.pk} is no money that came in")
    allocations = []
    for invoice in invoices:
        pays = min(left, invoice.open_cents)
        if pays:
            allocations.append((invoice, pays))
            left -= pays
    try:
        return book_transfer(
            slice=slice,
            allocations=allocations,
            customer=invoices[0].customer,
            evidence=[],
            by=by,
            now=now,
        )
    except banking.AlreadyClaimed as error:
        raise UnableToAllocate(str(error)) from error


def _named(numbers: Sequence[str]) -> list[Invoice]:
    """Return the invoices with these numbers, in order. Raises UnableToAllocate."""
    wanted = list(dict.fromkeys(number.strip().upper() for number in numbers if number.strip()))
    found = {
        invoice.number: invoice
        for invoice in Invoice.objects.filter(number__in=wanted).select_related("customer")
    }
    unknown = [number for number in wanted if number not in found]
    if unknown or not wanted:
        raise UnableToAllocate(
            f"no invoice has the number {', '.join(unknown) or '(none given)'}; look it up"
        )
    if len({invoice.customer_id for invoice in found.values()}) > 1:
        raise UnableToAllocate("these invoices are of different customers; name one customer's")
    return [found[number] for number in wanted]


def _as_json(item: Evidence | str) -> JSON:
    if isinstance(item, str):
        return item
    return {"code": item.code, "values": dict(item.values)}


def match_transfers(*, by: Actor, now: datetime) -> MatchReceipt:
    """Book every transfer in suspense that is certain, each in its own transaction.

    What is not certain stays in suspense and in the work list. Running it again books nothing
    twice. Raises infra.halt.Halted.
    """
    halt.raise_if_halted()
    # What an employee took back is for an employee: the same evidence would book it the same way.
    transfers = (
        bank.unclaimed_slices()
        .filter(matching.TRANSFERS)
        .exclude(claims__claimant=SliceClaim.Claimant.ALLOCATION)
    )
    receipt = MatchReceipt(booked=[], waiting=0)
    if not transfers.exists():
        return receipt
    finder = matching.finder()
    paid: set[int] = set()
    seen = 0
    for piece in bank.in_portions(transfers):
        seen += 1
        match = finder.match(piece)
        if match.certainty == CERTAIN and _customer(match, finder).pk in paid:
            # What is open of this customer has changed: look at it as it is now.
            finder, paid = matching.finder(), set()
            match = finder.match(piece)
        if match.certainty == CERTAIN and (
            payment := _book_match(piece, match, finder, by=by, now=now)
        ):
            receipt.booked.append(payment)
            paid.add(payment.customer_id)
    return replace(receipt, waiting=seen - len(receipt.booked))


def _customer(match: Match, finder: matching.Finder) -> Customer:
    (key, _), *_ = match.proposals[0].allocations
    return finder.invoices[int(key)].customer


def _book_match(
    piece: EntrySlice, match: Match, finder: matching.Finder, *, by: Actor, now: datetime
) -> Payment | None:
    """Book a certain match; None when somebody placed the money or paid the invoice meanwhile."""
    proposal = match.proposals[0]
    try:
        return book_transfer(
            slice=piece,
            allocations=[(finder.invoices[int(key)], cents) for key, cents in proposal.allocations],
            customer=_customer(match, finder),
            evidence=proposal.evidence,
            by=by,
            now=now,
        )
    except (UnableToAllocate, banking.AlreadyClaimed) as error:
        log.warning("match not booked", extra={"slice": piece.pk, "why": str(error)})
        return None
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Whatever is odd about it, it waits in the work list and the others are booked.
        log.exception("slice parked", extra={"slice": piece.pk})
        return None

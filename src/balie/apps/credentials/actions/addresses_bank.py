"""The bank proof: one cent with the code of a change, from an account that was debited long ago.

A claimant of bank entries (DESIGN section 3): after what is ours by its reference, before the
matcher. The money is the customer's credit, booked once; a transfer that proves nothing stays in
suspense, and the desk sees why.
"""

import logging
from datetime import datetime

from django.db import transaction

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.credentials.actions.addresses_end import complete_if_ready
from balie.apps.credentials.actions.addresses_steps import Kind, note_step, proven_with, revive
from balie.apps.credentials.models import AddressChange, AddressTransfer
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import proofs
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.apps.promises.queries import policy_in_force
from balie.domain.address_codes import find_codes
from balie.infra import audit, clock, halt
from balie.infra.audit import Actor

log = logging.getLogger(__name__)

State = AddressChange.State
Verdict = AddressTransfer.Verdict


def claim_proofs(*, by: Actor, now: datetime) -> list[AddressTransfer]:
    """Judge every transfer in suspense that quotes the code of a change, each on its own, once.

    Running it again judges nothing twice. Raises infra.halt.Halted.
    """
    halt.raise_if_halted()
    if not queries.has_codes():
        return []
    judged = []
    waiting = bank.unclaimed_slices().filter(
        amount_cents__gt=0, payment_information_id="", return_reason=""
    )
    for piece in bank.in_portions(waiting.exclude(pk__in=queries.judged_slices())):
        codes = find_codes(f"{piece.text} {piece.structured_reference} {piece.end_to_end_id}")
        if codes:
            try:
                judged.append(_judge(piece, codes, by=by, now=now))
            except banking.AlreadyClaimed as error:
                log.info("claimed by somebody else", extra={"slice": piece.pk, "why": str(error)})
    return judged


@transaction.atomic
def _judge(piece: EntrySlice, codes: list[str], *, by: Actor, now: datetime) -> AddressTransfer:
    """Say what one transfer proves, and book it when its money has a place by that."""
    found = AddressChange.objects.filter(bank_code__in=codes).select_related("user")
    change = found.first() if len(codes) == 1 else None
    if change is None or change.user is None:
        return _note(piece, None, Verdict.UNKNOWN, now=now)
    customers = proofs.customers_at_stake(change)
    policy = policy_in_force(now=now)
    if not proofs.may_prove(customers, slice=piece, policy=policy):
        note_step(change, Kind.WRONG_ACCOUNT, by=by, now=now)
        return _note(piece, change, Verdict.WRONG_ACCOUNT, now=now)
    verdict = _verdict(change, piece)
    if verdict not in {Verdict.PROVEN, Verdict.MORE}:
        return _note(piece, change, verdict, now=now)
    claim = _book(piece, customers[0], by=by, now=now)
    transfer = _note(piece, change, verdict, claim=claim, now=now)
    if verdict == Verdict.PROVEN:
        _touch_by_upload(change, piece, now=now)
        _prove(change, by=by, now=now)
    return transfer


def _verdict(change: AddressChange, piece: EntrySlice) -> Verdict:
    """Return what a transfer from the right account means for this change, by its day and state."""
    first, last = clock.local(change.started_at).date(), clock.local(change.expires_at).date()
    if change.proven_at is not None:
        return Verdict.MORE
    if not first <= piece.entry.booked_on <= last:
        return Verdict.OUT_OF_TIME
    # One that had to make place for another that is not proven is taken up again: proof goes first.
    if change.state == State.REPLACED:
        return Verdict.CLOSED if queries.has_proven_beside(change) else Verdict.PROVEN
    return Verdict.PROVEN if change.state == State.OPEN else Verdict.CLOSED


def _prove(change: AddressChange, *, by: Actor, now: datetime) -> None:
    if change.state == State.REPLACED:
        revive(change, by=by, now=now)
    unproven = AddressChange.objects.filter(pk=change.pk, state=State.OPEN, proven_at__isnull=True)
    if unproven.update(**proven_with(change, AddressChange.Proof.BANK, now=now)):
        note_step(change, Kind.PROVEN, by=by, now=now)
    complete_if_ready(change, by=by, now=now)


def _touch_by_upload(change: AddressChange, piece: EntrySlice, *, now: datetime) -> None:
    """Note who brought the bank file by hand: what he wrote himself would prove it just as well.

    A file of the bank's own channel or the watched folder is nobody's.
    """
    employee = queries.employee_who_brought(piece)
    if employee is not None:
        AddressChange.objects.filter(pk=change.pk, touched_by__isnull=True).update(
            touched_by=employee, touched_at=now, works_alone=queries.employees() == 1
        )


def _book(piece: EntrySlice, customer: Customer, *, by: Actor, now: datetime) -> SliceClaim:
    """Book the money as the customer's credit: it is his, and pays his next invoice."""
    claim = banking.claim(
        slice=piece,
        claimant=SliceClaim.Claimant.PROOF,
        lines=[
            Line(accounts.SUSPENSE, piece.amount_cents),
            Line(accounts.RECEIVABLE, -piece.amount_cents, customer),
        ],
        by=by,
        now=now,
    )
    billing.book_credit(
        customer=customer,
        claim=claim,
        amount_cents=piece.amount_cents,
        received_on=piece.entry.booked_on,
        evidence=["address proof"],
        by=by,
        now=now,
    )
    return claim


def _note(
    piece: EntrySlice,
    change: AddressChange | None,
    verdict: Verdict,
    *,
    now: datetime,
    claim: SliceClaim | None = None,
) -> AddressTransfer:
    return AddressTransfer.objects.create(
        slice=piece, change=change, verdict=verdict, claim=claim, judged_at=now
    )


def dismiss(*, transfer: AddressTransfer, by: Actor, now: datetime) -> None:
    """Take the alarm of a transfer that proved nothing off the desk; its money stays to place."""
    fresh = AddressTransfer.objects.filter(pk=transfer.pk, seen_at__isnull=True)
    if fresh.update(seen_at=now, seen_by=str(by)):
        audit.record(
            event="address_transfer.seen", by=by, subject=("slice", transfer.slice_id), now=now
        )

"""A collection undone: move it on once, and do what the bank's reason asks."""

from datetime import datetime

from balie.apps.billing import actions as billing
from balie.apps.billing.models import InvoiceHold
from balie.apps.customers import queries as customers
from balie.apps.customers.actions import place_hold
from balie.apps.customers.models import Hold
from balie.apps.directdebit.actions.disputes import close_dispute
from balie.apps.directdebit.models import Collection, CollectionStep, Dispute, RTransaction
from balie.apps.mandates import actions as mandates
from balie.apps.mandates.models import Mandate
from balie.domain.reasons import Reason, reason_for
from balie.infra import audit, outbox
from balie.infra.audit import Actor

MANDATE_AFTER = {
    "suspend": Mandate.Status.SUSPENDED,
    "revoke": Mandate.Status.REVOKED,
    "end": Mandate.Status.REVOKED,
}


class MovedMeanwhile(Exception):
    """A collection is no longer in the state it was read in: the bank said something else of it."""


def move(
    collection: Collection, *, from_state: str, to_state: str, by: Actor, now: datetime
) -> None:
    """Move a collection on, once. Raises MovedMeanwhile when it is not in the expected state."""
    expected = Collection.objects.filter(pk=collection.pk, state=from_state)
    if not expected.update(state=to_state):
        raise MovedMeanwhile(f"{collection} is no longer {from_state}")
    CollectionStep.objects.create(
        collection=collection, state=to_state, reached_at=now, reached_by=str(by)
    )
    collection.state = to_state


def follow_up(undone: RTransaction, *, by: Actor, now: datetime) -> None:
    """Do what the reason asks: mandate, hold, mail at once (domain.reasons; level 0 of dunning).

    An invoice on which nothing is open any more is neither held nor asked for.
    """
    reason = reason_for(undone.reason_code or None)
    collection = undone.collection
    _change_mandate(undone, reason, by=by, now=now)
    to_pay = [
        part.invoice
        for part in collection.parts.select_related("invoice")
        if part.invoice.open_cents
    ]
    ours = is_our_doing(undone)
    kind = InvoiceHold.Kind.OUR_FAULT if ours else InvoiceHold.Kind.TRANSFER_ASKED
    for invoice in to_pay:
        billing.place_invoice_hold(invoice=invoice, kind=kind, by=by, now=now)
    if reason.silence and not customers.is_silent(collection.customer, now=now):
        place_hold(
            customer=collection.customer,
            blocks=Hold.Blocks.MONEY,
            reason=f"{undone.reason_code}: {reason.meaning}",
            by=by,
            now=now,
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
    if reason.mail and to_pay and not ours:
        outbox.put(
            kind="collection-failed",
            event=f"collection-failed:{collection.pk}",
            recipient=("customer", collection.customer_id),
            payload={"r_transaction": undone.pk},
            now=now,
        )


def is_our_doing(undone: RTransaction) -> bool:
    """Tell whether it was our fault or our wish: nothing is asked of the customer, we mend it."""
    if undone.kind == RTransaction.Kind.REVERSAL:
        return True
    return reason_for(undone.reason_code or None).action == "fix"


def _change_mandate(undone: RTransaction, reason: Reason, *, by: Actor, now: datetime) -> None:
    if undone.kind == RTransaction.Kind.REVERSAL:
        return
    effect = reason.mandate
    if reason.suspend_when_repeated and _is_repeated(undone):
        effect = "suspend"
    if effect in MANDATE_AFTER:
        mandates.change_status(
            mandate=undone.collection.mandate,
            to_status=MANDATE_AFTER[effect],
            reason=f"{undone.kind} {undone.reason_code}",
            by=by,
            now=now,
        )


def _is_repeated(undone: RTransaction) -> bool:
    """Tell whether the debit before this one of the same mandate came back for the same reason."""
    before = (
        Collection.objects.filter(mandate=undone.collection.mandate_id, batch__isnull=False)
        .exclude(state=Collection.State.WITHDRAWN)
        .filter(pk__lt=undone.collection_id)
        .select_related("r_transaction")
        .order_by("-pk")
        .first()
    )
    earlier = getattr(before, "r_transaction", None)
    return earlier is not None and earlier.reason_code == undone.reason_code

"""The talk before a refund: "Ik ben het niet eens met deze incasso"."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.billing import actions as billing
from balie.apps.billing.models import InvoiceHold
from balie.apps.directdebit.models import Collection, Dispute
from balie.apps.tickets.models import Ticket
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToDispute(Exception):
    """A collection cannot be disputed as asked; the message says why and what to do."""


@transaction.atomic
def open_dispute(*, collection: Collection, ticket: Ticket, by: Actor, now: datetime) -> Dispute:
    """Tie a collection to the ticket in which it is looked at, and hold its invoices meanwhile.

    Raises UnableToDispute when it is not collected, or when a dispute of it is open already.
    """
    if collection.state != Collection.State.SETTLED:
        msg = "only a debit that was collected can be disputed; this one was not"
        raise UnableToDispute(msg)
    try:
        with transaction.atomic():
            dispute = Dispute.objects.create(
                collection=collection, ticket=ticket, opened_at=now, opened_by=str(by)
            )
    except IntegrityError as error:
        msg = "this debit is being looked at already; answer in that conversation"
        raise UnableToDispute(msg) from error
    for part in collection.parts.select_related("invoice"):
        billing.place_invoice_hold(
            invoice=part.invoice, kind=InvoiceHold.Kind.DISPUTE, by=by, now=now
        )
    audit.record(event="dispute.opened", by=by, subject=("dispute", dispute.pk), now=now)
    return dispute


@transaction.atomic
def close_dispute(*, dispute: Dispute, outcome: str, by: Actor, now: datetime) -> Dispute:
    """End a dispute with its outcome; the hold on the invoices ends with it."""
    closed = Dispute.objects.filter(pk=dispute.pk, closed_at__isnull=True).update(
        outcome=outcome, closed_at=now, closed_by=str(by)
    )
    if closed:
        for part in dispute.collection.parts.select_related("invoice"):
            billing.lift_invoice_hold(
                invoice=part.invoice, kind=InvoiceHold.Kind.DISPUTE, by=by, now=now
            )
        audit.record(
            event="dispute.closed",
            by=by,
            subject=("dispute", dispute.pk),
            now=now,
            data={"outcome": outcome},
        )
    dispute.refresh_from_db()
    return dispute

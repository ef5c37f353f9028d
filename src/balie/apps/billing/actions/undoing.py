"""Take back the booking of a transfer: its money is in suspense again, and all stands as before."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from balie.apps.banking import actions as banking
from balie.apps.banking.models import SliceClaim
from balie.apps.billing.actions.allocation import UnableToAllocate, allocate
from balie.apps.billing.actions.holds import place_invoice_hold
from balie.apps.billing.models import Allocation, Invoice, InvoiceHold, Payment
from balie.infra import audit, clock, outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow


@transaction.atomic
def undo_transfer(*, claim: SliceClaim, by: Actor, now: datetime) -> list[Payment]:
    """Put a transfer back in suspense: what it paid is open again, and what it freed is held again.

    The mail that it came in is withdrawn when it has not left; else a second one puts it right. It
    is not booked again by itself. Raises UnableToAllocate when it was taken back already, or was
    booked in another way.
    """
    if claim.claimant != SliceClaim.Claimant.ALLOCATION:
        raise UnableToAllocate(f"{claim} is no transfer of a customer")
    try:
        banking.undo_claim(claim=claim, by=by, now=now)
    except banking.UnableToClaim as error:
        raise UnableToAllocate(str(error)) from error
    payments = list(Payment.objects.filter(claim=claim).select_related("customer").order_by("pk"))
    for payment in payments:
        _undo(payment, by=by, now=now)
    return payments


def _undo(payment: Payment, *, by: Actor, now: datetime) -> None:
    paid = (
        payment.allocations.filter(kind=Allocation.Kind.TRANSFERRED)
        .values_list("invoice_id")
        .annotate(cents=Sum("amount_cents"))
        .order_by("invoice_id")
    )
    for invoice_id, cents in list(paid):
        invoice = Invoice.objects.get(pk=invoice_id)
        allocate(
            invoice=invoice,
            kind=Allocation.Kind.UNDONE,
            amount_cents=cents,
            event=f"payment-undone:{payment.pk}:{invoice_id}",
            booked_on=clock.local(now).date(),
            payment=payment,
            by=by,
            now=now,
        )
        _hold_again(invoice, payment, by=by, now=now)
    # All of it is there again, and goes: a guard against credit that was used in this very moment.
    whole = Payment.objects.filter(pk=payment.pk, unallocated_cents=payment.amount_cents)
    if not whole.update(unallocated_cents=0, undone_at=now, undone_by=str(by)):
        raise UnableToAllocate(f"{payment} is being used; look at it once more")
    audit.record(
        event="payment.undone",
        by=by,
        subject=("payment", payment.pk),
        now=now,
        data={"amount_cents": payment.amount_cents},
    )
    _tell(payment, now=now)


def _hold_again(invoice: Invoice, payment: Payment, *, by: Actor, now: datetime) -> None:
    """Place the holds again that this payment lifted, in the moment it was recorded."""
    for hold in InvoiceHold.objects.filter(invoice=invoice, lifted_at=payment.recorded_at):
        if hold.until_at is None or hold.until_at > now:
            place_invoice_hold(
                invoice=invoice, kind=hold.kind, until_at=hold.until_at, by=by, now=now
            )


def _tell(payment: Payment, *, now: datetime) -> None:
    rows = OutboxRow.objects.filter(event=f"transfer-received:{payment.pk}")
    if outbox.withdraw_untried(rows, reason="the booking was undone", now=now):
        return
    outbox.put(
        kind="transfer-undone",
        event=f"transfer-undone:{payment.pk}",
        recipient=("customer", payment.customer_id),
        payload={"payment": payment.pk},
        now=now,
    )

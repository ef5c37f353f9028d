"""Block the collecting of one invoice, and let it go again."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.billing import queries
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.infra import audit
from balie.infra.audit import Actor


@transaction.atomic
def place_invoice_hold(
    *, invoice: Invoice, kind: str, until_at: datetime | None = None, by: Actor, now: datetime
) -> InvoiceHold:
    """Block an invoice until a moment, or until lifted. A hold of that kind that stands may be
    prolonged or shortened: it is lifted and a new row placed; an equal one is left as it is.
    """
    standing = InvoiceHold.objects.filter(
        invoice=invoice, kind=kind, lifted_at__isnull=True
    ).first()
    if standing is not None:
        if standing.until_at == until_at and queries.is_standing(standing, now=now):
            return standing
        lift_invoice_hold(invoice=invoice, kind=kind, by=by, now=now)
    try:
        with transaction.atomic():
            hold = InvoiceHold.objects.create(
                invoice=invoice, kind=kind, placed_at=now, placed_by=str(by), until_at=until_at
            )
    except IntegrityError:
        # Somebody else placed it in this very moment: the invoice is blocked, as was asked.
        return InvoiceHold.objects.get(invoice=invoice, kind=kind, lifted_at__isnull=True)
    audit.record(
        event="invoice.held", by=by, subject=("invoice", invoice.pk), now=now, data={"kind": kind}
    )
    return hold


@transaction.atomic
def lift_invoice_hold(*, invoice: Invoice, kind: str, by: Actor, now: datetime) -> int:
    """Lift the standing hold of a kind, if there is one; returns how many were lifted (0 or 1)."""
    lifted = InvoiceHold.objects.filter(invoice=invoice, kind=kind, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=str(by)
    )
    if lifted:
        audit.record(
            event="invoice.released",
            by=by,
            subject=("invoice", invoice.pk),
            now=now,
            data={"kind": kind},
        )
    return lifted

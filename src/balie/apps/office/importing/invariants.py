"""What must always hold of what was taken over (DESIGN section 7: 2)."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Sum

from balie.apps.ledger import accounts
from balie.apps.ledger.models import Posting
from balie.apps.office.importing.totals import OPENING_KEY
from balie.apps.office.models import ForeignInvoice
from balie.infra.invariants import Result, Violation


def taken_over_is_booked(*, now: datetime) -> Result:
    """2: per customer, the opening balance is what was open on the invoices taken over."""
    name = "2 opening balance = open invoices taken over"
    invoices = dict(
        ForeignInvoice.objects.order_by().values_list("customer").annotate(sum=Sum("open_cents"))
    )
    booked = dict(
        Posting.objects.filter(
            account__code=accounts.TAKEN_OVER, entry__key__startswith=OPENING_KEY
        )
        .order_by()
        .values_list("customer")
        .annotate(sum=Sum("amount_cents"))
    )
    customers = sorted({*invoices, *booked}, key=str)
    broken = tuple(
        Violation(
            invariant=name,
            subject=f"customer {pk}",
            detail=f"{booked.get(pk, 0)} cents booked, {invoices.get(pk, 0)} open when taken over",
        )
        for pk in customers
        if booked.get(pk, 0) != invoices.get(pk, 0)
    )
    return Result(name=name, checked=len(customers), violations=broken)


INVARIANTS: tuple[Callable[..., Result], ...] = (taken_over_is_booked,)

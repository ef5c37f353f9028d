"""How long customers' transfers took until they paid an invoice, in two queries."""

from datetime import datetime

from django.db.models import Min
from django.db.models.functions import Coalesce

from balie.apps.banking import queries as bank
from balie.apps.billing.matching import TRANSFERS
from balie.apps.billing.models import Allocation
from balie.domain.policy import Policy
from balie.domain.transfer_times import TransferTimes, transfer_times
from balie.infra import clock


def times_of_transfers(*, now: datetime, since: datetime, policy: Policy) -> TransferTimes:
    """Return how many working days transfers took that first paid something since then.

    Counted from the value date, or the day of booking where the bank gave none. What is still in
    suspense counts as waiting, whoever it turns out to be of.
    """
    placed = (
        Allocation.objects.filter(
            kind=Allocation.Kind.TRANSFERRED, payment__claim__undone_at__isnull=True
        )
        .values(
            "payment_id",
            valued_on=Coalesce(
                "payment__claim__slice__entry__value_date",
                "payment__claim__slice__entry__booked_on",
            ),
        )
        .annotate(first_at=Min("allocated_at"))
        .filter(first_at__gte=since, first_at__lte=now)
        .values_list("valued_on", "first_at")
        .order_by()
    )
    waiting = (
        bank.unclaimed_slices()
        .filter(TRANSFERS)
        .annotate(valued_on=Coalesce("entry__value_date", "entry__booked_on"))
        .values_list("valued_on", flat=True)
    )
    return transfer_times(
        ((valued_on, clock.local(first_at).date()) for valued_on, first_at in placed),
        waiting_since=waiting,
        today=clock.local(now).date(),
        policy=policy,
    )

"""Who has a ticket open, and who is typing: rows that run out by the clock."""

from datetime import datetime, timedelta

from django.db import transaction

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import Presence, Ticket

FORGOTTEN_AFTER = timedelta(hours=1)


@transaction.atomic
def be_present(*, ticket: Ticket, employee: Employee, is_typing: bool, now: datetime) -> Presence:
    """Note that an employee has a ticket before him now, and whether he is typing an answer."""
    Presence.objects.filter(ticket=ticket, seen_at__lt=now - FORGOTTEN_AFTER).delete()
    seen: dict[str, datetime] = {"seen_at": now}
    if is_typing:
        seen["typed_at"] = now
    row, _ = Presence.objects.update_or_create(ticket=ticket, employee=employee, defaults=seen)
    return row

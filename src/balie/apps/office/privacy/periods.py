"""When an address was whose: what came from it belongs to who held it then, not who has it now.

An address goes from one person to another: who leaves it, and who takes it up, stand in the changes
of address. Of who never changed his, all that came from it is his, unless another held it before.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from balie.apps.credentials.models import AddressChange
from balie.apps.customers.models import User

MADE = (AddressChange.State.COMPLETED, AddressChange.State.REVERTED)


@dataclass(frozen=True, kw_only=True)
class Period:
    """An address that was somebody's from one moment to another; None is open-ended."""

    email: str
    since: datetime | None
    until: datetime | None

    def of(self, email_field: str, at_field: str) -> Q:
        """Rows with this address in one field and a moment within the period in another."""
        wanted = Q(**{f"{email_field}__iexact": self.email})
        if self.since is not None:
            wanted &= Q(**{f"{at_field}__gte": self.since})
        if self.until is not None:
            wanted &= Q(**{f"{at_field}__lt": self.until})
        return wanted


def periods_of(user: User) -> list[Period]:
    """Return the addresses an account held, with when, oldest first."""
    found: list[Period] = []
    since: datetime | None = None
    made = AddressChange.objects.filter(user=user, state__in=MADE, completed_at__isnull=False)
    for change in made.exclude(old_email="").order_by("completed_at", "pk"):
        begun = since or _left_by_another(change.old_email, user)
        found.append(Period(email=change.old_email, since=begun, until=change.completed_at))
        since = change.closed_at if change.state == AddressChange.State.REVERTED else None
        since = since or change.completed_at
    if user.email_changed_at > user.created_at:
        since = user.email_changed_at
    else:
        since = since or _left_by_another(user.email, user)
    return [*found, Period(email=user.email, since=since, until=None)]


def came_from(user: User, *, email_field: str, at_field: str) -> Q:
    """Rows that came from an address of this account while it was his."""
    wanted = Q(pk__in=())
    for period in periods_of(user):
        wanted |= period.of(email_field, at_field)
    return wanted


def _left_by_another(email: str, user: User) -> datetime | None:
    """Return when another account last let go of this address, None where none did."""
    others = AddressChange.objects.filter(old_email__iexact=email, state=MADE[0])
    left = others.exclude(user=user).exclude(user=None).order_by("-completed_at")
    return left.values_list("completed_at", flat=True).first()

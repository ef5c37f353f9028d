"""Reads about the people of an account: who hears of its new password."""

from datetime import datetime, timedelta

from balie.apps.credentials.models import AddressChange
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Employee, User

FORMER_FOR = timedelta(days=30)  # so long a former address still hears of a new password


def told_with(user: User) -> list[User]:
    """Return who besides the owner of an account hears of its new password.

    For a contact the owners of each customer he belongs to; for an employee those who appoint.
    """
    owners = [other for other in customers.told_about(user) if other.pk != user.pk]
    if not customers.is_employee(user):
        return owners
    admins = Employee.objects.filter(role=Employee.Role.ADMIN)
    told = User.objects.filter(pk__in=admins.values("user"), is_active=True)
    return list(told.exclude(pk=user.pk).order_by("pk"))


def former_addresses(user: User, *, now: datetime) -> list[AddressChange]:
    """Return the changes by which an account lately lost an address, for that address to hear."""
    made = AddressChange.objects.filter(user=user, state=AddressChange.State.COMPLETED)
    lately = made.filter(completed_at__gt=now - FORMER_FOR).exclude(old_email="")
    return list(lately.order_by("pk"))

"""Reads about the people of an account: who hears of its new password."""

from balie.apps.customers import queries as customers
from balie.apps.customers.models import Employee, User


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

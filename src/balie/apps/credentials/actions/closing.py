"""Take access away: with the role goes what was mailed and still opens the account.

A link or a code that stands would otherwise work again once the account is opened, and let in
whoever keeps the mailbox of somebody who left.
"""

from datetime import datetime

from django.db import transaction

from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import factors, roles, sessions, sign_in_codes
from balie.apps.customers.models import CustomerContact, Employee, User
from balie.infra.audit import Actor


@transaction.atomic
def remove_contact(*, given: CustomerContact, is_proven: bool, by: Actor, now: datetime) -> None:
    """Take somebody's access to a customer away. Raises what `roles.remove_contact` raises."""
    user = User.objects.get(contact=given.contact_id)
    roles.remove_contact(given=given, is_proven=is_proven, by=by, now=now)
    void_mailed(user, now=now)


@transaction.atomic
def deactivate_employee(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Close the account of an employee who left. Raises roles.UnableToChangeRole."""
    roles.deactivate_employee(employee=employee, by=by, now=now)
    void_mailed(employee.user, now=now)


@transaction.atomic
def reset_factors(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Let an employee who lost his second factor and codes add a new one; sessions end.

    The account and every admin are mailed. For employees alone: a contact proves himself.
    """
    factors.reset(user=employee.user, by=by, now=now)
    sessions.end_all(user=employee.user, now=now)
    void_mailed(employee.user, now=now)


def void_mailed(user: User, *, now: datetime) -> None:
    """Void what was mailed to an account and still opens it: used links no longer set panels."""
    RecoveryLink.objects.filter(user=user, voided_at__isnull=True, expires_at__gt=now).update(
        voided_at=now
    )
    sign_in_codes.void_standing(user, now=now)

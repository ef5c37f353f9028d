"""Tell who must hear of it that access changed: nobody takes a customer or the desk over unseen.

The mails hold ids alone, and no words that somebody typed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from balie.apps.customers.models import Customer, CustomerContact, Employee, User
from balie.infra import outbox
from balie.infra.audit import JSON


def access_changed(
    *,
    customer: Customer,
    what: str,
    about: Mapping[str, JSON],
    also: User | None = None,
    event: int,
    now: datetime,
) -> None:
    """Mail every owner of a customer, and the person it is about where he has an account.

    `about` names the user or the invitation by id; `event` is the line of the trail.
    """
    owners = CustomerContact.objects.filter(customer=customer, role=CustomerContact.Role.OWNER)
    told = User.objects.filter(is_active=True, contact__roles__in=owners)
    payload = {"customer": customer.pk, "what": what, **about}
    _tell("access-changed", (*told, *((also,) if also else ())), payload, event=event, now=now)


def employee_changed(*, employee: Employee, what: str, event: int, now: datetime) -> None:
    """Mail every admin and the employee himself what changed about his account at the desk."""
    admins = User.objects.filter(is_active=True, employee__role=Employee.Role.ADMIN)
    payload: dict[str, JSON] = {"employee": employee.pk, "what": what, "role": employee.role}
    _tell("employee-changed", (*admins, employee.user), payload, event=event, now=now)


def _tell(
    kind: str, told: Iterable[User], payload: Mapping[str, JSON], *, event: int, now: datetime
) -> None:
    for pk in sorted({user.pk for user in told}):
        outbox.put(
            kind=kind,
            event=f"{kind}:{event}:{pk}",
            recipient=("user", pk),
            payload=payload,
            now=now,
        )

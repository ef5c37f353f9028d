"""Who may do what: the contacts of a customer with their roles, and the employees with theirs.

A customer always keeps an owner, and the desk an admin: whoever takes one away takes the customer
(or all admins) under a write lock first, so that two at once cannot take the last two.
"""

from datetime import datetime

from django.db import transaction

from balie.apps.customers import actions, announcing, invitations, queries, sessions
from balie.apps.customers.invitations import NeedsOldFactor
from balie.apps.customers.models import CustomerContact, Employee, User
from balie.apps.customers.turns import take_turn
from balie.infra import audit
from balie.infra.audit import Actor
from balie.infra.models import AuditEvent

OWNER = CustomerContact.Role.OWNER
ADMIN = Employee.Role.ADMIN


class UnableToChangeRole(Exception):
    """A role stays as it is; the message says why."""


@transaction.atomic
def change_contact_role(
    *, given: CustomerContact, role: str, is_proven: bool, by: Actor, now: datetime
) -> None:
    """Give a contact another role, and tell him and every owner. The last owner stays.

    `is_proven`: whoever changes it signed in with a second factor he has had for a while. Raises
    UnableToChangeRole, NeedsOldFactor where an owner is made or another one unmade.
    """
    _keep_an_owner(given, but_not=role != OWNER)
    if role == given.role:
        return
    if not is_proven and (role == OWNER or _is_another_owner(given, by=by)):
        raise NeedsOldFactor("sign in with a second factor to make or unmake an owner")
    former = given.role
    data: dict[str, str | int] = {"contact": given.contact_id, "from": former, "to": role}
    line = _record("contact.role_changed", ("customer", given.customer_id), by=by, now=now, **data)
    _tell(given, "role", role=role, event=line.pk, now=now)
    CustomerContact.objects.filter(pk=given.pk).update(role=role)
    if former == OWNER:
        invitations.withdraw_all_of(given, by=by, now=now)


@transaction.atomic
def remove_contact(*, given: CustomerContact, is_proven: bool, by: Actor, now: datetime) -> None:
    """Take somebody's access to a customer away, and tell him and every owner.

    His sessions go on, for his other customers: each request reads anew what he is. Raises
    UnableToChangeRole for the last owner, NeedsOldFactor as `change_contact_role` does.
    """
    _keep_an_owner(given, but_not=True)
    if not is_proven and _is_another_owner(given, by=by):
        raise NeedsOldFactor("sign in with a second factor to take an owner away")
    data: dict[str, str | int] = {"contact": given.contact_id, "role": given.role}
    line = _record("contact.removed", ("customer", given.customer_id), by=by, now=now, **data)
    _tell(given, "removed", role=given.role, event=line.pk, now=now)
    invitations.withdraw_all_of(given, by=by, now=now)
    CustomerContact.objects.filter(pk=given.pk).delete()


@transaction.atomic
def appoint_employee(*, name: str, email: str, role: str, by: Actor, now: datetime) -> Employee:
    """Appoint an employee, and tell him and every admin. Raises actions.UnableToRegister."""
    employee = actions.register_employee(name=name, email=email, role=role, by=by, now=now)
    line = _record("employee.appointed", ("employee", employee.pk), by=by, now=now)
    announcing.employee_changed(employee=employee, what="appointed", event=line.pk, now=now)
    return employee


@transaction.atomic
def change_employee_role(*, employee: Employee, role: str, by: Actor, now: datetime) -> None:
    """Give an employee another role. Raises UnableToChangeRole for the last admin."""
    _keep_an_admin(employee, but_not=role != ADMIN)
    former = employee.role
    Employee.objects.filter(pk=employee.pk).update(role=role)
    data = {"from": former, "to": role}
    line = _record("employee.role_changed", ("employee", employee.pk), by=by, now=now, **data)
    employee.role = role
    announcing.employee_changed(employee=employee, what="role", event=line.pk, now=now)


@transaction.atomic
def deactivate_employee(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Close the account of an employee who left: every session ends, what he did stays.

    Raises UnableToChangeRole for the last admin.
    """
    _keep_an_admin(employee, but_not=True)
    User.objects.filter(pk=employee.user_id).update(is_active=False)
    sessions.end_all(user=employee.user, now=now)
    line = _record("employee.deactivated", ("employee", employee.pk), by=by, now=now)
    announcing.employee_changed(employee=employee, what="closed", event=line.pk, now=now)


@transaction.atomic
def reactivate_employee(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Open the account of an employee again; he signs in with what he had."""
    User.objects.filter(pk=employee.user_id).update(is_active=True)
    line = _record("employee.reactivated", ("employee", employee.pk), by=by, now=now)
    announcing.employee_changed(employee=employee, what="opened", event=line.pk, now=now)


def _keep_an_owner(given: CustomerContact, *, but_not: bool) -> None:
    take_turn(given.customer_id)
    given.refresh_from_db()
    owners = CustomerContact.objects.filter(customer=given.customer_id, role=OWNER)
    if but_not and given.role == OWNER and not owners.exclude(pk=given.pk).exists():
        raise UnableToChangeRole("a customer keeps an owner; make somebody else owner first")


def _is_another_owner(given: CustomerContact, *, by: Actor) -> bool:
    return given.role == OWNER and (by.kind, by.id) != ("contact", given.contact_id)


def _tell(given: CustomerContact, what: str, *, role: str, event: int, now: datetime) -> None:
    user = User.objects.get(contact=given.contact_id)
    about: dict[str, audit.JSON] = {"user": user.pk, "role": role}
    announcing.access_changed(
        customer=given.customer, what=what, about=about, also=user, event=event, now=now
    )


def _keep_an_admin(employee: Employee, *, but_not: bool) -> None:
    admins = Employee.objects.filter(role=ADMIN)
    admins.update(role=ADMIN)  # whoever is next waits
    employee.refresh_from_db()
    others = queries.active_employees().filter(role=ADMIN).exclude(pk=employee.pk)
    if but_not and employee.role == ADMIN and not others.exists():
        raise UnableToChangeRole("the desk keeps an admin; make somebody else admin first")


def _record(
    event: str, subject: tuple[str, int], *, by: Actor, now: datetime, **data: str | int
) -> AuditEvent:
    return audit.record(event=event, by=by, subject=subject, now=now, data=data)

"""Who may do what: the contacts of a customer with their roles, and the employees with theirs.

A customer always keeps an owner, and the desk an admin: whoever takes one away takes the customer
(or all admins) under a write lock first, so that two at once cannot take the last two.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from balie.apps.customers import actions, queries, sessions
from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, User
from balie.infra import audit, outbox
from balie.infra.audit import Actor

OWNER = CustomerContact.Role.OWNER
ADMIN = Employee.Role.ADMIN


class UnableToChangeRole(Exception):
    """A role stays as it is; the message says why."""


@transaction.atomic
def invite_contact(
    *, customer: Customer, name: str, email: str, role: str, by: Actor, now: datetime
) -> Contact:
    """Give somebody access to a customer and write to him; his mailbox proves who he is.

    The mail holds no secret: he asks for a login himself, as anybody does (safety, A7). Raises
    UnableToRegister when the address cannot get access, UnableToChangeRole when it has it already.
    """
    known = CustomerContact.objects.filter(customer=customer, contact__user__email__iexact=email)
    if known.exists():
        raise UnableToChangeRole("this address has access already; change its role")
    contact = actions.register_contact(
        customer=customer,
        name=name,
        email=email,
        role=role,
        language=customer.language,
        by=by,
        now=now,
    )
    given = CustomerContact.objects.get(customer=customer, contact=contact)
    outbox.put(
        kind="contact-invited",
        event=f"contact-invited:{given.pk}",
        recipient=("user", contact.user_id),
        payload={"customer": customer.pk, "role": role, "by": by.name},
        now=now,
    )
    return contact


@transaction.atomic
def change_contact_role(*, given: CustomerContact, role: str, by: Actor, now: datetime) -> None:
    """Give a contact another role. Raises UnableToChangeRole for the last owner."""
    _keep_an_owner(given, but_not=role != OWNER)
    former = given.role
    CustomerContact.objects.filter(pk=given.pk).update(role=role)
    data: dict[str, str | int] = {"contact": given.contact_id, "from": former, "to": role}
    _record("contact.role_changed", ("customer", given.customer_id), by=by, now=now, **data)


@transaction.atomic
def remove_contact(*, given: CustomerContact, by: Actor, now: datetime) -> None:
    """Take somebody's access to a customer away; his sessions end. Raises UnableToChangeRole for
    the last owner.
    """
    _keep_an_owner(given, but_not=True)
    user = User.objects.get(contact=given.contact_id)
    CustomerContact.objects.filter(pk=given.pk).delete()
    sessions.end_all(user=user, now=now)
    data: dict[str, str | int] = {"contact": given.contact_id, "role": given.role}
    _record("contact.removed", ("customer", given.customer_id), by=by, now=now, **data)


@transaction.atomic
def change_employee_role(*, employee: Employee, role: str, by: Actor, now: datetime) -> None:
    """Give an employee another role. Raises UnableToChangeRole for the last admin."""
    _keep_an_admin(employee, but_not=role != ADMIN)
    former = employee.role
    Employee.objects.filter(pk=employee.pk).update(role=role)
    data = {"from": former, "to": role}
    _record("employee.role_changed", ("employee", employee.pk), by=by, now=now, **data)


@transaction.atomic
def deactivate_employee(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Close the account of an employee who left: every session ends, what he did stays.

    Raises UnableToChangeRole for the last admin.
    """
    _keep_an_admin(employee, but_not=True)
    User.objects.filter(pk=employee.user_id).update(is_active=False)
    sessions.end_all(user=employee.user, now=now)
    _record("employee.deactivated", ("employee", employee.pk), by=by, now=now)


@transaction.atomic
def reactivate_employee(*, employee: Employee, by: Actor, now: datetime) -> None:
    """Open the account of an employee again; he signs in with what he had."""
    User.objects.filter(pk=employee.user_id).update(is_active=True)
    _record("employee.reactivated", ("employee", employee.pk), by=by, now=now)


def _keep_an_owner(given: CustomerContact, *, but_not: bool) -> None:
    Customer.objects.filter(pk=given.customer_id).update(name=F("name"))  # whoever is next waits
    given.refresh_from_db()
    owners = CustomerContact.objects.filter(customer=given.customer_id, role=OWNER)
    if but_not and given.role == OWNER and not owners.exclude(pk=given.pk).exists():
        raise UnableToChangeRole("a customer keeps an owner; make somebody else owner first")


def _keep_an_admin(employee: Employee, *, but_not: bool) -> None:
    admins = Employee.objects.filter(role=ADMIN)
    admins.update(role=ADMIN)  # whoever is next waits
    employee.refresh_from_db()
    others = queries.active_employees().filter(role=ADMIN).exclude(pk=employee.pk)
    if but_not and employee.role == ADMIN and not others.exists():
        raise UnableToChangeRole("the desk keeps an admin; make somebody else admin first")


def _record(
    event: str, subject: tuple[str, int], *, by: Actor, now: datetime, **data: str | int
) -> None:
    audit.record(event=event, by=by, subject=subject, now=now, data=data)

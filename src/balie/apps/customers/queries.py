"""Reads about customers and people. A face gets a customer only through a Viewer."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, Hold, User
from balie.apps.customers.viewer import Viewer
from balie.domain.numbering import normalise_customer_number
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent

MAIL_ORDER = {
    "finance": (CustomerContact.Role.FINANCE, CustomerContact.Role.OWNER),
    "owner": (CustomerContact.Role.OWNER, CustomerContact.Role.FINANCE),
}


def viewer_of(
    user: User,
    *,
    customer_id: int | None = None,
    signed_in_by: str = "password",
    has_second_factor: bool = False,
    factor_id: int | None = None,
) -> Viewer | None:
    """Return who `user` is at the desk: an employee, or a contact for one of his customers.

    Without `customer_id` a contact looks at the first customer he belongs to. A user who is
    neither, or a customer that is not his, gives None.
    """
    employee = Employee.objects.filter(user=user).first()
    if employee is not None:
        return Viewer(
            kind="employee",
            person_id=employee.pk,
            name=employee.name,
            role=employee.role,
            customer_id=None,
            signed_in_by=signed_in_by,
            has_second_factor=has_second_factor,
            factor_id=factor_id,
        )
    roles = CustomerContact.objects.filter(contact__user=user).select_related("contact")
    if customer_id is not None:
        roles = roles.filter(customer_id=customer_id)
    role = roles.order_by("pk").first()
    if role is None:
        return None
    return Viewer(
        kind="contact",
        person_id=role.contact_id,
        name=role.contact.name,
        role=role.role,
        customer_id=role.customer_id,
        signed_in_by=signed_in_by,
        has_second_factor=has_second_factor,
        factor_id=factor_id,
    )


def customers_for(*, viewer: Viewer) -> QuerySet[Customer]:
    """Return the customers this viewer may see: all for an employee, one for a contact."""
    if viewer.is_employee:
        return Customer.objects.all()
    return Customer.objects.filter(contacts=viewer.person_id).filter(
        pk__in=[viewer.customer_id] if viewer.customer_id else []
    )


def customer_for(*, viewer: Viewer, number: str | None = None) -> Customer:
    """Return one customer: a contact's own, or for an employee the one with `number`.

    Raises Customer.DoesNotExist, for a stranger's number too.
    """
    found = customers_for(viewer=viewer)
    return found.get() if number is None else found.get(number=number)


def customers_of_contact(contact_id: int) -> QuerySet[Customer]:
    """Return every customer a contact belongs to, for him to choose from."""
    return Customer.objects.filter(roles__contact=contact_id).order_by("number")


def contact_of(viewer: Viewer) -> Contact:
    """Return the contact who is looking. Raises Contact.DoesNotExist for an employee."""
    if viewer.is_employee:
        msg = "an employee is no contact"
        raise Contact.DoesNotExist(msg)
    return Contact.objects.select_related("user").get(pk=viewer.person_id)


def employee_of(viewer: Viewer) -> Employee:
    """Return the employee who is looking. Raises Employee.DoesNotExist for a contact."""
    if not viewer.is_employee:
        msg = "a contact is no employee"
        raise Employee.DoesNotExist(msg)
    return Employee.objects.get(pk=viewer.person_id)


def actor_of(user: User) -> Actor:
    """Return who acts when this account does: its contact or employee; else the system."""
    contact = Contact.objects.filter(user=user).first()
    if contact is not None:
        return Actor("contact", contact.pk, contact.name)
    employee = Employee.objects.filter(user=user).first()
    return Actor("employee", employee.pk, employee.name) if employee is not None else SYSTEM


def is_employee(user: User) -> bool:
    """Tell whether an account is one of our side of the desk."""
    return Employee.objects.filter(user=user).exists()


def active_employees() -> QuerySet[Employee]:
    """Return the employees whose account is open, by name."""
    return Employee.objects.filter(user__is_active=True).order_by("name", "pk")


def has_worked_since(employee: Employee, moment: datetime) -> bool:
    """Tell whether an employee's account was open from a moment (UTC) on: neither made since, nor
    closed and opened again.
    """
    opened = AuditEvent.objects.filter(
        event="employee.reactivated",
        subject_kind="employee",
        subject_id=employee.pk,
        at__gt=moment,
    )
    return employee.user.created_at <= moment and not opened.exists()


def employees_for(*, viewer: Viewer) -> QuerySet[Employee]:
    """Return all employees, for an admin to see; nobody for anybody else."""
    everybody = Employee.objects.select_related("user").order_by("name", "pk")
    return everybody if viewer.is_employee and viewer.role == "admin" else everybody.none()


def roles_for(*, viewer: Viewer) -> QuerySet[CustomerContact]:
    """Return who may sign in for the customer this viewer owns; nobody where he is no owner."""
    given = CustomerContact.objects.filter(customer=viewer.customer_id)
    whole = given.select_related("contact__user").order_by("pk")
    return whole if viewer.role == "owner" and not viewer.is_employee else whole.none()


def told_about(user: User) -> list[User]:
    """Return the accounts whose address hears of a change to this one: its own, for a contact those
    of the owners beside him, for an employee those who appoint (NIST SP 800-63B-4, 4.6).
    """
    if is_employee(user):
        admins = Employee.objects.filter(role=Employee.Role.ADMIN).exclude(user=user)
        told = User.objects.filter(is_active=True, pk__in=admins.values("user"))
        return [user, *told.order_by("pk")]
    beside = CustomerContact.objects.filter(
        customer__roles__contact__user=user, role=CustomerContact.Role.OWNER
    )
    owners = User.objects.filter(is_active=True, contact__roles__in=beside).exclude(pk=user.pk)
    return [user, *owners.distinct().order_by("pk")]


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return the names behind what `*_by` columns hold (`employee:3`), in at most two queries.

    What is not there has no person behind it: the system, or nobody.
    """
    wanted: dict[str, set[int]] = {"employee": set(), "contact": set()}
    for actor in actors:
        kind, _, identity = actor.partition(":")
        if kind in wanted and identity.isdecimal():
            wanted[kind].add(int(identity))
    names: dict[str, str] = {}
    if wanted["employee"]:
        people = Employee.objects.filter(pk__in=wanted["employee"])
        names |= {f"employee:{one.pk}": one.name for one in people}
    if wanted["contact"]:
        guests = Contact.objects.filter(pk__in=wanted["contact"])
        names |= {f"contact:{one.pk}": one.name for one in guests}
    return names


def is_held(customer: Customer, blocks: str, *, now: datetime) -> bool:
    """Tell whether credentials or money of this customer may not be touched at `now`.

    A hold on one account counts too: panels are the customer's, whoever of his contacts asks.
    """
    return standing_holds(customer, now=now).filter(blocks=blocks).exists()


def is_silent(customer: Customer, *, now: datetime) -> bool:
    """Tell whether everything about money has stopped for a customer, as it does after a death.

    Then nothing is debited, no mail or letter about money leaves and no reminder is made; services
    stay up and a person decides. A hold on money says so, whoever placed it.
    """
    return is_held(customer, Hold.Blocks.MONEY, now=now)


def are_logins_held(user: User, *, now: datetime) -> bool:
    """Tell whether no login may be mailed to an account: a hold on it, or on a whole customer.

    A hold on another account of the same customer is not his (one query for all who ask this).
    """
    standing = Q(until_at__isnull=True) | Q(until_at__gt=now)
    return Hold.objects.filter(
        standing,
        Q(account__isnull=True, customer__contacts__user=user) | Q(account=user),
        blocks=Hold.Blocks.CREDENTIALS,
        lifted_at__isnull=True,
    ).exists()


def standing_holds(customer: Customer, *, now: datetime) -> QuerySet[Hold]:
    """Return what blocks credentials or money of a customer at `now`, oldest first."""
    standing = Q(until_at__isnull=True) | Q(until_at__gt=now)
    return Hold.objects.filter(standing, customer=customer, lifted_at__isnull=True).order_by("pk")


def find_accounts(identifier: str) -> list[User]:
    """Return the accounts meant by an e-mail address or a customer number; often none.

    An address is compared without case with what is stored, never normalised further, so a
    look-alike of an address never matches it (guide: safety, A6).
    """
    wanted = identifier.strip()
    if "@" in wanted:
        users = User.objects.filter(email__iexact=wanted)
        return [user for user in users if user.email.lower() == wanted.lower()]
    number = normalise_customer_number(wanted)
    if number is None:
        return []
    return list(
        User.objects.filter(contact__customers__number=number, is_active=True).order_by("pk")
    )


def contact_for_mail(customer: Customer, *, purpose: str = "owner") -> Contact | None:
    """Return whom to write to about this customer: finance first for money, else the owner."""
    roles = {
        role.role: role.contact
        for role in CustomerContact.objects.filter(customer=customer)
        .select_related("contact__user")
        .order_by("-pk")
    }
    for wanted in MAIL_ORDER[purpose]:
        if wanted in roles:
            return roles[wanted]
    return next(iter(roles.values()), None)


def addressee(customer: Customer) -> dict[str, str]:
    """Return the customer's name and address as frozen on a document."""
    return {
        "number": customer.number,
        "name": customer.name,
        "street": customer.street,
        "house_number": customer.house_number,
        "postcode": customer.postcode,
        "city": customer.city,
        "country": customer.country,
        "vat_number": customer.vat_number,
        "kvk_number": customer.kvk_number,
    }

"""The audit trail as an admin searches it: by customer or person, and by who of us did it."""

from dataclasses import dataclass

from django.db.models import Q

from balie.apps.customers import queries as customers
from balie.apps.customers.models import Contact, Customer, Employee, User
from balie.infra.models import AuditEvent


@dataclass(frozen=True, kw_only=True)
class Trail:
    """One page of events, newest first; `before` leads to the next one, None on the last."""

    events: list[AuditEvent]
    names: dict[str, str]
    before: int | None
    is_known: bool


def search(*, about: str, employee: int | None, before: int | None, size: int) -> Trail:
    """Find events about a customer number or e-mail address, of one employee, or both.

    Paged by key: what is recorded meanwhile moves nothing.
    """
    wanted, is_known = _about(about.strip()) if about.strip() else (Q(), True)
    if employee is not None:
        wanted &= Q(by_kind="employee", by_id=employee)
    if before is not None:
        wanted &= Q(pk__lt=before)
    found = list(AuditEvent.objects.filter(wanted).order_by("-pk")[: size + 1]) if is_known else []
    shown = found[:size]
    return Trail(
        events=shown,
        names=customers.names_of(f"{one.by_kind}:{one.by_id}" for one in shown),
        before=shown[-1].pk if len(found) > size else None,
        is_known=is_known,
    )


def employees() -> list[Employee]:
    """Return who of us may have done something, by name."""
    return list(Employee.objects.order_by("name", "pk"))


def _about(text: str) -> tuple[Q, bool]:
    """What was done by or to the people that a customer number or an address means."""
    if "@" in text:
        contacts = Contact.objects.filter(user__email__iexact=text)
        found = Customer.objects.none()
    else:
        found = Customer.objects.filter(number=text.upper())
        contacts = Contact.objects.filter(roles__customer__in=found)
    people = list(contacts.values_list("pk", "user_id"))
    customer_ids = list(found.values_list("pk", flat=True))
    users = [user for _, user in people]
    users += list(User.objects.filter(email__iexact=text).values_list("pk", flat=True))
    ids = [contact for contact, _ in people]
    wanted = (
        Q(by_kind="contact", by_id__in=ids)
        | Q(subject_kind="contact", subject_id__in=ids)
        | Q(subject_kind="user", subject_id__in=users)
        | Q(subject_kind="customer", subject_id__in=customer_ids)
    )
    return wanted, bool(people or users or customer_ids)

"""The six people a visitor can be: three customers with something going on, three employees."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, User
from balie.apps.directdebit.models import Collection, RTransaction
from balie.apps.mandates.models import Mandate


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody to sign in as, and why he is worth a look."""

    kind: str
    person_id: int
    name: str
    about: str


def guests() -> list[Guest]:
    """Return the six, customers first."""
    employees = [
        Guest(kind="employee", person_id=one.pk, name=one.name, about=_role(one.role))
        for one in Employee.objects.order_by("pk")[:3]
    ]
    return [*_customers(), *employees]


def user_of(kind: str, person_id: int) -> User | None:
    """Return the account of one of the six, or None for anybody else."""
    if not any(one.kind == kind and one.person_id == person_id for one in guests()):
        return None
    if kind == "employee":
        return Employee.objects.select_related("user").get(pk=person_id).user
    return Contact.objects.select_related("user").get(pk=person_id).user


def _role(role: str) -> str:
    return {
        Employee.Role.AGENT: _("answers questions"),
        Employee.Role.FINANCE: _("looks after the money"),
        Employee.Role.ADMIN: _("runs the desk"),
    }[Employee.Role(role)]


def _customers() -> list[Guest]:
    taken: list[int] = []
    found = []
    for customer, about in (
        (_failed(), _("a debit failed; was asked to transfer")),
        (_settled(taken), _("was debited; can still have it charged back")),
        (_transfers(taken), _("pays by bank transfer")),
    ):
        if customer is None or customer.pk in taken:
            continue
        taken.append(customer.pk)
        contact = CustomerContact.objects.filter(customer=customer).order_by("pk")[0].contact
        found.append(Guest(kind="contact", person_id=contact.pk, name=contact.name, about=about))
    return found


def _failed() -> Customer | None:
    all_undone = RTransaction.objects.order_by("-pk").select_related("collection__customer")
    still_open = all_undone.filter(collection__parts__invoice__open_cents__gt=0)
    undone = still_open.first() or all_undone.first()
    return undone.collection.customer if undone else None


def _settled(taken: list[int]) -> Customer | None:
    settled = (
        Collection.objects.filter(state=Collection.State.SETTLED)
        .exclude(customer__in=taken)
        .order_by("-settled_on", "pk")
        .select_related("customer")
        .first()
    )
    return settled.customer if settled else None


def _transfers(taken: list[int]) -> Customer | None:
    with_mandate = Mandate.objects.filter(status=Mandate.Status.ACTIVE).values("customer")
    return (
        Customer.objects.exclude(pk__in=with_mandate).exclude(pk__in=taken).order_by("pk").first()
    )

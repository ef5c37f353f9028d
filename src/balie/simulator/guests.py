"""The six people a visitor can be: three customers with something going on, three employees."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, User
from balie.apps.directdebit.models import Collection, RTransaction
from balie.apps.mandates.models import Mandate
from balie.infra import audit, clock
from balie.infra.audit import JSON, SYSTEM
from balie.infra.models import AuditEvent

CHOSEN = "demo.guests"


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
    """Return the three customers, the same ones however far time moves and whatever they do."""
    chosen = _chosen()
    people = Contact.objects.in_bulk(chosen.values())
    about = {
        "failed": _("a debit failed; was asked to transfer"),
        "settled": _("was debited; can still have it charged back"),
        "transfers": _("pays by bank transfer"),
    }
    return [
        Guest(kind="contact", person_id=pk, name=people[pk].name, about=about[story])
        for story, pk in chosen.items()
    ]


def _chosen() -> dict[str, int]:
    """Return the contact of each story; chosen when the demo is first looked at, then kept."""
    kept = AuditEvent.objects.filter(event=CHOSEN).order_by("pk").first()
    if kept is None:
        found: dict[str, JSON] = dict(_choose())
        kept = audit.record(
            event=CHOSEN, by=SYSTEM, subject=("demo", 1), now=clock.now(), data=found
        )
    return {story: int(str(kept.data[story])) for story in STORIES if story in kept.data}


def _choose() -> Iterator[tuple[str, int]]:
    taken: list[int] = []
    for story, find in STORIES.items():
        customer = find(taken)
        if customer is not None:
            taken.append(customer.pk)
            role = CustomerContact.objects.filter(customer=customer).order_by("pk")[0]
            yield story, role.contact_id


def _failed(taken: list[int]) -> Customer | None:
    undone = (
        RTransaction.objects.filter(collection__parts__invoice__open_cents__gt=0)
        .exclude(collection__customer__in=taken)
        .order_by("-pk")
        .select_related("collection__customer")
        .first()
    )
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


STORIES = {"failed": _failed, "settled": _settled, "transfers": _transfers}

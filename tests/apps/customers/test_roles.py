"""Who may do what for a customer and at the desk: invited, changed, taken away, never the last."""

import pytest

from balie.apps.customers import actions, invitations, queries, roles
from balie.apps.customers.models import Customer, CustomerContact, Employee
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_customer

pytestmark = pytest.mark.django_db


def owner_of(customer: Customer) -> CustomerContact:
    return CustomerContact.objects.get(customer=customer, role="owner")


def join(customer: Customer, email: str = "els@klant.example", role: str = "technical") -> None:
    actions.register_contact(
        customer=customer, name="Els", email=email, role=role, by=SYSTEM, now=NOW
    )


def employ(email: str, role: str = "admin") -> Employee:
    return actions.register_employee(name="Ans", email=email, role=role, by=SYSTEM, now=NOW)


@pytest.mark.postgres
def test_last_owner_stays() -> None:
    given = owner_of(new_customer())

    with pytest.raises(roles.UnableToChangeRole, match="keeps an owner"):
        roles.remove_contact(given=given, is_proven=True, by=SYSTEM, now=NOW)
    with pytest.raises(roles.UnableToChangeRole, match="keeps an owner"):
        roles.change_contact_role(given=given, role="technical", is_proven=True, by=SYSTEM, now=NOW)


def test_owner_goes_when_there_is_another() -> None:
    customer = new_customer()
    given = owner_of(customer)
    join(customer, role="owner")

    roles.remove_contact(given=given, is_proven=True, by=SYSTEM, now=NOW)

    assert owner_of(customer).contact.user.email == "els@klant.example"
    assert queries.viewer_of(given.contact.user) is None
    assert AuditEvent.objects.filter(event="contact.removed").count() == 1


def test_last_admin_stays_and_a_closed_one_does_not_count() -> None:
    first, second = employ("ans@delinde.example"), employ("bea@delinde.example")
    roles.deactivate_employee(employee=second, by=SYSTEM, now=NOW)

    with pytest.raises(roles.UnableToChangeRole, match="keeps an admin"):
        roles.deactivate_employee(employee=first, by=SYSTEM, now=NOW)
    with pytest.raises(roles.UnableToChangeRole, match="keeps an admin"):
        roles.change_employee_role(employee=first, role="agent", by=SYSTEM, now=NOW)
    roles.reactivate_employee(employee=second, by=SYSTEM, now=NOW)
    roles.change_employee_role(employee=first, role="agent", by=SYSTEM, now=NOW)

    assert Employee.objects.get(pk=first.pk).role == "agent"


def told(kind: str) -> list[int]:
    return sorted(OutboxRow.objects.filter(kind=kind).values_list("recipient_id", flat=True))


@pytest.mark.parametrize("what", ["grant", "unmake", "remove"])
def test_owner_is_made_or_unmade_with_an_old_second_factor_alone(what: str) -> None:
    customer = new_customer()
    first = owner_of(customer).contact
    by = Actor("contact", first.pk, first.name)
    join(customer, role="technical" if what == "grant" else "owner")
    given = CustomerContact.objects.get(contact__user__email="els@klant.example")

    def act(*, is_proven: bool) -> None:
        if what == "remove":
            roles.remove_contact(given=given, is_proven=is_proven, by=by, now=NOW)
        else:
            role = "owner" if what == "grant" else "technical"
            roles.change_contact_role(given=given, role=role, is_proven=is_proven, by=by, now=NOW)

    with pytest.raises(invitations.NeedsOldFactor):
        act(is_proven=False)
    assert CustomerContact.objects.get(pk=given.pk).role == given.role
    assert not OutboxRow.objects.exists()
    act(is_proven=True)
    assert told("access-changed") == sorted([first.user_id, given.contact.user_id])


def test_owner_steps_down_himself_and_his_invitations_with_him() -> None:
    customer = new_customer()
    given = owner_of(customer)
    join(customer, role="owner")
    by = Actor("contact", given.contact_id, given.contact.name)
    made = invitations.invite(
        customer=customer,
        name="Jan",
        email="jan@klant.example",
        role="finance",
        is_proven=False,
        by=by,
        now=NOW,
    )

    roles.change_contact_role(given=given, role="technical", is_proven=False, by=by, now=NOW)

    made.refresh_from_db()
    assert made.withdrawn_at == NOW


def test_admins_and_the_employee_hear_of_every_change() -> None:
    admin = employ("ans@delinde.example")
    bea = roles.appoint_employee(
        name="Bea", email="bea@delinde.example", role="agent", by=SYSTEM, now=NOW
    )
    roles.change_employee_role(employee=bea, role="finance", by=SYSTEM, now=NOW)
    roles.deactivate_employee(employee=bea, by=SYSTEM, now=NOW)
    roles.reactivate_employee(employee=bea, by=SYSTEM, now=NOW)

    rows = OutboxRow.objects.filter(kind="employee-changed").order_by("pk")
    assert [(row.recipient_id, row.payload["what"]) for row in rows] == [
        (user, what)
        for what in ("appointed", "role", "closed", "opened")
        for user in (admin.user_id, bea.user_id)
    ]

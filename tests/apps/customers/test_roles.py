"""Who may do what for a customer and at the desk: invited, changed, taken away, never the last."""

import pytest
from django.core import mail
from pytest_django import Settings

from balie.apps.customers import actions, queries, roles
from balie.apps.customers.models import Customer, CustomerContact, Employee
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_customer
from tests.browser.walking import last_letter

pytestmark = pytest.mark.django_db


def owner_of(customer: Customer) -> CustomerContact:
    return CustomerContact.objects.get(customer=customer, role="owner")


def invite(customer: Customer, email: str = "els@klant.example", role: str = "technical") -> None:
    roles.invite_contact(customer=customer, name="Els", email=email, role=role, by=SYSTEM, now=NOW)


def employ(email: str, role: str = "admin") -> Employee:
    return actions.register_employee(name="Ans", email=email, role=role, by=SYSTEM, now=NOW)


def test_invitation_is_mailed_and_holds_no_secret(settings: Settings) -> None:
    settings.BALIE_DEMO = True
    customer = new_customer(name="Bakkerij Zeezicht")
    invite(customer)

    outbox.send_due(now=NOW)

    to, subject, text = last_letter()
    assert (to, len(mail.outbox)) == ("els@klant.example", 1)
    assert subject == "U hebt toegang gekregen tot Bakkerij Zeezicht bij De Linde Hosting"
    assert [line for line in text.splitlines() if "http" in line] == [
        f"{settings.BALIE_BASE_URL}/inloggegevens/"
    ]


def test_address_that_has_access_is_not_invited_again() -> None:
    customer = new_customer()
    invite(customer)

    with pytest.raises(roles.UnableToChangeRole, match="access already"):
        invite(customer, email="ELS@klant.example")


def test_contact_may_serve_two_customers_with_two_roles() -> None:
    first, second = new_customer(), new_customer()
    invite(first, role="finance")
    invite(second, role="technical")

    given = CustomerContact.objects.filter(contact__user__email="els@klant.example").order_by("pk")

    assert [(one.customer_id, one.role) for one in given] == [
        (first.pk, "finance"),
        (second.pk, "technical"),
    ]


@pytest.mark.postgres
def test_last_owner_stays() -> None:
    given = owner_of(new_customer())

    with pytest.raises(roles.UnableToChangeRole, match="keeps an owner"):
        roles.remove_contact(given=given, by=SYSTEM, now=NOW)
    with pytest.raises(roles.UnableToChangeRole, match="keeps an owner"):
        roles.change_contact_role(given=given, role="technical", by=SYSTEM, now=NOW)


def test_owner_goes_when_there_is_another() -> None:
    customer = new_customer()
    given = owner_of(customer)
    invite(customer, role="owner")

    roles.remove_contact(given=given, by=SYSTEM, now=NOW)

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

"""Who may sign in for a customer: the owner's page, and nobody else's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.customers import access
from balie.apps.customers.models import Contact, Customer, CustomerContact
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import owner_of, text_of

pytestmark = pytest.mark.django_db
PAGE = "/klant/toegang/"
ELS = {"name": "Els", "email": "els@klant.example", "role": "finance"}


def role_of(contact: Contact, customer: Customer) -> str:
    return CustomerContact.objects.get(contact=contact, customer=customer).role


def test_owner_gives_somebody_access(alice: Client, bakery: Customer) -> None:
    response = alice.post(PAGE, ELS)

    els = Contact.objects.get(user__email="els@klant.example")
    assert response["Location"] == PAGE
    assert role_of(els, bakery) == "finance"
    assert OutboxRow.objects.get(kind="contact-invited").recipient_id == els.user_id
    assert "els@klant.example nog niet" in text_of(alice.get(PAGE))


def test_others_do_not_find_the_page(bob: Client, agent: Client) -> None:
    assert [one.get(PAGE).status_code for one in (bob, agent)] == [404, 404]
    assert [one.post(PAGE, ELS).status_code for one in (bob, agent)] == [404, 404]


def test_owner_changes_a_role_and_takes_access_away(
    alice: Client, bakery: Customer, bob_himself: Contact
) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=bob_himself)
    alice.post(f"{PAGE}{given.pk}/rol/", {"role": "finance"})
    assert role_of(bob_himself, bakery) == "finance"

    alice.post(f"{PAGE}{given.pk}/weg/")
    assert not CustomerContact.objects.filter(pk=given.pk).exists()


def test_last_owner_is_told_that_he_stays(alice: Client, bakery: Customer) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=owner_of(bakery))

    page = alice.post(f"{PAGE}{given.pk}/rol/", {"role": "technical"}, follow=True)

    assert "Er moet een eigenaar zijn" in text_of(page)
    assert role_of(owner_of(bakery), bakery) == "owner"


@pytest.mark.parametrize("act", ["rol", "weg"])
def test_contact_of_another_customer_is_not_there(
    charlie: Client, bakery: Customer, bob_himself: Contact, act: str
) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=bob_himself)

    response = charlie.post(f"{PAGE}{given.pk}/{act}/", {"role": "owner"})

    assert response.status_code == 404
    assert role_of(bob_himself, bakery) == "technical"


def test_change_asks_for_signing_in_anew_after_a_while(alice: Client) -> None:
    session = alice.session
    session[access.SIGNED_IN_AT] -= access.FRESH_FOR.total_seconds() + 1
    session.save()

    response = alice.post(PAGE, ELS)

    assert response["Location"] == f"/inloggen/?next={PAGE}"
    assert not Contact.objects.filter(user__email="els@klant.example").exists()


@pytest.mark.parametrize("wrong", [{"role": "admin"}, {"email": "els"}, {"name": ""}])
def test_what_is_no_person_or_role_is_refused(alice: Client, wrong: dict[str, str]) -> None:
    assert alice.post(PAGE, ELS | wrong).status_code == 422


def test_address_of_an_employee_is_told_like_one_that_has_access(
    alice: Client, bob_himself: Contact
) -> None:
    taken = (new_employee("agent").user.email, bob_himself.user.email)
    told = [text_of(alice.post(PAGE, ELS | {"email": email})) for email in taken]

    assert all("Dit adres kan geen toegang krijgen, of heeft die al." in page for page in told)


def test_thirty_people_cost_as_many_queries_as_one(alice: Client, bakery: Customer) -> None:
    counts = []
    for more in (0, 29):
        for _ in range(more):
            new_contact(bakery, role="technical")
        with CaptureQueriesContext(connection) as seen:
            assert alice.get(PAGE).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]

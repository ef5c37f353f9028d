"""An employee looks through a customer's eyes: he sees the same, does nothing, and it is noted."""

import pytest
from django.test import Client

from balie.apps.customers.models import Contact, Customer, CustomerContact
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Question
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer
from tests.faces.account.walking_in import text_of
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import asked_by, owner_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery() -> Customer:
    return new_customer(name="Bakkerij Zeezicht")


@pytest.fixture
def agent(client: Client) -> Client:
    return sign_in(client, new_employee("agent", name="Marit").user)


def begin(agent: Client, customer: Customer, contact: Contact | None = None) -> None:
    whose = contact or owner_of(customer)
    given = CustomerContact.objects.get(customer=customer, contact=whose)
    response = agent.post(f"/balie/klanten/{customer.number}/kijken/{given.pk}/")
    assert response["Location"] == "/klant/"


def test_portal_is_not_there_for_an_employee_who_does_not_look(agent: Client) -> None:
    assert agent.get("/klant/").status_code == 404


def test_he_sees_what_the_customer_sees_under_a_banner(agent: Client, bakery: Customer) -> None:
    begin(agent, bakery)

    page = text_of(agent.get("/klant/"))

    assert "U kijkt mee door de ogen van" in page
    assert "Bakkerij Zeezicht" in page
    assert agent.get("/klant/facturen/").status_code == 200


def test_through_the_eyes_of_a_technical_contact_there_is_no_money(
    agent: Client, bakery: Customer
) -> None:
    begin(agent, bakery, new_contact(bakery, role="technical"))

    assert agent.get("/klant/facturen/").status_code == 404
    assert agent.get("/klant/toegang/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("/klant/vraag/", "/klant/terugbellen/", "/klant/machtiging/geven/"),
        *("/klant/toegang/", "/klant/machtiging/intrekken/", "/klant/adres/wijzigen/"),
    ],
)
def test_nothing_can_be_done(agent: Client, bakery: Customer, address: str) -> None:
    begin(agent, bakery)

    assert agent.post(address, {"subject": "x", "body": "y"}).status_code == 403


def test_answer_he_opens_does_not_count_as_read(agent: Client, bakery: Customer) -> None:
    asked = asked_by(owner_of(bakery), bakery)
    employee = new_employee("agent")
    tickets.answer(ticket=asked.ticket, body="Klaar.", employee=employee, now=NOW)
    begin(agent, bakery)

    assert agent.get(f"/klant/vragen/{asked.ticket.number}/").status_code == 200

    assert Question.objects.get(pk=asked.pk).promise.kept_at is None


def test_beginning_and_end_stand_in_the_trail(agent: Client, bakery: Customer) -> None:
    begin(agent, bakery)
    response = agent.post("/balie/kijken/klaar/")

    assert response["Location"] == f"/balie/klanten/{bakery.number}/"
    rows = AuditEvent.objects.filter(event__startswith="looking.").order_by("pk")
    assert [(one.event, one.by_name, one.subject_id) for one in rows] == [
        ("looking.begun", "Marit", bakery.pk),
        ("looking.ended", "Marit", bakery.pk),
    ]
    assert agent.get("/klant/").status_code == 404


def test_contact_of_another_customer_is_not_found(agent: Client, bakery: Customer) -> None:
    other = new_customer(name="Camping De Eik")
    given = CustomerContact.objects.get(customer=other)

    response = agent.post(f"/balie/klanten/{bakery.number}/kijken/{given.pk}/")

    assert response.status_code == 404

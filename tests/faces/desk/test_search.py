"""Find a customer by whatever he gives, and open at once what has a number of ours."""

import pytest
from django.test import Client

from balie.apps.customers.models import Customer
from tests.apps.building import new_customer, new_domain, new_invoice
from tests.faces.desk.building import asked, contact_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bakery() -> Customer:
    customer = new_customer(name="Bakkerij Zeezicht")
    new_domain(customer, "zeezicht-brood.nl")
    new_customer(name="Camping De Eik")
    return customer


@pytest.mark.parametrize("wanted", ["zeezicht", "ZEEZICHT", "brood.nl", "{email}", "{contact}"])
def test_customer_is_found_by_a_part_of(agent: Client, bakery: Customer, wanted: str) -> None:
    contact = contact_of(bakery)
    wanted = wanted.format(email=contact.user.email, contact=contact.name)

    text = text_of(agent.get("/balie/klanten/", {"q": wanted}))

    assert "Bakkerij Zeezicht" in text
    assert "zeezicht-brood.nl" in text
    assert "Camping De Eik" not in text


def test_list_shows_what_each_customer_still_has_to_pay(agent: Client, bakery: Customer) -> None:
    new_invoice(bakery)
    new_invoice(bakery)

    assert "Leeuwarden € 24,20" in text_of(agent.get("/balie/klanten/", {"q": "zeezicht"}))


def test_number_of_ours_opens_at_once(agent: Client, bakery: Customer) -> None:
    invoice = new_invoice(bakery)
    ticket = asked(bakery).ticket
    numbers = (bakery.number, invoice.number, ticket.number)

    found = [agent.get("/balie/klanten/", {"q": f" {one.lower()} "}) for one in numbers]

    assert [response["Location"] for response in found] == [
        f"/balie/klanten/{bakery.number}/",
        f"/balie/facturen/{invoice.number}/",
        f"/balie/vragen/{ticket.number}/",
    ]


@pytest.mark.parametrize("wanted", ["<script>", "' OR 1=1 --", "%", "€" * 300, "\\"])
@pytest.mark.parametrize("page", ["/balie/klanten/", "/balie/zoeken/"])
def test_odd_search_finds_nobody_and_is_shown_as_text(
    agent: Client, bakery: Customer, page: str, wanted: str
) -> None:
    response = agent.get(page, {"q": wanted})

    assert response.status_code == 200
    assert "Bakkerij Zeezicht" not in text_of(response)
    assert "<script>" not in response.content.decode().split("<main", 1)[1]

"""Who sees what: Alice owns the bakery, Bob does its website, Charlie is another customer."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from balie.apps.customers.models import Contact, Customer
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_account, new_customer
from tests.faces.desk.building import announced, at_the_bank, collected
from tests.faces.portal.building import asked_by, owner_of

MONEY = (
    "invoices",
    "invoice",
    "invoice_pdf",
    "mandate",
    "give_mandate",
    "revoke_mandate",
    "dispute",
)
HERS = ("invoice", "invoice_pdf", "question", "dispute")


@dataclass(frozen=True)
class Bakery:
    """What the bakery has: the address of each page about it, by name."""

    addresses: dict[str, str]


@pytest.fixture
def hers(bakery: Customer, frozen: FrozenClock) -> Bakery:
    new_account()
    invoice, debit = announced(bakery)
    at_the_bank(debit)
    collected(debit)
    ticket = asked_by(owner_of(bakery), bakery).ticket
    addresses = {
        "invoice": reverse("portal:invoice", args=[invoice.number]),
        "invoice_pdf": reverse("portal:invoice_pdf", args=[invoice.number]),
        "question": reverse("portal:question", args=[ticket.number]),
        "dispute": reverse("portal:dispute", args=[debit.end_to_end_id]),
    }
    for name in (
        "home",
        "invoices",
        "questions",
        "ask",
        "mandate",
        "give_mandate",
        "revoke_mandate",
    ):
        addresses[name] = reverse(f"portal:{name}")
    return Bakery(addresses)


def statuses(client: Client, bakery: Bakery) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in bakery.addresses.items()}


def test_owner_sees_every_page_of_hers(alice: Client, hers: Bakery) -> None:
    assert set(statuses(alice, hers).values()) == {200}


def test_technical_contact_finds_no_money(bob: Client, hers: Bakery) -> None:
    found = statuses(bob, hers)

    assert {name for name, status in found.items() if status == 404} == set(MONEY)
    assert {status for name, status in found.items() if name not in MONEY} == {200}


def test_technical_contact_is_shown_no_amount_and_no_way_to_money(
    bob: Client, hers: Bakery
) -> None:
    for name in ("home", "questions", "question", "ask"):
        page = bob.get(hers.addresses[name]).content.decode()

        assert "€" not in page
        assert reverse("portal:invoices") not in page
        assert reverse("portal:mandate") not in page


def test_stranger_finds_nothing_of_hers(charlie: Client, hers: Bakery) -> None:
    found = statuses(charlie, hers)

    assert {name: found[name] for name in HERS} == dict.fromkeys(HERS, 404)


@pytest.mark.parametrize("name", ["question", "dispute", "revoke_mandate"])
def test_stranger_can_change_nothing_of_hers(charlie: Client, hers: Bakery, name: str) -> None:
    response = charlie.post(hers.addresses[name], {"body": "Geef hier"})

    assert response.status_code == 404


def test_visitor_is_sent_to_sign_in_and_comes_back(client: Client, hers: Bakery) -> None:
    for address in hers.addresses.values():
        response = client.get(address)

        assert response.status_code == 302
        assert response["Location"] == f"/inloggen/?next={address}"


def test_employee_has_no_portal(agent: Client, hers: Bakery) -> None:
    assert set(statuses(agent, hers).values()) == {404}


def test_pdf_is_for_its_owner_alone(
    alice: Client, bob: Client, charlie: Client, hers: Bakery
) -> None:
    address = hers.addresses["invoice_pdf"]

    response = alice.get(address)

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert [other.get(address).status_code for other in (bob, charlie)] == [404, 404]


def test_contact_of_two_customers_chooses_whom_he_looks_after(
    alice: Client, bakery: Customer, bob_himself: Contact, charlie: Client
) -> None:
    camping = new_customer(name="Camping Bosrand", with_contact=False)
    both = owner_of(bakery)
    camping.roles.create(contact=both, role="technical", since_at=NOW)

    response = alice.post(reverse("portal:choose_customer", args=[camping.number]))

    assert response["Location"] == reverse("portal:home")
    assert "Camping Bosrand" in alice.get(reverse("portal:home")).content.decode()
    # There he is no owner: the money of the camping is not his to see.
    assert alice.get(reverse("portal:invoices")).status_code == 404


def test_nobody_chooses_a_customer_he_does_not_belong_to(charlie: Client, bakery: Customer) -> None:
    response = charlie.post(reverse("portal:choose_customer", args=[bakery.number]))

    assert response.status_code == 404
    assert "Zeezicht" not in charlie.get(reverse("portal:home")).content.decode()


@pytest.mark.parametrize("name", ["home", "invoices", "questions", "mandate"])
def test_page_to_look_at_takes_no_post(alice: Client, name: str) -> None:
    assert alice.post(reverse(f"portal:{name}")).status_code == 405


def test_choosing_a_customer_by_looking_is_refused(alice: Client, bakery: Customer) -> None:
    address = reverse("portal:choose_customer", args=[bakery.number])

    assert alice.get(address).status_code == 405

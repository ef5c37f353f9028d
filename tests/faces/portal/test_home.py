"""The portal's home: what needs the customer comes first, then money, question and services."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from balie.apps.billing import actions as billing
from balie.apps.customers.models import Customer
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import (
    NOW,
    TODAY,
    new_account,
    new_domain,
    new_invoice,
    new_mandate,
    new_service,
)
from tests.faces.desk.building import announced, at_the_bank, came_back, collected
from tests.faces.portal.building import asked_by, owner_of, text_of

HOME = "/klant/"
WEEK_ON = NOW + timedelta(days=7)


def home(client: Client, language: str = "nl") -> str:
    client.cookies["balie-language"] = language
    response = client.get(HOME)
    assert response.status_code == 200
    return text_of(response)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            ["U hoeft nu niets te doen.", "U hebt nog niets gevraagd.", "U hebt geen diensten."],
        ),
        ("en", ["You need not do anything now.", "You have not asked anything yet."]),
    ],
)
def test_home_of_a_new_customer_says_that_nothing_waits(
    alice: Client, language: str, words: list[str]
) -> None:
    page = home(alice, language)

    assert [one for one in words if one not in page] == []


def test_home_asks_to_transfer_what_could_not_be_debited(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    new_account()
    invoice, debit = announced(bakery)
    at_the_bank(debit)
    collected(debit)
    came_back(debit, opening=1210)
    frozen.move_to(WEEK_ON)

    page = home(alice)

    assert "Dit vraagt iets van u" in page
    assert "Wilt u € 12,10 zelf overmaken?" in page
    assert f"Factuur {invoice.number} van ma 23 nov 2026 staat nog open." in page
    assert "U hoeft nu niets te doen" not in page


def test_home_shows_at_most_three_needs_and_counts_the_rest(
    alice: Client, bakery: Customer
) -> None:
    numbers = [new_invoice(bakery, cents=1000 + each).number for each in range(5)]

    page = home(alice)

    assert [number in page for number in numbers] == [True, True, True, False, False]
    assert "Nog 2 facturen wachten op u" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Wij schrijven af € 12,10 op do 26 nov 2026 van rekening NL39 •••• 5264",
                "U kunt dit tot en met do 21 jan 2027 door uw bank laten terugboeken.",
            ],
        ),
        (
            "en",
            [
                "We debit €12.10 on Thu 26 Nov 2026 from account NL39 •••• 5264",
                "You can have your bank charge it back until Thu 21 Jan 2027 inclusive.",
            ],
        ),
    ],
)
def test_home_shows_the_next_debit_with_its_day_and_until_when_it_can_come_back(
    alice: Client, bakery: Customer, language: str, words: list[str]
) -> None:
    invoice, _debit = announced(bakery)

    page = home(alice, language)

    assert [one for one in [*words, invoice.number] if one not in page] == []


def test_home_tells_when_the_next_invoice_comes(alice: Client, bakery: Customer) -> None:
    new_mandate(bakery)
    new_service(bakery)
    billing.run(today=TODAY, by=SYSTEM, now=NOW)

    assert "Uw volgende factuur komt op wo 23 dec 2026" in home(alice)


def test_home_of_one_who_transfers_offers_direct_debit(alice: Client) -> None:
    page = home(alice)

    assert "U maakt uw facturen zelf over." in page
    assert "Zo werkt automatische incasso" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["Webhosting Basis", "€ 10,00 per maand", "zeezicht.nl · volgende factuur"]),
        ("en", ["Web hosting Basic", "€10.00 per month", "zeezicht.nl · next invoice"]),
    ],
)
def test_home_lists_services_in_the_language_of_the_page(
    alice: Client, bakery: Customer, language: str, words: list[str]
) -> None:
    new_service(bakery, domain=new_domain(bakery, "zeezicht.nl"))

    page = home(alice, language)

    assert [one for one in words if one not in page] == []


def test_technical_contact_is_told_nothing_of_money(bob: Client, bakery: Customer) -> None:
    new_service(bakery, domain=new_domain(bakery, "zeezicht.nl"))
    new_invoice(bakery)

    page = home(bob)

    assert "Webhosting Basis zeezicht.nl" in page
    assert "overmaken" not in page
    assert "factuur" not in page.lower()


def test_home_shows_the_promise_of_the_last_question(alice: Client, bakery: Customer) -> None:
    asked_by(owner_of(bakery), bakery, at=NOW - timedelta(hours=1), subject="Eerste")
    asked_by(owner_of(bakery), bakery, subject="Tweede")

    page = home(alice)

    assert "Tweede Beloofd Antwoord vandaag voor 24:00" in page
    assert "Eerste" not in page


def test_pages_come_in_the_language_of_who_signed_in_unless_he_chose_another(
    alice: Client, bakery: Customer
) -> None:
    contact = owner_of(bakery)
    contact.language = "en"
    contact.save()
    address = reverse("portal:questions")

    by_person = text_of(alice.get(address))
    alice.cookies["balie-language"] = "nl"
    by_choice = text_of(alice.get(address))

    assert "Your questions" in by_person
    assert "Uw vragen" in by_choice

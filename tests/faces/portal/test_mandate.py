"""The mandate in the portal: given with evidence, replaced, withdrawn after one more question."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from balie.apps.customers.models import Customer
from balie.apps.directdebit.models import Collection
from balie.apps.mandates import actions as mandates
from balie.apps.mandates.models import Mandate, MandateEvidence
from balie.apps.mandates.queries import mandate_text
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_account, new_mandate
from tests.faces.desk.building import announced, at_the_bank
from tests.faces.portal.building import owner_of, text_of

SHOW, GIVE, REVOKE = (
    "/klant/machtiging/",
    "/klant/machtiging/geven/",
    "/klant/machtiging/intrekken/",
)
FILLED = {"debtor_name": "J. Bakker", "iban": "nl91 abna 0417 1643 00", "agreed": "on"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["U hebt geen machtiging gegeven.", "Machtiging geven", "56 dagen", "drie dagen"]),
        ("en", ["You have not given a mandate.", "Give a mandate", "56 days", "three days"]),
    ],
)
def test_page_without_a_mandate_tells_how_it_works(
    alice: Client, language: str, words: list[str]
) -> None:
    alice.cookies["balie-language"] = language

    page = text_of(alice.get(SHOW))

    assert [one for one in words if one not in page] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_giving_a_mandate_keeps_what_shows_it_was_given(
    alice: Client, bakery: Customer, language: str
) -> None:
    alice.cookies["balie-language"] = language
    text = mandate_text(policy=Policy(), language=language)
    assert text in text_of(alice.get(GIVE))

    response = alice.post(GIVE, FILLED, headers={"user-agent": "Een telefoon"}, follow=True)

    assert response.redirect_chain == [(SHOW, 302)]
    mandate = Mandate.objects.get()
    assert (mandate.iban, mandate.debtor_name) == ("NL91ABNA0417164300", "J. Bakker")
    assert (mandate.given_at, mandate.status) == (NOW, "active")
    evidence = MandateEvidence.objects.get(mandate=mandate)
    owner = owner_of(bakery)
    assert evidence.text == text
    assert evidence.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (evidence.ip_address, evidence.user_agent) == ("127.0.0.1", "Een telefoon")
    assert (evidence.email, evidence.given_by) == (owner.user.email, f"contact:{owner.pk}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "U betaalt automatisch van rekening NL39 •••• 5264.",
                "geldig",
                "Gegeven op ma 23 nov 2026, 10:00",
                "Bevestigd op ma 23 nov 2026, 10:00 door bakker@klant.example, vanaf internetadres",
                "127.0.0.1",
                hashlib.sha256(b"SEPA-machtiging").hexdigest(),
            ],
        ),
        ("en", ["You pay by direct debit from account NL39 •••• 5264.", "in force"]),
    ],
)
def test_page_shows_the_mandate_with_its_evidence(
    alice: Client, bakery: Customer, language: str, words: list[str]
) -> None:
    mandate = new_mandate(bakery)
    alice.cookies["balie-language"] = language

    page = text_of(alice.get(SHOW))

    assert [one for one in [*words, mandate.mandate_reference] if one not in page] == []
    assert mandate.iban not in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"iban": "NL91ABNA0417164301"}, "Dit rekeningnummer klopt niet."),
        (
            {"iban": "SA0380000000608010167519"},
            "Van een rekening in dit land kunnen wij niet afschrijven.",
        ),
        ({"iban": ""}, "Dit veld is verplicht."),
        ({"debtor_name": " "}, "Dit veld is verplicht."),
        ({"agreed": ""}, "Zonder uw akkoord kunnen wij niet afschrijven."),
    ],
)
def test_mandate_that_is_not_right_is_refused(
    alice: Client, changed: dict[str, str], words: str
) -> None:
    response = alice.post(GIVE, FILLED | changed)

    assert response.status_code == 422
    assert words in text_of(response)
    assert not Mandate.objects.exists()


def test_new_mandate_takes_the_place_of_the_old_and_calls_off_what_was_announced(
    alice: Client, bakery: Customer
) -> None:
    _invoice, debit = announced(bakery)

    alice.post(GIVE, FILLED)

    assert list(Mandate.objects.order_by("pk").values_list("iban", "status")) == [
        ("NL39RABO0300065264", "revoked"),
        ("NL91ABNA0417164300", "active"),
    ]
    debit.refresh_from_db()
    assert debit.state == Collection.State.WITHDRAWN


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Machtiging intrekken?",
                "De aangekondigde afschrijving van € 12,10 op do 26 nov 2026 gaat niet door.",
                "Wat openstaat en uw volgende facturen maakt u zelf over.",
            ],
        ),
        (
            "en",
            [
                "Withdraw the mandate?",
                "The announced debit of €12.10 on Thu 26 Nov 2026 is off.",
            ],
        ),
    ],
)
def test_withdrawing_is_asked_once_more_with_what_it_means(
    alice: Client, bakery: Customer, language: str, words: list[str]
) -> None:
    announced(bakery)
    alice.cookies["balie-language"] = language

    page = text_of(alice.get(REVOKE))

    assert [one for one in words if one not in page] == []
    assert Mandate.objects.get().status == "active"


def test_withdrawn_mandate_is_ended_and_what_is_open_is_to_be_transferred(
    alice: Client, bakery: Customer
) -> None:
    invoice, debit = announced(bakery)

    response = alice.post(REVOKE, follow=True)

    assert "Uw machtiging is ingetrokken." in text_of(response)
    assert Mandate.objects.get().status == "revoked"
    debit.refresh_from_db()
    assert debit.state == Collection.State.WITHDRAWN
    page = text_of(alice.get(f"/klant/facturen/{invoice.number}/"))
    assert "Zelf overmaken Bedrag € 12,10" in page


def test_debit_that_is_with_the_bank_goes_on(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    new_account()
    _invoice, debit = announced(bakery)
    at_the_bank(debit)
    frozen.move_to(NOW + timedelta(days=2))

    page = text_of(alice.get(REVOKE))
    alice.post(REVOKE)

    assert "De afschrijving van € 12,10 op do 26 nov 2026 ligt al bij de bank en gaat door." in page
    debit.refresh_from_db()
    assert debit.state == Collection.State.EXPORTED


def test_mandate_that_is_not_there_cannot_be_withdrawn(alice: Client) -> None:
    assert alice.post(REVOKE).status_code == 404


def test_suspended_mandate_says_that_it_is_not_used(alice: Client, bakery: Customer) -> None:
    mandate = new_mandate(bakery)
    mandates.change_status(
        mandate=mandate, to_status="suspended", reason="return MD06", by=SYSTEM, now=NOW
    )

    page = text_of(alice.get(SHOW))

    assert "Wij gebruiken uw machtiging nu niet." in page
    assert "opgeschort" in page
    assert "MD06" not in page
    assert "omdat een incasso niet lukte of is teruggeboekt" in text_of(alice.get("/klant/"))

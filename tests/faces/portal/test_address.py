"""The address on file in the portal: started, seen step by step, ended; and what stays shut."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from balie.apps.credentials.actions import addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import access
from balie.apps.customers.models import Customer
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, secret_of
from tests.faces.portal.building import owner_of, signed_in, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

NEW = "nieuw@anders.example"


def started(client: Client) -> AddressChange:
    answer = client.post("/klant/adres/wijzigen/", {"new_email": NEW})
    assert answer["Location"] == "/klant/adres/"
    return AddressChange.objects.latest("pk")


def test_page_shows_every_step_and_what_is_still_needed(alice: Client) -> None:
    change = started(alice)

    page = text_of(alice.get("/klant/adres/"))

    assert change.bank_code in page
    assert "Bevestigd vanaf het nieuwe adres" in page
    assert "Bewezen tot" in page
    assert "Oude adres en contactpersonen gewaarschuwd" in page


def test_second_factor_and_the_link_are_enough_and_end_the_session(bakery: Customer) -> None:
    mover = Mover()
    mover.add_factor()
    client = sign_in(Client(), mover.user, strongly=True)

    change = started(client)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    after = client.get("/klant/adres/")

    assert mover.user.email == NEW
    assert after.status_code == 302
    assert after["Location"].startswith("/inloggen/")


def test_password_alone_is_asked_for_proof(alice: Client, bakery: Customer) -> None:
    owner = owner_of(bakery)
    old = owner.user.email

    change = started(alice)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)

    owner.user.refresh_from_db()
    assert owner.user.email == old
    assert "Maak één cent over" in text_of(alice.get("/klant/adres/"))


def test_who_signed_in_a_while_ago_signs_in_once_more(bakery: Customer) -> None:
    client = signed_in(owner_of(bakery))
    session = client.session
    session[access.SIGNED_IN_AT] -= 3600
    session.save()

    answer = client.post("/klant/adres/wijzigen/", {"new_email": NEW})

    assert answer["Location"].startswith("/inloggen/?next=")
    assert not AddressChange.objects.exists()


def test_change_of_another_contact_is_not_seen_nor_ended(alice: Client, bob: Client) -> None:
    change = started(alice)

    page = text_of(bob.get("/klant/adres/"))
    answer = bob.post("/klant/adres/stoppen/")

    assert NEW not in page
    assert change.bank_code not in page
    assert answer.status_code == 404


def test_customer_ends_his_own_change(alice: Client) -> None:
    change = started(alice)

    alice.post("/klant/adres/stoppen/")

    change.refresh_from_db()
    assert change.state == "stopped"


def test_new_account_for_debits_waits_and_says_until_when(frozen: FrozenClock) -> None:
    mover = Mover()
    mover.add_factor()
    started(sign_in(Client(), mover.user, strongly=True))
    addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)
    client = sign_in(Client(), mover.user, strongly=True)

    page = client.post(
        "/klant/machtiging/geven/",
        {"debtor_name": "J. Inbreker", "iban": "NL91ABNA0417164300", "agreed": "on"},
    )

    assert page.status_code == 422
    assert "Een nieuwe rekening kan vanaf do 26 nov 2026, 10:00" in text_of(page)


def test_factor_made_in_this_session_is_no_proof_on_the_page(bakery: Customer) -> None:
    owner = owner_of(bakery)
    Authenticator.objects.create(user=owner.user, type=Authenticator.Type.WEBAUTHN, data={})
    client = sign_in(Client(), owner.user, strongly=True)

    page = text_of(client.get("/klant/adres/wijzigen/"))
    change = started(client)

    assert "U logde in met een tweede stap" not in page
    assert change.proof == ""

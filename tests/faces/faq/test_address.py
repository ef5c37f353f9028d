"""The address that is no longer mine, in public: from start to stop without signing in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from balie.apps.credentials.actions import addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.infra import clock, jobs
from tests.apps.building import NOW
from tests.apps.credentials.changing import (
    Mover,
    link_in,
    mails_to,
    secret_of,
    send,
    stop_secret_of,
)
from tests.faces.portal.building import text_of

pytestmark = pytest.mark.django_db

START = "/inloggegevens/adres/"


@pytest.fixture(autouse=True)
def _at_ten(settings: Settings) -> Iterator[None]:
    settings.BALIE_DEMO = True
    with clock.frozen(NOW):
        yield


def ask(identifier: str, new_email: str = "nieuw@anders.example") -> Client:
    client = Client()
    answer = client.post(START, {"identifier": identifier, "new_email": new_email})
    assert (answer.status_code, answer["Location"]) == (303, "/inloggegevens/adres/verzonden/")
    jobs.run_pending(now=NOW)
    send()
    return client


def test_start_is_answered_alike_for_who_is_known_and_who_is_not() -> None:
    mover = Mover()
    known, unknown = Client(), Client()

    answers = [
        client.post(START, {"identifier": identifier, "new_email": "n@anders.example"})
        for client, identifier in ((known, mover.old_email), (unknown, "niemand@x.example"))
    ]

    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0]["Location"] == answers[1]["Location"]
    assert answers[0].content == answers[1].content


def test_page_behind_the_link_is_the_same_for_known_and_unknown() -> None:
    mover = Mover()
    pages = []
    for identifier in (mover.old_email, "niemand@x.example"):
        client = ask(identifier)
        change = AddressChange.objects.latest("pk")
        path = link_in(mails_to("nieuw@anders.example")[-1])
        client.post(f"{path}bevestigen/")
        page = client.get(path)
        words = text_of(page).replace(change.bank_code, "CODE")
        pages.append((page.status_code, words))

    assert pages[0] == pages[1]
    assert "CODE" in pages[0][1]


def test_stranger_does_not_see_that_the_owner_stopped_his_change() -> None:
    mover = Mover()
    client = ask(mover.old_email)
    path = link_in(mails_to("nieuw@anders.example")[-1])
    client.post(f"{path}bevestigen/")
    before = text_of(client.get(path))
    change = AddressChange.objects.latest("pk")

    stopped = Client().post(f"/inloggegevens/adres/stop/{stop_secret_of(change, mover.contact)}/")

    assert stopped.status_code == 303
    assert AddressChange.objects.get(pk=change.pk).state == "stopped"
    assert text_of(client.get(path)) == before


def test_looking_at_a_link_neither_confirms_nor_stops() -> None:
    mover = Mover()
    ask(mover.old_email)
    change = AddressChange.objects.latest("pk")

    Client().get(f"/inloggegevens/adres/{secret_of(change)}/")
    page = Client().get(f"/inloggegevens/adres/stop/{stop_secret_of(change, mover.contact)}/")

    change.refresh_from_db()
    assert (change.confirmed_at, change.state) == (None, "open")
    assert "Er is nog niets veranderd" in text_of(page)
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]


def test_one_click_without_signing_in_stops_and_puts_back() -> None:
    mover = Mover()
    codes = mover.add_factor()
    ask(mover.old_email)
    change = AddressChange.objects.latest("pk")
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    client = Client()

    used = client.post(f"/inloggegevens/adres/{secret_of(change)}/herstelcode/", {"code": codes[0]})
    made = mover.user.email
    page = client.post(
        f"/inloggegevens/adres/stop/{stop_secret_of(change, mover.contact)}/", follow=True
    )

    assert used.status_code == 303
    assert made == "nieuw@anders.example"
    assert mover.user.email == mover.old_email
    assert "Het oude adres staat er weer" in text_of(page)


def test_contact_with_a_lesser_role_reads_who_can_put_it_back() -> None:
    mover = Mover()
    codes = mover.add_factor()
    ask(mover.old_email)
    change = AddressChange.objects.latest("pk")
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    client = Client()
    client.post(f"/inloggegevens/adres/{secret_of(change)}/herstelcode/", {"code": codes[0]})
    stop = f"/inloggegevens/adres/stop/{stop_secret_of(change, mover.colleague)}/"

    pressed = client.post(stop)
    looked = client.get(stop)

    assert mover.user.email == "nieuw@anders.example"
    for page in (pressed, looked):
        assert "Het adres is gewijzigd" in text_of(page)
        assert f"{mover.contact.name} of een eigenaar kan het oude adres terugzetten" in text_of(
            page
        )
        assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]


def test_wrong_recovery_code_is_said_at_the_field() -> None:
    mover = Mover()
    mover.add_factor()
    ask(mover.old_email)
    change = AddressChange.objects.latest("pk")
    addresses_proof.confirm(secret=secret_of(change), now=NOW)

    page = Client().post(
        f"/inloggegevens/adres/{secret_of(change)}/herstelcode/", {"code": "00000 00000"}
    )

    assert page.status_code == 422
    assert "Deze code klopt niet, of is al gebruikt." in text_of(page)


@pytest.mark.parametrize("path", ["/inloggegevens/adres/abc/", "/inloggegevens/adres/stop/abc/"])
def test_unknown_link_is_told_kindly(path: str) -> None:
    page = Client().get(path)

    assert page.status_code == 200
    assert "Deze link werkt niet meer" in text_of(page)


def test_start_is_limited_per_network() -> None:
    for number in range(20):
        Client().post(START, {"identifier": "x", "new_email": f"n{number}@anders.example"})

    page = Client().post(START, {"identifier": "x", "new_email": "meer@anders.example"})

    assert page.status_code == 422
    assert AddressChange.objects.count() == 20


def test_one_address_is_mailed_three_times_an_hour_at_most() -> None:
    for _ in range(6):
        ask("niemand@x.example", "slachtoffer@elders.example")

    assert len(mails_to("slachtoffer@elders.example")) == 3


@pytest.mark.parametrize("typed", ["geen adres", "a@b.example, c@d.example", "a@b\r\nBcc: c@d"])
def test_what_is_no_plain_address_is_refused(typed: str) -> None:
    page = Client().post(START, {"identifier": "K10001", "new_email": typed})

    assert page.status_code == 422
    assert not AddressChange.objects.exists()

"""The recovery from the FAQ, on a phone, in Dutch, with a keyboard: panels, doubt, second step.

And what the browser tells and keeps of the secret: no Referer, no history, no script has it.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Request

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer
from balie.apps.services.panels import port
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_customer
from tests.apps.credentials.panels import new_login, scripted
from tests.apps.credentials.recovering import Loser
from tests.browser.walking import Walker, last_letter
from tests.faces.account.walking_in import add_app, app_code

pytestmark = pytest.mark.browser

FORGOTTEN, CHOSEN = "paard batterij nietje juist", "een zwaluw maakt nog geen zomer"
LINK = re.compile(r"https?://\S+/inloggegevens/nieuw/\S+")
ComeIn = Callable[[], AbstractContextManager[Walker]]


@pytest.fixture
def bakery(committed: None) -> Customer:
    """A customer with a login and a password that is forgotten."""
    customer = new_customer(name="Bakkerij Zeezicht")
    contact = Contact.objects.select_related("user").get(customers=customer)
    customers.set_password(user=contact.user, password=FORGOTTEN, by=SYSTEM, now=NOW)
    return customer


def ask(visitor: Walker, identifier: str, frozen: FrozenClock) -> str:
    """Walk from the FAQ to the mail; the link in it."""
    visitor.open("/")
    visitor.follow("Inloggegevens")
    visitor.fill_in("E-mailadres, klantnummer of domeinnaam", identifier)
    visitor.press("Stuur mij de e-mail")
    visitor.reads("Kijk in uw mailbox")
    jobs.run_pending(now=frozen.at)
    outbox.send_due(now=frozen.at)
    _to, subject, letter = last_letter()
    link = LINK.search(letter)
    assert link is not None, letter
    assert link[0] not in subject
    return link[0]


def test_password_is_set_on_a_panel_that_answers_and_one_that_does_not(
    come_in: ComeIn, frozen: FrozenClock, bakery: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = scripted(monkeypatch)
    panel.script = [port.Done(), port.OutcomeUnknown("cut off")]
    loser = Loser.__new__(Loser)
    loser.customer = bakery
    first, second = new_login(loser, "aabakker"), new_login(loser, "bbakker")
    with come_in() as visitor:
        link = ask(visitor, bakery.number, frozen)
        _to, _subject, letter = last_letter()
        assert f"{first.panel.name}: aabakker" in letter

        visitor.open(link)
        visitor.reads("Kies een nieuw wachtwoord")
        visitor.fill_in("Nieuw wachtwoord", CHOSEN)
        for login in (first, second):
            visitor.tab_to(
                visitor.visitor.page.get_by_label(f"{first.panel.name}: {login.user_name}")
            )
            visitor.use_key("Space")
        visitor.press("Stel het nieuwe wachtwoord in")
        visitor.reads("Wachtwoord ingesteld", "Niet zeker", "dat kan geen kwaad")

        visitor.fill_in("Nieuw wachtwoord", CHOSEN)
        visitor.press("Stel het wachtwoord in")
        visitor.reads("Wachtwoord ingesteld")
        visitor.reads_not("Niet zeker")
        visitor.follow("Naar de klantomgeving")
        visitor.reads("Bakkerij Zeezicht")
    assert panel.passwords == {"aabakker": CHOSEN, "bbakker": CHOSEN}


def test_second_step_is_asked_after_the_link(
    come_in: ComeIn, frozen: FrozenClock, bakery: Customer
) -> None:
    contact = Contact.objects.select_related("user").get(customers=bakery)
    add_app(contact.user)
    with come_in() as visitor:
        visitor.open(ask(visitor, contact.user.email, frozen))
        visitor.reads("met uw tweede stap zoals altijd")
        visitor.fill_in("Nieuw wachtwoord", CHOSEN)
        visitor.press("Stel het nieuwe wachtwoord in")
        assert visitor.met[-1].startswith("/inloggen/tweede-stap/")

        visitor.fill_in(re.compile("Code"), app_code(contact.user))
        visitor.use_key("Enter")
        visitor.visitor.page.wait_for_url("**/klant/")
        visitor.reads("Bakkerij Zeezicht")


def all_told(request: Request) -> list[str]:
    """Everything a request tells but the cookies, which go to our own host alone."""
    headers = [f"{key} {value}" for key, value in request.headers.items() if key != "cookie"]
    return [f"url {request.url}", *headers]


def test_browser_neither_sends_nor_keeps_the_secret(
    come_in: ComeIn, frozen: FrozenClock, bakery: Customer
) -> None:
    told: list[str] = []
    with come_in() as visitor:
        link = ask(visitor, bakery.number, frozen)
        secret = link.rstrip("/").rsplit("/", 1)[1]
        page = visitor.visitor.page
        page.on("request", lambda request: told.extend(all_told(request)))

        visitor.open(link)
        visitor.fill_in("Nieuw wachtwoord", CHOSEN)
        visitor.press("Stel het nieuwe wachtwoord in")

        # In an address and a Referer it never stands, but in the link itself.
        assert len(told) > 10
        assert [one for one in told if secret in one] == [f"url {link}"]
        assert page.evaluate("document.cookie") == ""
        assert secret not in str(page.context.cookies())
        page.go_back()
        assert secret not in page.url


def test_whoever_asks_too_often_reads_when_and_how_to_go_on(
    come_in: ComeIn, frozen: FrozenClock, bakery: Customer
) -> None:
    with come_in() as visitor:
        visitor.visitor.expected = (429,)
        for _ in range(20):
            page = visitor.visitor.page
            page.goto("/inloggegevens/")
            page.fill("input[name=identifier]", "niemand@klant.example")
            page.keyboard.press("Enter")
            page.wait_for_url("**/verzonden/")
        visitor.open("/inloggegevens/")
        visitor.fill_in("E-mailadres, klantnummer of domeinnaam", bakery.number)
        visitor.press("Stuur mij de e-mail")
        visitor.reads("Probeert u het later nog eens", "ma 23 nov 2026, 11:00", "058 - 012 34 56")

"""The door with a keyboard on a phone: an app, recovery codes, and a passkey of a real browser."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession
from pytest_django import Settings

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_customer
from tests.browser.walking import Walker, last_letter
from tests.faces.account.walking_in import PASSWORD, app_code, step_now
from tests.faces.desk.building import new_employee

pytestmark = pytest.mark.browser

ComeIn = Callable[[], AbstractContextManager[Walker]]
SEED = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
CODE = re.compile(r"\b\d{5} \d{5} \d{5} \d{5}\b")


def give_password(somebody: Walker, identifier: str) -> None:
    somebody.open("/inloggen/")
    somebody.fill_in("E-mailadres of klantnummer", identifier)
    somebody.fill_in("Wachtwoord", PASSWORD)
    somebody.press("Inloggen")


def holds_a_passkey(somebody: Walker) -> CDPSession:
    """Give the browser a telephone that knows its owner's finger."""
    session = somebody.visitor.page.context.new_cdp_session(somebody.visitor.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def words_of(somebody: Walker) -> str:
    return " ".join(somebody.visitor.page.locator("body").inner_text().split())


def test_employee_adds_an_app_before_the_desk_opens(come_in: ComeIn) -> None:
    employee = new_employee("agent", name="Marit")
    customers.set_password(user=employee.user, password=PASSWORD, by=SYSTEM, now=NOW)
    with come_in() as marit:
        give_password(marit, employee.user.email)
        marit.reads("Tweede stap toevoegen", "De balie gaat open zodra")
        marit.open("/balie/")
        assert marit.met[-1] == "/account/tweede-factor/"
        seed = SEED.search(words_of(marit))
        assert seed is not None
        code = format_hotp_value(hotp_value(seed[0].replace(" ", ""), step_now() - 1))
        marit.fill_in("Code die de app nu toont", code)
        marit.press("App toevoegen")
        codes = CODE.findall(words_of(marit))
        assert len(codes) == 10
        marit.follow("Ik heb ze bewaard")
        assert marit.met[-1] == "/balie/"

        marit.press("Uitloggen (Marit)")
        give_password(marit, employee.user.email)
        marit.fill_in("Code uit uw authenticator-app, of een herstelcode", app_code(employee.user))
        marit.press("Verder")
        assert marit.met[-1] == "/balie/"


def test_customer_adds_a_passkey_and_needs_no_password_any_more(
    come_in: ComeIn, frozen: FrozenClock, settings: Settings
) -> None:
    contact = Contact.objects.select_related("user").get(customers=new_customer())
    customers.set_password(user=contact.user, password=PASSWORD, by=SYSTEM, now=NOW)
    with come_in() as jan:
        telephone = holds_a_passkey(jan)
        give_password(jan, contact.user.email)
        jan.open("/account/")
        jan.reads("Inloggen en beveiliging", "Dit apparaat")
        jan.follow("Toevoegen")
        jan.fill_in(re.compile("Naam van de passkey"), "mijn telefoon")
        jan.press("Passkey maken")
        jan.reads("Uw herstelcodes")
        jan.open("/account/")
        jan.reads("mijn telefoon", "Er zijn nog 10 herstelcodes")
        outbox.send_due(now=frozen.at)
        assert "nieuwe herstelcodes gemaakt" in last_letter()[2]

        jan.press("Uitloggen")
        jan.open("/inloggen/")
        jan.press("Inloggen met een passkey")
        assert jan.met[-1] == "/klant/"

        jan.press("Uitloggen")
        give_password(jan, contact.user.email)
        jan.reads("Tweede stap")
        jan.press("Inloggen met een passkey")
        assert jan.met[-1] == "/klant/"

        jan.press("Uitloggen")
        settings.BALIE_BASE_URL = "http://localhost:1"
        jan.visitor.expected = (422,)
        jan.open("/inloggen/")
        jan.press("Inloggen met een passkey")
        jan.reads("De passkey werd niet herkend")
        telephone.detach()


def test_customer_comes_in_with_a_code_from_his_mail(come_in: ComeIn, frozen: FrozenClock) -> None:
    customer = new_customer()
    with come_in() as jan:
        jan.open("/inloggen/")
        jan.follow("Stuur mij een code per e-mail")
        jan.fill_in("E-mailadres of klantnummer", customer.number)
        jan.press("Stuur mij de code")
        jobs.run_pending(now=frozen.at)
        outbox.send_due(now=frozen.at)
        code = re.search(r"\b\d{8}\b", last_letter()[2])
        assert code is not None
        jan.fill_in("Code uit de e-mail", code[0])
        jan.press("Inloggen")
        assert jan.met[-1] == "/klant/"

"""Lost login to back in, with a keyboard on a phone: asked, mailed, a new password, others out."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_customer
from tests.browser.walking import Walker, last_letter

pytestmark = pytest.mark.browser

FORGOTTEN, CHOSEN = "paard batterij nietje juist", "een zwaluw maakt nog geen zomer"
LINK = re.compile(r"https?://\S+/inloggegevens/nieuw/\S+")
ComeIn = Callable[[], AbstractContextManager[Walker]]


def sign_in(somebody: Walker, identifier: str, password: str) -> None:
    somebody.open("/inloggen/")
    somebody.fill_in("E-mailadres of klantnummer", identifier)
    somebody.fill_in("Wachtwoord", password)
    somebody.press("Inloggen")


def test_lost_login_is_recovered_by_customer_number(come_in: ComeIn, frozen: FrozenClock) -> None:
    customer = new_customer(name="Bakkerij Zeezicht")
    contact = Contact.objects.select_related("user").get(customers=customer)
    customers.set_password(user=contact.user, password=FORGOTTEN, by=SYSTEM, now=NOW)
    with come_in() as visitor, come_in() as intruder:
        sign_in(intruder, contact.user.email, FORGOTTEN)
        intruder.reads("Bakkerij Zeezicht")

        visitor.open("/")
        visitor.follow("Inloggegevens")
        visitor.fill_in("E-mailadres, klantnummer of domeinnaam", customer.number)
        visitor.press("Stuur mij de e-mail")
        visitor.reads("Kijk in uw mailbox")

        jobs.run_pending(now=frozen.at)
        outbox.send_due(now=frozen.at)
        to, _subject, letter = last_letter()
        assert to == contact.user.email
        link = LINK.search(letter)
        assert link is not None, letter
        visitor.open(link[0])
        visitor.fill_in("Nieuw wachtwoord", CHOSEN)
        visitor.press("Stel het nieuwe wachtwoord in")
        visitor.reads("Bakkerij Zeezicht", customer.number)

        intruder.open("/klant/")
        assert intruder.met[-1].startswith("/inloggen/")
        visitor.open(link[0])
        visitor.reads("Deze link werkt niet meer")
        sign_in(intruder, customer.number, CHOSEN)
        intruder.reads("Bakkerij Zeezicht")

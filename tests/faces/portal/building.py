"""What the tests of the portal build with, besides what those of the desk do."""

import re
from datetime import datetime
from typing import Protocol

from django.test import Client

from balie.apps.customers.models import Contact, Customer, CustomerContact
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Question
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.support.signing_in import sign_in

_MARKS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


class Page(Protocol):
    """What came back from a request."""

    @property
    def content(self) -> bytes:
        """The bytes of the page."""


def text_of(page: Page) -> str:
    """The words of a page as one line, with ordinary blanks."""
    words = _MARKS.sub(" ", page.content.decode()).replace("\u00a0", " ")
    return " ".join(words.split())


def owner_of(customer: Customer) -> Contact:
    """Who owns a customer; others may look after it too."""
    role = CustomerContact.objects.select_related("contact__user").get(
        customer=customer, role=CustomerContact.Role.OWNER
    )
    return role.contact


def asked_by(
    contact: Contact, customer: Customer, *, at: datetime = NOW, subject: str = "Mijn site is traag"
) -> Question:
    """Somebody asks something in the portal."""
    return tickets.ask(
        channel="portal",
        subject=subject,
        body="Sinds vanochtend laadt mijn site traag. Kunt u kijken?",
        asker_name=contact.name,
        asker_email=contact.user.email,
        raw=b"...",
        asked_at=at,
        contact=contact,
        customer=customer,
        by=SYSTEM,
        now=at,
    )


def signed_in(contact: Contact) -> Client:
    """A browser in which a contact is signed in."""
    client = Client()
    sign_in(client, contact.user)
    return client

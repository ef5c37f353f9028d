"""A16: fetch another customer's attachment or PDF by its number or address, also logged out.

Sources: FreeScout GHSA-wg74 (no token), Trudesk CVE-2026-114400 (static uploads), Zammad
CVE-2024-33668 (guessable id), pretix CVE-2026-9712 (an export by its UUID).
"""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from balie.apps.customers.models import CustomerContact
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Attachment
from balie.apps.tickets.queries import GivenFile
from tests.abuse.attacking import attacker
from tests.apps.building import NOW, new_contact, new_invoice
from tests.apps.credentials.recovering import Loser
from tests.faces.portal.building import asked_by
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

CANARY = b"canary-7d1f0f6c"


@pytest.fixture
def stranger(db: None) -> Client:
    """The owner of another customer, signed in."""
    return sign_in(attacker(), Loser().user)


@pytest.fixture
def file(victim: Loser) -> Attachment:
    """A file that the victim sent along with a question."""
    question = asked_by(victim.contact, victim.customer)
    message = question.message
    given = GivenFile(name="jaarcijfers.txt", content=CANARY)
    tickets.keep_files(message=message, files=[given], now=NOW)
    return Attachment.objects.get()


def bytes_of(client: Client, address: str) -> tuple[int, bytes]:
    """Status and all that was handed out."""
    answer = client.get(address)
    whole = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, whole


def test_file_is_its_owners_alone(victim: Loser, file: Attachment, stranger: Client) -> None:
    """A16: 404 for another customer, the sign-in page for nobody; the owner gets it."""
    address = reverse("portal:attachment", args=[file.pk])

    mine = bytes_of(sign_in(attacker(), victim.user), address)
    theirs, nobodys = bytes_of(stranger, address), bytes_of(attacker(), address)

    assert mine == (200, CANARY)
    assert (theirs[0], nobodys[0]) == (404, 302)
    assert CANARY not in theirs[1] + nobodys[1]


def test_desk_hands_files_to_employees_alone(file: Attachment, stranger: Client) -> None:
    """A16: the address of the desk is no way around."""
    address = reverse("desk:attachment", args=[file.pk])

    assert bytes_of(stranger, address)[0] == 404
    assert bytes_of(attacker(), address)[0] == 302


def test_invoice_is_its_owners_and_not_for_who_sees_no_money(
    victim: Loser, stranger: Client
) -> None:
    """A16: the PDF of an invoice: 404 for a stranger and for a technical contact."""
    invoice = new_invoice(victim.customer)
    technical = new_contact(victim.customer, role=CustomerContact.Role.TECHNICAL)
    address = reverse("portal:invoice_pdf", args=[invoice.number])

    mine = bytes_of(sign_in(attacker(), victim.user), address)

    assert mine[0] == 200
    assert mine[1].startswith(b"%PDF")
    for client in (stranger, sign_in(attacker(), technical.user)):
        assert bytes_of(client, address)[0] == 404
    assert bytes_of(attacker(), address)[0] == 302


def test_numbers_around_it_hand_out_nothing(file: Attachment, stranger: Client) -> None:
    """A16: guessing numbers finds nothing."""
    for number in range(max(file.pk - 3, 0), file.pk + 4):
        assert bytes_of(stranger, reverse("portal:attachment", args=[number]))[0] == 404


def patterns(resolver: URLResolver) -> list[str]:
    """Every address the site answers, as it is written down."""
    found: list[str] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += [f"{one.pattern}{rest}" for rest in patterns(one)]
        elif isinstance(one, URLPattern):
            found.append(str(one.pattern))
    return found


def test_no_address_serves_files_without_asking_who_it_is() -> None:
    """A16: there is no MEDIA_URL, and no view that hands out what lies in a folder."""
    assert (settings.MEDIA_URL, settings.MEDIA_ROOT) == ("/", "")
    assert [one for one in patterns(get_resolver()) if "media" in one or "upload" in one] == []

"""A question from the public page: what is refused, and that its answer always can be mailed."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from balie.apps.tickets import actions
from balie.apps.tickets.models import RawSource, Ticket
from balie.infra import clock, outbox
from tests.apps.tickets.asking import new_employee

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASK = "/vraag/"
FILLED = {
    "name": "J. Bakker",
    "email": "j.bakker@klant.example",
    "subject": "Mijn site",
    "body": "Mijn site doet het niet.",
}


def ask(client: Client, **changed: str) -> int:
    """Send the form as a browser does; return the status."""
    with clock.frozen(NOW):
        return client.post(ASK, FILLED | changed).status_code


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "J.\tBakker"},
        {"subject": "Mijn\tsite\r\nBcc: iemand@elders.example"},
        {"subject": "", "body": "Mijn \x07site\u2028doet het\x1b niet.\nEcht niet."},
    ],
)
def test_answer_reaches_an_asker_whatever_he_pasted(
    client: Client, changed: dict[str, str], settings: Settings
) -> None:
    settings.BALIE_DEMO = True  # The shipped example company mails nobody in earnest.
    assert ask(client, **changed) == 302
    ticket = Ticket.objects.get()
    actions.answer(ticket=ticket, body="Zo werkt het.", employee=new_employee(), now=NOW)

    outbox.send_due(now=NOW)

    assert [message.to for message in mail.outbox] == [["j.bakker@klant.example"]] * 2
    assert (ticket.asker_name, ticket.subject[:9]) == ("J. Bakker", "Mijn site")


@pytest.mark.parametrize("name", ["name", "subject"])
@pytest.mark.parametrize("unwritable", ["\x07", "\x1b", "\x7f", "\x9b"])
def test_line_with_an_invisible_character_is_refused_in_words(
    client: Client, name: str, unwritable: str
) -> None:
    with clock.frozen(NOW):
        response = client.post(ASK, FILLED | {name: f"J.{unwritable}Bakker"})

    assert response.status_code == 422
    assert "Hier staat een onzichtbaar teken in." in response.content.decode()
    assert not Ticket.objects.exists()


def test_form_sent_in_parts_is_kept_with_its_fields() -> None:
    # Enforced checks read the form before the view does, as they do for a browser.
    client = Client(enforce_csrf_checks=True)
    with clock.frozen(NOW):
        client.get(ASK)
        token = client.cookies["balie-csrf"].value
        response = client.post(ASK, FILLED | {"csrfmiddlewaretoken": token})

    assert response.status_code == 302
    assert b"body=Mijn+site+doet+het+niet." in bytes(RawSource.objects.get().content)

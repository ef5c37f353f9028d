"""What a customer writes on one line: a subject and the name of his account's holder."""

import pytest
from django.test import Client

from balie.apps.mandates.models import Mandate
from balie.apps.tickets.models import Ticket
from tests.faces.portal.building import text_of

WORDS = "Hier staat een onzichtbaar teken in."
MANDATE = {"debtor_name": "Jan\x07 Bakker", "iban": "NL91ABNA0417164300", "agreed": "on"}


def test_subject_with_an_invisible_character_is_refused(alice: Client) -> None:
    response = alice.post("/klant/vraag/", {"subject": "Mijn\x07 site", "body": "Help"})

    assert (response.status_code, WORDS in text_of(response)) == (422, True)
    assert not Ticket.objects.exists()


def test_subject_with_a_tab_is_one_line(alice: Client) -> None:
    alice.post("/klant/vraag/", {"subject": "Mijn\tsite", "body": "Help"})

    assert Ticket.objects.get().subject == "Mijn site"


@pytest.mark.parametrize("name", ["Jan\x07 Bakker", "Jan\x9bBakker"])
def test_holder_with_an_invisible_character_is_refused(alice: Client, name: str) -> None:
    response = alice.post("/klant/machtiging/geven/", MANDATE | {"debtor_name": name})

    assert (response.status_code, WORDS in text_of(response)) == (422, True)
    assert not Mandate.objects.exists()

"""What a visitor reads when a request is refused before any page is asked."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_form_that_expired_says_so_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/vraag/", {"name": "Jan"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "<h1>Dit formulier is verlopen</h1>" in page
    assert '<p lang="en">This form has expired' in page


def test_request_that_cannot_be_read_says_so_in_our_words(client: Client) -> None:
    response = client.get("/", headers={"host": "kwaad.example"})

    assert response.status_code == 400
    assert "<h1>Dit verzoek klopt niet</h1>" in response.content.decode()

"""What is behind a door stays in no cache."""

from django.test import Client

PRIVATE = "private, no-store"


def test_page_of_a_customer_is_kept_in_no_cache(alice: Client) -> None:
    response = alice.get("/klant/vragen/")

    assert (response.status_code, response["Cache-Control"]) == (200, PRIVATE)

"""Changes of address at the desk: the list, the button that is not there, the card, the alarms."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.credentials.actions import addresses_proof
from balie.apps.credentials.models import AddressChange
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, actor_of, secret_of
from tests.faces.desk.building import new_employee, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db


def proven(mover: Mover) -> AddressChange:
    """A change that only waits for approval."""
    codes = mover.add_factor()
    change = mover.change
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    return mover.change


def test_agent_starts_it_on_the_card_and_finds_no_button_to_approve() -> None:
    mover, first, second = Mover(), new_employee(), new_employee()
    starter, colleague = sign_in(Client(), first.user), sign_in(Client(), second.user)

    starter.post(
        f"/balie/klanten/{mover.customer.number}/adres/",
        {"contact": mover.contact.pk, "new_email": mover.new_email, "channel": "phone"},
    )
    change = proven(mover)
    path = f"/balie/adressen/{change.pk}/"
    pages = [text_of(client.get(path)) for client in (starter, colleague)]
    refused = starter.post(f"{path}akkoord/")
    still = mover.change.state
    colleague.post(f"{path}akkoord/")

    assert "een collega keurt het goed" in pages[0]
    assert "had hier de hand in" in pages[1]
    assert (refused.status_code, still) == (302, "open")
    assert mover.change.state == "completed"


def test_employee_may_not_fill_in_what_was_not_asked_of_him() -> None:
    """A31: extra fields name no proof, no state and no approver."""
    mover, first, second = Mover(), new_employee(), new_employee()
    client = sign_in(Client(), first.user)

    client.post(
        f"/balie/klanten/{mover.customer.number}/adres/",
        {
            "contact": mover.contact.pk,
            "new_email": mover.new_email,
            "channel": "portal",
            "proof": "bank",
            "state": "completed",
            "approved_by": second.pk,
        },
    )

    assert not AddressChange.objects.exists()


def test_contact_of_another_customer_cannot_be_chosen() -> None:
    mover, other = Mover(), Mover()
    client = sign_in(Client(), new_employee().user)

    answer = client.post(
        f"/balie/klanten/{mover.customer.number}/adres/",
        {"contact": other.contact.pk, "new_email": mover.new_email, "channel": "phone"},
    )

    assert answer.status_code == 422


def test_card_and_today_show_what_waits() -> None:
    mover, first, second = Mover(), new_employee(), new_employee()
    mover.call(first)
    change = proven(mover)
    client = sign_in(Client(), second.user)

    card = text_of(client.get(f"/balie/klanten/{mover.customer.number}/"))
    today = text_of(client.get("/balie/"))

    assert f"Er loopt een adreswijziging : {mover.contact.name}" in card
    assert change.new_email in card
    assert "1 adreswijziging wacht op een tweede medewerker." in today


def test_refusal_needs_a_reason() -> None:
    mover, first = Mover(), new_employee()
    change = mover.call(first)
    client = sign_in(Client(), first.user)

    without = client.post(f"/balie/adressen/{change.pk}/weigeren/", {"reason": ""})
    client.post(f"/balie/adressen/{change.pk}/weigeren/", {"reason": "Belde met een valse naam."})

    assert without.status_code == 422
    assert (mover.change.state, mover.change.closed_because) == (
        "refused",
        "Belde met een valse naam.",
    )


def test_second_witness_sees_the_first_and_the_list_says_what_is_needed() -> None:
    mover, first, second = Mover(), new_employee(), new_employee()
    change = mover.call(first)
    addresses_proof.witness(
        change=change, employee=first, text="Paspoort gezien.", by=actor_of(first), now=NOW
    )
    client = sign_in(Client(), second.user)

    page = text_of(client.get(f"/balie/adressen/{change.pk}/"))
    client.post(f"/balie/adressen/{change.pk}/gezien/", {"text": "Uittreksel gezien."})
    listed = text_of(client.get("/balie/adressen/"))

    assert "Paspoort gezien." in page
    assert "twee medewerkers zagen het" in listed
    assert "bevestiging vanaf het nieuwe adres, tijd die moet verstrijken" in listed


@pytest.mark.parametrize("path", ["/balie/adressen/", "/balie/adressen/1/"])
def test_desk_pages_are_not_there_for_a_contact(path: str) -> None:
    client = sign_in(Client(), Mover().user)

    assert client.get(path).status_code == 404


def test_list_asks_as_much_for_thirty_as_for_one() -> None:
    first = new_employee()
    client = sign_in(Client(), first.user)
    counts = []
    for many in (1, 29):
        for _ in range(many):
            Mover().call(first)
        client.get("/balie/adressen/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/balie/adressen/")
        assert page.status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1]

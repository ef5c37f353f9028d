"""Asking signed in: about something of one's own, with files, and only he gets them back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from balie.apps.customers.models import Contact, Customer
from balie.apps.tickets import queries
from balie.apps.tickets.models import About, Attachment, CallBack, Ticket
from tests.apps.building import new_customer, new_domain, new_invoice, new_service
from tests.faces.portal.building import asked_by, owner_of, signed_in, text_of

pytestmark = pytest.mark.django_db

ASK = "/klant/vraag/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def ask(client: Client, **given: Any) -> Any:
    return client.post(ASK, {"body": "Klopt dit bedrag?", "subject": ""} | given)


def photo(name: str = "scherm.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_question_is_about_the_invoice_that_was_chosen(alice: Client, bakery: Customer) -> None:
    invoice = new_invoice(bakery)

    ask(alice, about=f"factuur-{invoice.number}")

    [about] = queries.about_of(Ticket.objects.get())
    assert (about.invoice, about.service) == (invoice, None)


def test_question_is_about_the_service_that_was_chosen(alice: Client, bakery: Customer) -> None:
    service = new_service(bakery, domain=new_domain(bakery, "zeezicht-brood.nl"))
    page = alice.get(ASK)

    ask(alice, about=f"dienst-{service.pk}")

    assert "Webhosting Basis, zeezicht-brood.nl" in text_of(page)
    assert [one.service for one in queries.about_of(Ticket.objects.get())] == [service]


def test_thing_of_another_customer_is_neither_offered_nor_taken(alice: Client) -> None:
    other = new_customer(name="Camping De Kanarie")
    service = new_service(other, domain=new_domain(other, "kanarie-camping.nl"))
    invoice = new_invoice(other)

    page = alice.get(ASK)

    assert "kanarie" not in text_of(page).lower()
    assert invoice.number not in text_of(page)
    for forged in (f"dienst-{service.pk}", f"factuur-{invoice.number}", "x", "dienst-999999"):
        assert ask(alice, about=forged).status_code == 422
    assert (Ticket.objects.count(), About.objects.count()) == (0, 0)


def test_technical_contact_is_offered_no_invoice(bob: Client, bakery: Customer) -> None:
    invoice = new_invoice(bakery)

    assert invoice.number not in text_of(bob.get(ASK))
    assert ask(bob, about=f"factuur-{invoice.number}").status_code == 422


def test_link_at_an_invoice_has_it_chosen(alice: Client, bakery: Customer) -> None:
    invoice = new_invoice(bakery)

    page = alice.get(f"{ASK}?betreft=factuur-{invoice.number}").content.decode()

    assert f'<option value="factuur-{invoice.number}" selected>' in page


def test_files_come_along_and_are_handed_back_to_be_saved(alice: Client) -> None:
    ask(alice, files=[photo(), photo("twee.png")])

    page = alice.get(reverse("portal:question", args=[Ticket.objects.get().number]))
    first = Attachment.objects.order_by("pk")[0]
    response = alice.get(f"/klant/vragen/bijlage/{first.pk}/")
    assert ("scherm.png" in text_of(page), "twee.png" in text_of(page)) == (True, True)
    assert response.content == PNG
    assert response["Content-Disposition"] == 'attachment; filename="scherm.png"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_file_of_another_customer_is_not_found(
    alice: Client, charlie: Client, client: Client, agent: Client
) -> None:
    ask(alice, files=[photo()])
    address = f"/klant/vragen/bijlage/{Attachment.objects.get().pk}/"

    assert charlie.get(address).status_code == 404
    assert agent.get(address).status_code == 404
    assert client.get(address).status_code == 302
    assert alice.get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("virus.exe", b"MZ", "virus.exe is geen soort bestand dat wij aannemen."),
        ("pagina.html", b"<html>", "pagina.html is geen soort bestand dat wij aannemen."),
        ("teken.svg", b"<svg onload=1>", "teken.svg is geen soort bestand dat wij aannemen."),
        ("groot.txt", b"x" * 10_485_761, "groot.txt is groter dan 10 MB;"),
        ("leeg.txt", b"", "leeg.txt is leeg;"),
    ],
)
def test_file_that_is_not_taken_is_named_and_what_was_typed_stays(
    alice: Client, name: str, content: bytes, words: str
) -> None:
    response = ask(alice, files=[photo(name, content)])

    assert response.status_code == 422
    assert words in text_of(response)
    assert "Klopt dit bedrag?" in text_of(response)
    assert Ticket.objects.count() == 0


def test_further_question_takes_files_too(alice: Client, bakery: Customer) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket

    alice.post(
        reverse("portal:question", args=[ticket.number]), {"body": "Zie hier", "files": [photo()]}
    )

    assert Attachment.objects.get().message.body == "Zie hier"


@pytest.mark.parametrize("count", [1, 30])
def test_conversation_with_files_costs_the_same_reads(
    alice: Client, bakery: Customer, count: int, django_assert_max_num_queries: Any
) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    address = reverse("portal:question", args=[ticket.number])
    for _ in range(count):
        alice.post(address, {"body": "Zie hier", "files": [photo()]})
    alice.get(address)

    with django_assert_max_num_queries(24):
        alice.get(address)


def test_call_back_is_asked_with_the_number_on_file(bakery: Customer) -> None:
    contact: Contact = owner_of(bakery)
    contact.phone = "058-2123456"
    contact.save()
    client = signed_in(contact)

    page = client.get("/klant/terugbellen/").content.decode()
    client.post("/klant/terugbellen/", {"name": "x", "number": "058-2123456", "suits": "na drie"})

    back = CallBack.objects.get()
    assert 'value="058-2123456"' in page
    assert (back.number, back.suits) == ("+31582123456", "na drie")
    assert (back.ticket.contact, back.ticket.customer) == (contact, bakery)

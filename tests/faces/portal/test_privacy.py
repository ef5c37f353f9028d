"""What a contact may take along: all that is held of him, and nothing of anybody else."""

import io
import json
import zipfile

import pytest
from django.test import Client

from balie.apps.customers.models import Contact, Customer
from balie.apps.office.privacy.export import dossier
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Message
from balie.apps.tickets.queries import GivenFile
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_invoice, new_mandate
from tests.apps.tickets.mailing import mail, receive
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import asked_by, owner_of, text_of

pytestmark = pytest.mark.django_db

DOWNLOAD = "/klant/gegevens/ophalen/"


def taken(client: Client) -> zipfile.ZipFile:
    """The archive that a client downloads."""
    response = client.post(DOWNLOAD)
    assert response["Content-Disposition"] == 'attachment; filename="mijn-gegevens.zip"'
    return zipfile.ZipFile(io.BytesIO(response.content))


def test_page_says_how_long_and_offers_all(alice: Client) -> None:
    words = text_of(alice.get("/klant/gegevens/"))

    assert "Vragen en antwoorden: 36 maanden nadat ze zijn gesloten." in words
    assert "Mijn gegevens downloaden" in words


def test_archive_holds_what_is_his_to_read_and_to_reuse(alice: Client, bakery: Customer) -> None:
    owner = owner_of(bakery)
    new_mandate(bakery)
    invoice = new_invoice(bakery)
    question = asked_by(owner, bakery, subject="Mijn vraag")
    message = Message.objects.get(ticket=question.ticket)
    evil = GivenFile(name="../../etc/passwd", content=b"bytes of the file")
    tickets.keep_files(message=message, files=[evil], now=NOW)
    tickets.answer(ticket=question.ticket, body="Ons antwoord", employee=new_employee(), now=NOW)
    receive(mail(sender=owner.user.email, subject="Per mail", dmarc="pass"), NOW)

    archive = taken(alice)

    held = json.loads(archive.read("gegevens.json"))
    assert held["account"][0]["email"] == owner.user.email
    assert [one["number"] for one in held["invoices"]] == [invoice.number]
    assert [one["iban"] for one in held["mandates"]] == ["NL39RABO0300065264"]
    assert {"Mijn vraag", "Per mail"} == {one["subject"] for one in held["tickets"]}
    assert "Ons antwoord" in {one["body"] for one in held["messages"]}
    assert [one["subject"] for one in held["mails_in"]] == ["Per mail"]
    page = archive.read("gegevens.html").decode()
    assert "Wat wij van u bewaren" in page
    assert "Ons antwoord" in page
    names = archive.namelist()
    assert [name for name in names if ".." in name or name.startswith("/")] == []
    assert b"bytes of the file" in [archive.read(n) for n in names if n.startswith("bestanden/")]
    assert sum(name.endswith(".eml") for name in names) == 1


def test_archive_holds_nothing_of_a_colleague_and_no_note(
    bob: Client, bakery: Customer, bob_himself: Contact
) -> None:
    new_mandate(bakery)
    new_invoice(bakery)
    asked_by(owner_of(bakery), bakery, subject="Van Alice")
    question = asked_by(bob_himself, bakery, subject="Van Bob")
    tickets.ask_again(
        ticket=question.ticket,
        contact=owner_of(bakery),
        body="Alice schrijft mee",
        raw=b".",
        asked_at=NOW,
        by=SYSTEM,
        now=NOW,
    )
    tickets.add_note(ticket=question.ticket, body="Lastig", employee=new_employee(), now=NOW)

    archive = taken(bob)

    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    held = json.loads(archive.read("gegevens.json"))
    assert [one["subject"] for one in held["tickets"]] == ["Van Bob"]
    assert (held["invoices"], held["mandates"]) == ([], [])
    for word in ("Van Alice", "Alice schrijft mee", "Lastig", owner_of(bakery).user.email):
        assert word not in whole


def test_archive_holds_no_secret(alice: Client, bakery: Customer) -> None:
    user = owner_of(bakery).user
    user.set_password("een geheime wachtzin van Alice")
    user.save()
    alice.force_login(user)

    whole = json.dumps(dossier(owner_of(bakery)))

    for secret in (user.password, str(alice.session.session_key)):
        assert secret not in whole


def test_text_of_others_is_escaped(alice: Client, bakery: Customer) -> None:
    asked_by(owner_of(bakery), bakery, subject="<script>alert(1)</script>")

    assert "<script" not in taken(alice).read("gegevens.html").decode()


def test_download_is_recorded(alice: Client, bakery: Customer) -> None:
    taken(alice)

    assert AuditEvent.objects.get(event="contact.exported").by_id == owner_of(bakery).pk


def test_link_alone_downloads_nothing(alice: Client) -> None:
    assert alice.get(DOWNLOAD).status_code == 405

"""While one types: drafts, colleagues, saved replies, and what was written or sent meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Draft, Message, SavedReply, Ticket
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import asked, new_employee, says, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db


def draft(client: Client, ticket: Ticket, body: str, version: int) -> Any:
    address = f"/balie/vragen/{ticket.number}/concept/"
    return client.post(address, {"kind": "answer", "body": body, "version": version})


def test_draft_is_kept_and_stands_there_on_any_machine(agent: Client) -> None:
    ticket = asked().ticket

    saved = draft(agent, ticket, "Beste klant,\r\n\r\nik kijk", 0)

    page = agent.get(f"/balie/vragen/{ticket.number}/").content.decode()
    said = saved.json()["said"].replace("\u00a0", " ")
    assert (said, saved.json()["version"]) == ("Concept bewaard, ma 23 nov 2026, 10:00.", 1)
    assert "Beste klant,\n\nik kijk</textarea>" in page
    assert 'name="version" value="1"' in page


def test_draft_changed_elsewhere_comes_back_instead(agent: Client) -> None:
    ticket = asked().ticket
    draft(agent, ticket, "thuis", 0)

    response = draft(agent, ticket, "kantoor", 0)

    assert response.status_code == 409
    assert (response.json()["body"], response.json()["version"]) == ("thuis", 1)
    assert Draft.objects.get().body == "thuis"


@pytest.mark.parametrize("data", [{"kind": "x", "version": "0"}, {"kind": "note", "version": "²"}])
def test_draft_of_nothing_known_is_not_found(agent: Client, data: dict[str, str]) -> None:
    ticket = asked().ticket

    response = agent.post(f"/balie/vragen/{ticket.number}/concept/", {"body": "x", **data})

    assert response.status_code == 404


def test_sent_answer_and_kept_note_leave_no_draft(agent: Client) -> None:
    ticket = asked().ticket
    for kind in ("answer", "note"):
        agent.post(
            f"/balie/vragen/{ticket.number}/concept/", {"kind": kind, "body": "x", "version": 0}
        )

    agent.post(f"/balie/vragen/{ticket.number}/antwoord/", {"body": "Zo."})
    agent.post(f"/balie/vragen/{ticket.number}/notitie/", {"body": "Zo."})

    assert not Draft.objects.exists()


def test_colleague_who_types_is_seen_by_the_other(agent: Client) -> None:
    ticket = asked().ticket
    joris = new_employee(name="Joris Feenstra")
    other = Client()
    sign_in(other, joris.user)
    address = f"/balie/vragen/{ticket.number}/aanwezig/"

    other.post(address, {"typing": "1"})
    seen = agent.post(address, {"typing": "0"}).json()
    back = other.post(address, {"typing": "0"}).json()

    assert seen == {"said": "Joris Feenstra typt een antwoord.", "new": ""}
    assert back["said"].endswith("heeft haar ook open.")
    assert "Joris Feenstra typt een antwoord." in text_of(
        agent.get(f"/balie/vragen/{ticket.number}/")
    )
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert agent.post(address).json()["said"] == ""


def test_what_was_written_meanwhile_is_read_before_the_answer_goes(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number
    joris = new_employee(name="Joris Feenstra")
    tickets.answer(ticket=question.ticket, body="Ik was eerst.", employee=joris, now=NOW)
    mine = {"body": "Ik ook.", "seen": question.message_id}

    noticed = agent.post(f"/balie/vragen/{number}/aanwezig/", {"seen": question.message_id}).json()
    held = agent.post(f"/balie/vragen/{number}/antwoord/", mine)

    assert noticed["new"] == "Er kwam intussen 1 bericht bij."
    assert held.status_code == 409
    text = text_of(held)
    assert "Er is intussen geschreven" in text
    assert "antwoord nieuw" in text
    assert "Ik ook.</textarea>" in held.content.decode()
    assert Message.objects.filter(kind="answer").count() == 1
    last = Message.objects.latest("pk").pk
    assert f'name="seen" value="{last}"' in held.content.decode()

    sent = agent.post(f"/balie/vragen/{number}/antwoord/", {**mine, "seen": last})

    assert sent.status_code == 302
    assert Message.objects.filter(kind="answer").count() == 2


def test_answer_waits_and_can_be_taken_back(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number
    agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Te snel.", "close": "on"})
    message = Message.objects.get(kind="answer")
    outbox.send_due(now=NOW)
    queue = text_of(agent.get("/balie/vragen/"))

    response = agent.post(f"/balie/vragen/{number}/terughalen/{message.pk}/")

    page = agent.get(f"/balie/vragen/{number}/")
    assert f"Uw antwoord op {number} vertrekt over enkele seconden. Ongedaan maken" in queue
    assert says(response)[-1].startswith("Teruggehaald.")
    assert "Te snel.</textarea>" in page.content.decode()
    assert "teruggehaald voor verzending" in text_of(page)
    question.ticket.refresh_from_db()
    assert (question.ticket.open_questions, question.ticket.closed_at) == (1, None)
    assert OutboxRow.objects.get(kind="answer").state == "withdrawn"


def test_answer_that_left_says_so(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number
    agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Zo."})
    message = Message.objects.get(kind="answer")
    outbox.send_due(now=NOW + timedelta(minutes=1))

    response = agent.post(f"/balie/vragen/{number}/terughalen/{message.pk}/")

    assert says(response)[-1] == "Het antwoord is al weg. Schrijf een nieuw antwoord."
    assert agent.post(f"/balie/vragen/{number}/terughalen/999999/").status_code == 404


def reply(**texts: str) -> SavedReply:
    given = {"name": "dns", "body_nl": "Beste {naam}, {belofte}.", "body_en": "", **texts}
    return tickets.save_reply(reply=None, **given, by=SYSTEM, now=NOW)


def test_replies_are_filled_in_for_the_ticket_in_its_language(agent: Client) -> None:
    reply(body_en="Dear {naam}, {vraagnummer}: {belofte}. {medewerker}")
    dutch, english = asked().ticket, asked(language="en").ticket

    found = [
        agent.get(f"/balie/vragen/{one.number}/standaard/").json()["replies"]
        for one in (dutch, english)
    ]

    assert found[0] == [{"name": "dns", "text": "Beste J. Bakker, vandaag voor 24:00."}]
    assert found[1][0]["text"].startswith(f"Dear J. Bakker, {english.number}: today before 24:00. ")


def test_reply_is_written_changed_and_retired(agent: Client) -> None:
    made = agent.post("/balie/standaardantwoorden/nieuw/", {"name": "DNS", "body_nl": "Dag {naam}"})
    found = SavedReply.objects.get()
    address = f"/balie/standaardantwoorden/{found.pk}/"
    assert "Dag {naam}</textarea>" in agent.get(address).content.decode()
    agent.post(f"{address}wijzigen/", {"name": "dns", "body_nl": "Hallo {naam}"})

    listed = text_of(agent.get("/balie/standaardantwoorden/"))
    agent.post(f"{address}weg/")

    assert made["Location"] == "/balie/standaardantwoorden/"
    assert ";dns Hallo {naam}" in listed
    assert agent.get(address).status_code == 404
    assert "Nog geen" in text_of(agent.get("/balie/standaardantwoorden/"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "dns", "body_nl": "{iban}"}, "tussen accolades"),
        ({"name": "twee, woorden", "body_nl": "x"}, "Een naam is één woord"),
        ({"name": "", "body_nl": ""}, "Dit veld is verplicht."),
    ],
)
def test_reply_that_cannot_be_saved_says_why(
    agent: Client, data: dict[str, str], said: str
) -> None:
    response = agent.post("/balie/standaardantwoorden/nieuw/", data)

    assert response.status_code == 422
    assert said in text_of(response)
    assert not SavedReply.objects.exists()

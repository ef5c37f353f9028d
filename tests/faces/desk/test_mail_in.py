"""The pages of mail that came in: quarantine, the count, each mail, and what its ticket shows."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from balie.apps.tickets.actions import placing
from balie.apps.tickets.actions.asking_by_mail import FILES_LEFT_OUT
from balie.apps.tickets.models import InboundMail, MailFolder, Ticket
from balie.apps.tickets.references import reference_of
from balie.faces.desk import mail_words
from balie.formats import mail_sentences
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import ask
from tests.apps.tickets.mailing import mail, receive, store
from tests.faces.desk.building import says, text_of

pytestmark = pytest.mark.django_db

NO_REPLY = "Winkel <no-reply@winkel.example>"
HTML = (
    b"From: a@klant.example\r\nSubject: Opmaak\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p onclick='x()'>Hallo <b>daar</b></p><script>alert(1)</script>"
    b'<img src="https://spion.example/pixel.gif"><form action="https://boef.example"></form>'
)


def test_quarantine_and_what_is_no_question_are_listed(agent: Client) -> None:
    receive(mail(sender=NO_REPLY, subject="Bevestig uw account"), NOW)
    receive(mail(subject="Afwezig", headers={"Auto-Submitted": "auto-replied"}), NOW)

    words = text_of(agent.get("/balie/post/"))

    assert "Apart gezet 1" in words
    assert "Bevestig uw account Winkel" in words
    assert "Geen vraag 1" in words
    assert "Afwezig J. Bakker" in words


def test_count_of_each_day_adds_up(agent: Client) -> None:
    receive(mail(), NOW)
    receive(mail(sender=NO_REPLY), NOW)
    receive(mail(headers={"Auto-Submitted": "auto-replied"}), NOW)
    store(mail(), NOW)

    assert "ma 23 nov 2026 4 1 1 1 1" in text_of(agent.get("/balie/post/"))


def test_mailbox_that_cannot_be_read_is_said_there_and_on_the_first_page(agent: Client) -> None:
    MailFolder.objects.create(
        name="helpdesk@imap.example/INBOX",
        reached_at=NOW - timedelta(hours=1),
        failing_since=NOW - timedelta(minutes=15),
        last_error="imap.example:993: TimeoutError",
    )

    assert "kan niet worden gelezen" in text_of(agent.get("/balie/post/"))
    assert "Het postvak is al een kwartier" in text_of(agent.get("/balie/"))


def test_first_page_names_what_is_in_quarantine(agent: Client) -> None:
    receive(mail(sender=NO_REPLY), NOW)

    assert "1 mail staat apart" in text_of(agent.get("/balie/"))


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_does_not_grow(
    agent: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        receive(mail(sender=NO_REPLY), NOW)
        receive(mail(headers={"Auto-Submitted": "auto-replied"}), NOW)
    agent.get("/balie/post/")

    with django_assert_max_num_queries(12):
        agent.get("/balie/post/")


def test_mail_is_shown_with_what_was_read_of_it(agent: Client) -> None:
    one = receive(mail(sender=NO_REPLY, body="Welkom.\n"), NOW)

    words = text_of(agent.get(f"/balie/post/{one.pk}/"))

    assert "Van Winkel no-reply@winkel.example" in words
    assert "Het adres van de afzender neemt geen antwoorden aan." in words
    assert "Welkom." in words


def test_mail_is_saved_byte_for_byte_and_never_shown(agent: Client) -> None:
    one = receive(HTML, NOW)

    response = agent.get(f"/balie/post/{one.pk}/bron/")

    assert response.content == HTML
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="mail-{one.pk}.eml"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_layout_runs_nothing_and_fetches_nothing(agent: Client) -> None:
    one = receive(HTML, NOW)

    response = agent.get(f"/balie/post/{one.pk}/opmaak/")

    html = response.content.decode()
    assert "<b>daar</b>" in html
    assert re.findall(r"script|onclick|spion|boef|<form", html) == []
    assert "1 plaatje van elders" in html
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_page_frames_the_layout_in_a_sandbox(agent: Client) -> None:
    one = receive(HTML, NOW)

    response = agent.get(f"/balie/post/{one.pk}/")

    frame = f'sandbox="" title="Opmaak van de mail" src="/balie/post/{one.pk}/opmaak/"'
    assert frame in response.content.decode()
    assert response["Content-Security-Policy"].endswith("frame-src 'self'")


def test_mail_without_layout_has_none(agent: Client) -> None:
    one = receive(mail(), NOW)

    assert agent.get(f"/balie/post/{one.pk}/opmaak/").status_code == 404


@pytest.mark.parametrize("page", ["", "opmaak/", "bron/"])
def test_mail_that_is_not_there_is_not_found(agent: Client, page: str) -> None:
    assert agent.get(f"/balie/post/99/{page}").status_code == 404


def test_employee_makes_a_question_of_a_mail(agent: Client) -> None:
    one = receive(mail(sender=NO_REPLY), NOW - timedelta(hours=5))

    response = agent.post(f"/balie/post/{one.pk}/vraag/")

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/balie/vragen/{ticket.number}/"
    assert ticket.questions.get().promise.made_at == NOW - timedelta(hours=5)
    assert agent.post(f"/balie/post/{one.pk}/vraag/")["Location"] == "/balie/post/"
    assert Ticket.objects.count() == 1


def test_employee_sets_a_mail_aside_with_a_reason(agent: Client) -> None:
    one = receive(mail(sender=NO_REPLY), NOW)

    refused = agent.post(f"/balie/post/{one.pk}/geen-vraag/", {"why": " "})
    done = agent.post(f"/balie/post/{one.pk}/geen-vraag/", {"why": "Reclame"})

    assert refused.status_code == 422
    assert says(done) == ["Staat nu bij wat geen vraag is, met uw reden."]
    assert InboundMail.objects.get().decided_why == "Reclame"
    assert "Reclame Marit" in text_of(agent.get("/balie/post/"))


def test_ticket_shows_new_words_folds_the_rest_and_names_the_sender(agent: Client) -> None:
    ticket = ask(NOW).ticket
    body = "Ja graag.\n\nOp ma 23 nov 2026 om 09:00 schreef De Linde:\n> Wilt u dat?\n"
    one = receive(mail(subject=f"Re: {reference_of(ticket)}", body=body, sender="x@y.example"), NOW)

    response = agent.get(f"/balie/vragen/{ticket.number}/")

    html = response.content.decode()
    folded = re.search(r'<details class="quoted">.*?</details>', html, re.DOTALL)
    assert folded is not None
    assert "Wilt u dat?" in folded[0]
    assert "Ja graag." not in folded[0]
    assert "afzender ons onbekend x@y.example" in text_of(response)
    assert f'href="/balie/post/{one.pk}/"' in html


def test_ticket_shows_what_machines_said_and_what_it_perhaps_belongs_to(agent: Client) -> None:
    ticket = ask(NOW, email="ander@klant.example").ticket
    receive(mail(subject=f"Re: {ticket.number}"), NOW)
    receive(
        mail(
            subject=f"Afwezig: {reference_of(ticket)}", headers={"Auto-Submitted": "auto-replied"}
        ),
        NOW,
    )
    new = Ticket.objects.exclude(pk=ticket.pk).get()

    assert f"Hoort misschien bij {ticket.number}" in text_of(
        agent.get(f"/balie/vragen/{new.number}/")
    )
    assert "Afwezig" in text_of(agent.get(f"/balie/vragen/{ticket.number}/"))


def test_every_sentence_of_reading_a_mail_has_its_words() -> None:
    said = {
        value
        for name, value in vars(mail_sentences).items()
        if name.isupper() and isinstance(value, str)
    }
    said |= {placing.CAME_BACK_TO_US, placing.FROM_OURSELVES, placing.LOST_ANSWER}
    said |= {placing.UNREADABLE, FILES_LEFT_OUT}

    with translation.override("en"):
        assert said - {str(one) for one in mail_words.SENTENCES} == set()
    with translation.override("nl"):
        assert [one for one in said if mail_words.sentence(one) == one] == []


def test_employee_lets_the_customer_see_a_mail_of_a_stranger(agent: Client) -> None:
    customer = new_customer(with_contact=False)
    ticket = ask(NOW, contact=new_contact(customer), customer=customer).ticket
    reply = mail(subject=f"Re: {reference_of(ticket)}", sender="Boef <boef@elders.example>")
    placed = receive(reply, NOW)
    page, address = f"/balie/vragen/{ticket.number}/", f"mail/{placed.message_id}/tonen/"

    before = text_of(agent.get(page))
    shown = text_of(agent.post(page + address, follow=True))
    hidden = text_of(agent.post(page + address, {"verbergen": "1"}, follow=True))
    own = agent.post(f"{page}mail/{ticket.questions.earliest('pk').message_id}/tonen/")

    assert "De klant ziet dit niet" in before
    assert "De klant ziet dit sinds" in shown
    assert "De klant ziet dit niet" in hidden
    assert own.status_code == 404

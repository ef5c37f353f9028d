"""A visitor asks to be called, sends files, and sees answers while he types; none of a customer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import queries
from balie.apps.tickets.models import AnswerVisit, Attachment, CallBack, Ticket
from balie.apps.tickets.queries.visits import STILL_WRITING
from balie.apps.tickets.visits import read_key
from balie.faces.faq.fitting import fitting_answers
from balie.infra import clock, outbox
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_contact, new_customer

pytestmark = pytest.mark.django_db

CALL = {"name": "J. Bakker", "number": "058 - 212 34 56", "suits": "vanmiddag", "body": ""}
ASK = {"name": "J. Bakker", "email": "j@klant.example", "subject": "", "body": "Help mij."}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.frozen(NOW) as standing:
        yield standing


def visit_of(client: Client) -> str:
    """The key of the form that a visitor sees."""
    page = client.get("/vraag/").content.decode()
    return page.partition('name="visit" value="')[2].partition('"')[0]


def counted() -> list[tuple[int, int, int, int]]:
    found = queries.helped_by_answer(since=NOW, now=clock.now())
    return [(one.opened, one.helped, one.perhaps, one.asked) for one in found]


def test_call_back_is_a_question_with_its_promise_and_no_mail_leaves(client: Client) -> None:
    response = client.post("/terugbellen/", CALL)

    ticket = Ticket.objects.get()
    page = client.get(response["Location"]).content.decode()
    assert CallBack.objects.get().number == "+31582123456"
    assert (ticket.channel, ticket.asker_name, ticket.asker_email) == ("web", "J. Bakker", "")
    assert ticket.questions.get().promise.made_at == NOW
    assert ("Wij bellen u." in page, ticket.number in page, "e-mail onderweg" in page) == (
        True,
        True,
        False,
    )
    assert OutboxRow.objects.count() == 0
    assert outbox.stuck(now=NOW).count() == 0


@pytest.mark.parametrize("number", ["", "112", "anonymous", "058", "javascript:alert(1)", "+99 1"])
def test_number_that_nobody_can_call_is_refused_in_words(client: Client, number: str) -> None:
    response = client.post("/terugbellen/", CALL | {"number": number})

    assert response.status_code == 422
    assert "vanmiddag" in response.content.decode()
    assert Ticket.objects.count() == 0


def test_number_of_a_customer_shows_a_visitor_nothing_of_him(client: Client) -> None:
    customer = new_customer(name="Bakkerij Kanarie", with_contact=False)
    contact = new_contact(customer)
    contact.phone = "058-2123456"
    contact.save()

    response = client.post("/terugbellen/", CALL, follow=True)

    page = response.content.decode()
    ticket = Ticket.objects.get()
    assert ticket.number in page
    assert not [word for word in ("Kanarie", customer.number, contact.name) if word in page]
    assert (ticket.customer, ticket.contact) == (None, None)


def test_visitor_sends_files_that_only_the_desk_gets(client: Client) -> None:
    client.post("/vraag/", ASK | {"files": [SimpleUploadedFile("scherm.png", PNG)]})

    kept = Attachment.objects.get()
    assert bytes(kept.stored.content) == PNG
    assert client.get(f"/klant/vragen/bijlage/{kept.pk}/").status_code == 302
    assert client.get(f"/balie/vragen/bijlage/{kept.pk}/").status_code == 302


def test_file_that_is_not_taken_keeps_what_was_typed(client: Client) -> None:
    sent = SimpleUploadedFile("pagina.html", b"<html><script>1</script>")
    response = client.post("/vraag/", ASK | {"body": "Een lang verhaal", "files": [sent]})

    assert response.status_code == 422
    assert "Een lang verhaal" in response.content.decode()
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    ("question", "language", "anchor"),
    [
        ("Hallo, ik weet mijn wachtwoorden niet meer en kan niet inloggen", "nl",
         "inloggegevens-kwijt"),
        ("Goedemiddag, er is geld afgeschreven en ik wil dat storneren", "nl",
         "waarom-automatische-incasso"),
        ("Op welk telefoonnummer kan ik jullie bereiken?", "nl", "bellen"),
        ("I forgot the passwords of my account", "en", "inloggegevens-kwijt"),
    ],
)  # fmt: skip
def test_story_finds_the_answer_that_fits(question: str, language: str, anchor: str) -> None:
    found = fitting_answers(question, language=language)

    assert found[0].article.anchor == anchor
    assert len(found) <= 3


@pytest.mark.parametrize("question", ["", "hallo", "de het een en", "xqzt plmk wvbn", "?!"])
def test_nothing_fits_what_says_nothing(question: str) -> None:
    assert fitting_answers(question, language="nl") == []


def test_answers_come_as_a_piece_of_a_page_with_live_figures(client: Client) -> None:
    response = client.post("/vraag/passend/", {"body": "Mijn wachtwoord vergeten, help!"})

    piece = response.content.decode()
    assert response.status_code == 200
    assert 'data-fits="inloggegevens-kwijt"' in piece
    assert "data-figure=" in piece
    assert "<html" not in piece
    assert policy_in_force(now=NOW).company.name not in piece
    assert AnswerVisit.objects.count() == 0


def test_reading_and_leaving_is_perhaps_and_saying_so_is_helped(client: Client) -> None:
    reads, says, asks, both = (visit_of(client) for _ in range(4))
    for visit in (reads, says, asks, both, reads):
        client.post("/vraag/passend/bellen/open/", {"visit": visit})
    for visit in (says, both):
        client.post("/vraag/passend/bellen/hielp/", {"visit": visit})
    for visit in (asks, both):
        client.post("/vraag/", ASK | {"visit": visit})

    assert counted() == [(4, 1, 0, 2)]
    with clock.frozen(NOW) as later:
        later.advance(STILL_WRITING)
        assert counted() == [(4, 1, 1, 2)]


def test_question_without_an_opened_answer_is_not_counted(client: Client) -> None:
    client.post("/vraag/", ASK | {"visit": visit_of(client)})

    assert AnswerVisit.objects.count() == 0
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("visit", ["", "verzonnen", "x" * 5000])
def test_made_up_key_counts_nothing_and_stops_no_question(client: Client, visit: str) -> None:
    assert client.post("/vraag/passend/bellen/open/", {"visit": visit}).status_code == 404
    assert client.post("/vraag/", ASK | {"visit": visit}).status_code == 302
    assert AnswerVisit.objects.count() == 0


def test_unknown_answer_is_not_counted(client: Client) -> None:
    address = "/vraag/passend/bestaat-niet/open/"

    assert client.post(address, {"visit": visit_of(client)}).status_code == 404


def test_form_keeps_its_key_when_it_comes_back_with_errors(client: Client) -> None:
    visit = visit_of(client)

    page = client.post("/vraag/", ASK | {"body": "", "visit": visit}).content.decode()

    assert f'name="visit" value="{visit}"' in page
    assert read_key(visit) is not None

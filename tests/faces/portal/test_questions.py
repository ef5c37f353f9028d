"""Questions in the portal: ask, follow the promise, read the answer, ask again, dispute a debit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from balie.apps.customers.models import Contact, Customer
from balie.apps.directdebit.models import Collection, Dispute
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Question, Ticket
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_account
from tests.faces.desk.building import (
    announced,
    at_the_bank,
    collected,
    new_employee,
)
from tests.faces.portal.building import asked_by, owner_of, text_of

LIST, ASK = "/klant/vragen/", "/klant/vraag/"
LIST_QUERIES = 9
PAGE_QUERIES = 11
HOUR = timedelta(hours=1)
FORM = "application/x-www-form-urlencoded"


def read(client: Client, ticket: Ticket, language: str = "nl") -> str:
    client.cookies["balie-language"] = language
    response = client.get(reverse("portal:question", args=[ticket.number]))
    assert response.status_code == 200
    return text_of(response)


def answered(question: Question, *, after: timedelta = HOUR) -> None:
    tickets.answer(
        ticket=question.ticket,
        body="We hebben de schijf vervangen.",
        employee=new_employee(name="Marit Hoekstra"),
        now=NOW + after,
    )


def promise_of(question: Question) -> Promise:
    return Promise.objects.get(pk=question.promise_id)


@pytest.fixture
def settled(bakery: Customer, frozen: FrozenClock) -> Collection:
    """A debit of the bakery's that arrived; it is a week later."""
    new_account()
    _invoice, debit = announced(bakery)
    at_the_bank(debit)
    collected(debit)
    frozen.move_to(NOW + timedelta(days=7))
    return debit


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Stelt u uw vraag nu, dan hebt u vandaag voor 24:00 antwoord."),
        ("en", "If you ask now, you have an answer today before 24:00."),
    ],
)
def test_form_to_ask_promises_before_one_asks(alice: Client, language: str, words: str) -> None:
    alice.cookies["balie-language"] = language

    assert words in text_of(alice.get(ASK))


@pytest.mark.parametrize("content_type", [FORM, None], ids=["as browsers do", "in parts"])
def test_question_is_stored_in_the_name_of_who_asks(
    alice: Client, bakery: Customer, content_type: str | None
) -> None:
    asked = {"subject": "", "body": "Hoe zet ik een back-up terug?"}
    if content_type is None:
        response = alice.post(ASK, asked, follow=True)
    else:
        body = "subject=&body=Hoe+zet+ik+een+back-up+terug%3F"
        response = alice.post(ASK, body, content_type=content_type, follow=True)

    ticket = Ticket.objects.get()
    owner = owner_of(bakery)
    assert (ticket.contact_id, ticket.customer_id) == (owner.pk, bakery.pk)
    assert (ticket.channel, ticket.asker_confirmed) == ("portal", True)
    assert ticket.subject == "Hoe zet ik een back-up terug?"
    page = text_of(response)
    assert "Uw vraag is binnen." in page
    assert "Beloofd Antwoord vandaag voor 24:00 nog 14 uur" in page


@pytest.mark.parametrize("address", ["ask", "question", "dispute"])
def test_form_without_words_is_refused_and_changes_nothing(
    alice: Client, bakery: Customer, settled: Collection, address: str
) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    path = {
        "ask": ASK,
        "question": reverse("portal:question", args=[ticket.number]),
        "dispute": reverse("portal:dispute", args=[settled.end_to_end_id]),
    }[address]

    response = alice.post(path, {"body": "  "})

    assert response.status_code == 422
    assert response.content.decode().startswith("<!DOCTYPE html>")
    assert "<title>Fout: " in response.content.decode()
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Mijn site is traag ma 23 nov 2026, 10:00 · {} Beloofd Antwoord vandaag voor 24:00"),
        ("en", "Mijn site is traag Mon 23 Nov 2026, 10:00 · {} Promised Answer today before 24:00"),
    ],
)
def test_list_shows_the_promise_of_what_waits(
    alice: Client, bakery: Customer, language: str, words: str
) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    alice.cookies["balie-language"] = language

    assert words.format(ticket.number) in text_of(alice.get(LIST))


@pytest.mark.parametrize(
    ("after", "words"),
    [(HOUR, "Op tijd beantwoord"), (timedelta(hours=30), "Te laat beantwoord")],
)
def test_list_says_how_a_promise_ended(
    alice: Client, bakery: Customer, frozen: FrozenClock, after: timedelta, words: str
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question, after=after)
    frozen.move_to(NOW + after)
    read(alice, question.ticket)

    assert words in text_of(alice.get(LIST))


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_thirty(
    alice: Client,
    bakery: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for each in range(count):
        answered(asked_by(owner_of(bakery), bakery, at=NOW - each * HOUR))

    with django_assert_num_queries(LIST_QUERIES):
        page = text_of(alice.get(LIST))

    assert page.count("Mijn site is traag") == min(count, 25)


def test_list_without_questions_says_so(alice: Client) -> None:
    assert "Nog geen vragen" in text_of(alice.get(LIST))


def test_promise_is_kept_when_the_asker_opens_the_answer(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question)
    frozen.move_to(NOW + 2 * HOUR)

    page = read(alice, question.ticket)

    assert promise_of(question).kept_at == NOW + 2 * HOUR
    assert "Nagekomen Beantwoord in 2 uur" in page
    assert "door Marit Hoekstra" in page
    assert "We hebben de schijf vervangen." in page


@pytest.mark.parametrize("count", [1, 30])
def test_conversation_takes_the_same_queries_for_one_and_thirty_answers(
    alice: Client,
    bakery: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question)
    for _ in range(count - 1):
        tickets.ask_again(
            ticket=question.ticket,
            contact=owner_of(bakery),
            body="En nu?",
            raw=b"x",
            asked_at=NOW,
            by=SYSTEM,
            now=NOW,
        )
        answered(question)
    read(alice, question.ticket)

    with django_assert_num_queries(PAGE_QUERIES):
        page = read(alice, question.ticket)

    assert page.count("We hebben de schijf vervangen.") == count


def test_promise_is_not_kept_when_a_colleague_of_the_asker_reads_along(
    bob: Client, bakery: Customer
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question)

    page = read(bob, question.ticket)

    assert promise_of(question).kept_at is None
    assert "De e-mail is onderweg." in page


def test_promise_that_was_broken_says_how_late_and_that_we_are_sorry(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question, after=timedelta(hours=20))
    frozen.move_to(NOW + timedelta(hours=20))

    page = read(alice, question.ticket)

    assert "Te laat Beantwoord in 20 uur" in page
    assert "Dat is 6 uur te laat. Dat spijt ons." in page


def test_promise_that_nobody_kept_says_since_when(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    frozen.move_to(NOW + timedelta(hours=20))

    page = read(alice, question.ticket)

    assert "Te laat Antwoord was beloofd gisteren voor 24:00 6 uur te laat" in page


def test_promise_of_a_message_that_asks_nothing_ends(alice: Client, bakery: Customer) -> None:
    question = asked_by(owner_of(bakery), bakery)
    answered(question, after=timedelta())
    thanks = tickets.ask_again(
        ticket=question.ticket,
        contact=None,
        body="Bedankt!",
        raw=b".",
        asked_at=NOW,
        by=SYSTEM,
        now=NOW,
    )
    tickets.needs_no_answer(question=thanks, by=SYSTEM, now=NOW)

    page = read(alice, question.ticket)

    assert "Geen antwoord nodig" in page
    assert "Beloofd" not in page


def test_conversation_shows_who_has_the_question(alice: Client, bakery: Customer) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    tickets.assign(ticket=ticket, employee=new_employee(name="Marit Hoekstra"), by=SYSTEM, now=NOW)

    assert "Bij Marit Hoekstra" in read(alice, ticket)
    assert "With Marit Hoekstra" in read(alice, ticket, "en")


def test_conversation_shows_no_notes_of_ours_and_runs_nothing_of_theirs(
    alice: Client, bakery: Customer
) -> None:
    ticket = asked_by(owner_of(bakery), bakery, subject="<script>alert(1)</script>").ticket
    tickets.add_note(ticket=ticket, body="Lastige klant", employee=new_employee(), now=NOW)

    html = alice.get(reverse("portal:question", args=[ticket.number])).content.decode()

    assert "Lastige klant" not in html
    assert "<script>alert" not in html


def test_message_in_a_conversation_gets_a_promise_of_its_own(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    frozen.move_to(NOW + 24 * HOUR)

    response = alice.post(
        reverse("portal:question", args=[ticket.number]), {"body": "Het is nog traag."}, follow=True
    )

    assert "Uw bericht is binnen." in text_of(response)
    dues = ticket.questions.order_by("pk").values_list("promise__due_at", flat=True)
    assert [due - NOW for due in dues] == [14 * HOUR, 38 * HOUR]


def test_list_shows_the_open_question_that_is_due_first(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    question = asked_by(owner_of(bakery), bakery)
    tickets.ask_again(
        ticket=question.ticket,
        contact=None,
        body="En?",
        raw=b"",
        asked_at=NOW + 24 * HOUR,
        by=SYSTEM,
        now=NOW + 24 * HOUR,
    )
    frozen.move_to(NOW + 24 * HOUR)

    page = text_of(alice.get(LIST))

    assert page.count("Antwoord was beloofd gisteren voor 24:00") == 1
    assert "Antwoord vandaag" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            ["€ 12,10", "do 26 nov 2026", "binnen 56 dagen", "tot en met do 21 jan 2027. Dat u"],
        ),
        (
            "en",
            [
                "€12.10",
                "Thu 26 Nov 2026",
                "within 56 days",
                "until Thu 21 Jan 2027 inclusive. Asking",
            ],
        ),
    ],
)
def test_form_to_dispute_shows_the_debit_and_the_right_at_the_bank(
    alice: Client, settled: Collection, language: str, words: list[str]
) -> None:
    alice.cookies["balie-language"] = language

    page = text_of(alice.get(reverse("portal:dispute", args=[settled.end_to_end_id])))

    assert [one for one in words if one not in page] == []


def test_dispute_becomes_a_question_under_a_promise(alice: Client, settled: Collection) -> None:
    address = reverse("portal:dispute", args=[settled.end_to_end_id])

    response = alice.post(address, {"body": "Ik heb opgezegd."}, follow=True)

    dispute = Dispute.objects.get()
    assert dispute.collection == settled
    assert dispute.ticket.subject == "Ik ben het niet eens met deze incasso"
    page = text_of(response)
    assert "Het gaat om de afschrijving van € 12,10 op do 26 nov 2026." in page
    assert "Beloofd Antwoord vandaag voor 24:00" in page


def test_second_dispute_leads_to_the_first(alice: Client, settled: Collection) -> None:
    address = reverse("portal:dispute", args=[settled.end_to_end_id])
    alice.post(address, {"body": "Ik heb opgezegd."})

    response = alice.post(address, {"body": "Ik heb opgezegd!"}, follow=True)

    ticket = Ticket.objects.get()
    assert response.redirect_chain[-1][0] == reverse("portal:question", args=[ticket.number])
    assert "Wij kijken al naar deze incasso." in text_of(response)


def test_debit_that_was_not_collected_cannot_be_disputed(alice: Client, bakery: Customer) -> None:
    _invoice, debit = announced(bakery)

    response = alice.get(reverse("portal:dispute", args=[debit.end_to_end_id]))

    assert response.status_code == 404


def test_question_is_acknowledged_by_mail(alice: Client, bob_himself: Contact) -> None:
    alice.post(ASK, {"body": "Hoe zet ik een back-up terug?"})

    assert [row.kind for row in OutboxRow.objects.all()] == ["question-received"]

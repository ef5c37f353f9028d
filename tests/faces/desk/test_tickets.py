"""Answer, note, assign, take, close: each from the ticket, back to where one was."""

from datetime import timedelta

import pytest
from django.test import Client

from balie.apps.customers.models import Employee
from balie.apps.directdebit.models import Dispute
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Message, Question, Team, Ticket
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_account, new_customer
from tests.faces.desk.building import (
    announced,
    asked,
    asked_again,
    at_the_bank,
    collected,
    disputed,
    minutes_ago,
    new_employee,
    says,
    text_of,
)

pytestmark = pytest.mark.django_db


def signed_in() -> Employee:
    """The employee of the fixtures: the last one registered."""
    return Employee.objects.latest("pk")


def test_answer_leaves_through_the_outbox_and_keeps_the_promise_when_accepted(
    agent: Client,
) -> None:
    question = asked(new_customer(), at=minutes_ago(20))
    number = question.ticket.number

    response = agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Het werkt weer."})

    assert response["Location"] == f"/balie/vragen/{number}/"
    assert says(response) == ["Uw antwoord is onderweg."]
    row = OutboxRow.objects.get(kind="answer")
    question = Question.objects.select_related("promise", "answer").get(pk=question.pk)
    assert question.answer is not None
    assert question.answer.employee == signed_in()
    assert question.promise.kept_at is None

    outbox.send_due(now=NOW + timedelta(minutes=1))

    row.refresh_from_db()
    question.promise.refresh_from_db()
    assert question.promise.kept_at == row.accepted_at == NOW + timedelta(minutes=1)
    assert question.promise.was_kept


def test_answer_told_by_phone_keeps_the_promise_at_once(agent: Client) -> None:
    question = asked(new_customer())

    agent.post(
        f"/balie/vragen/{question.ticket.number}/antwoord/",
        {"body": "Zoals verteld.", "told_by_phone": "on"},
    )

    question.promise.refresh_from_db()
    assert question.promise.kept_at == NOW


def test_answer_and_close_goes_back_to_the_queue_as_it_was_chosen(agent: Client) -> None:
    question = asked(new_customer(), team="support")

    response = agent.post(
        f"/balie/vragen/{question.ticket.number}/antwoord/?team=support&van=mij",
        {"body": "Klaar.", "close": "on"},
    )

    question.ticket.refresh_from_db()
    assert response["Location"] == "/balie/vragen/?team=support&van=mij"
    assert question.ticket.closed_at == NOW


def test_answer_does_not_close_while_somebody_who_called_still_waits(agent: Client) -> None:
    called = tickets.request_call_back(
        name="Piet",
        number="+31612345678",
        team=None,
        channel="phone",
        raw=b"x",
        asked_at=NOW,
        by=SYSTEM,
        now=NOW,
    )
    question = asked(new_customer())
    tickets.merge(ticket=called.ticket, into=question.ticket, knowingly=True, by=SYSTEM, now=NOW)

    response = agent.post(
        f"/balie/vragen/{question.ticket.number}/antwoord/", {"body": "Klaar.", "close": "on"}
    )

    question.ticket.refresh_from_db()
    assert response["Location"] == f"/balie/vragen/{question.ticket.number}/"
    assert says(response)[-1].startswith("Er wacht nog iemand op antwoord.")
    assert (question.ticket.closed_at, question.ticket.open_questions) == (None, 1)


def test_answer_that_is_sent_twice_from_one_page_leaves_once(agent: Client) -> None:
    question = asked(new_customer())
    filled_in = {"body": "Het werkt weer.", "seen": question.message_id}

    pages = [
        agent.post(f"/balie/vragen/{question.ticket.number}/antwoord/", filled_in).status_code
        for _ in range(2)
    ]

    assert pages == [302, 409]
    assert OutboxRow.objects.filter(kind="answer").count() == 1


@pytest.mark.parametrize(
    ("path", "prefix"), [("antwoord", "answer"), ("notitie", "note")], ids=["answer", "note"]
)
@pytest.mark.parametrize(
    ("language", "error"), [("nl", "Dit veld is verplicht."), ("en", "This field is required.")]
)
def test_empty_text_is_shown_beside_its_field(
    agent: Client, path: str, prefix: str, language: str, error: str
) -> None:
    question = asked(new_customer())
    agent.cookies["balie-language"] = language

    response = agent.post(f"/balie/vragen/{question.ticket.number}/{path}/", {"body": "  \n "})

    assert response.status_code == 422
    assert error in text_of(response)
    assert f'id="{prefix}_body_error"' in response.content.decode()
    assert not Message.objects.exclude(kind="question").exists()


def test_answer_that_is_too_long_comes_back_with_its_text(agent: Client) -> None:
    question = asked(new_customer())

    response = agent.post(
        f"/balie/vragen/{question.ticket.number}/antwoord/", {"body": "Lang! " * 4000}
    )

    assert response.status_code == 422
    assert "Lang! Lang!" in text_of(response)


def test_note_is_kept_and_keeps_no_promise(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number

    response = agent.post(f"/balie/vragen/{number}/notitie/", {"body": "Bellen na tien."})

    question.promise.refresh_from_db()
    note = Message.objects.get(kind="note")
    assert response["Location"] == f"/balie/vragen/{number}/"
    assert (note.body, note.employee) == ("Bellen na tien.", signed_in())
    assert question.promise.kept_at is None
    assert "Bellen na tien." in text_of(agent.get(f"/balie/vragen/{number}/"))


def test_assigned_ticket_is_found_under_team_and_person(agent: Client) -> None:
    question = asked(new_customer(), subject="Kan ik overstappen?")
    joris = new_employee(name="Joris Feenstra")
    sales = Team.objects.get(code="sales")
    due_before = question.promise.due_at

    agent.post(
        f"/balie/vragen/{question.ticket.number}/toewijzen/",
        {"employee": joris.pk, "team": sales.pk},
    )

    question.promise.refresh_from_db()
    text = text_of(agent.get("/balie/vragen/?team=sales"))
    assert "Kan ik overstappen?" in text
    assert "Joris Feenstra Verkoop" in text
    assert "Geen vraag past bij deze keuze." in text_of(agent.get("/balie/vragen/?van=mij"))
    assert question.promise.due_at == due_before


def test_assigning_to_nobody_known_is_refused(agent: Client) -> None:
    ticket = asked(new_customer()).ticket

    response = agent.post(f"/balie/vragen/{ticket.number}/toewijzen/", {"employee": "987654"})

    assert response.status_code == 422
    assert "Selecteer een geldige keuze" in text_of(response)


def test_taken_ticket_is_mine(agent: Client) -> None:
    ticket = asked(new_customer(), subject="Wie pakt dit op?").ticket

    agent.post(f"/balie/vragen/{ticket.number}/nemen/")

    ticket.refresh_from_db()
    assert ticket.assignee == signed_in()
    assert "Wie pakt dit op?" in text_of(agent.get("/balie/vragen/?van=mij"))


def test_ticket_on_which_somebody_waits_does_not_close(agent: Client) -> None:
    ticket = asked(new_customer()).ticket

    response = agent.post(f"/balie/vragen/{ticket.number}/sluiten/")

    ticket.refresh_from_db()
    assert ticket.closed_at is None
    assert says(response)[0].startswith("Er wacht nog iemand op antwoord.")


def thanked(ticket: Ticket) -> Question:
    """Somebody thanks for the answer to his question."""
    return tickets.ask_again(
        ticket=ticket, contact=None, body="Bedankt!", raw=b".", asked_at=NOW, by=SYSTEM, now=NOW
    )


def test_ticket_on_which_nobody_waits_closes(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number
    agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Zo werkt het."})
    thanks = asked_again(question.ticket, "Bedankt!")
    agent.post(f"/balie/vragen/{number}/geen-antwoord/{thanks.pk}/")

    response = agent.post(f"/balie/vragen/{number}/sluiten/?staat=answered")

    question.ticket.refresh_from_db()
    thanks.promise.refresh_from_db()
    assert response["Location"] == "/balie/vragen/?staat=answered"
    assert question.ticket.closed_at == NOW
    assert thanks.promise.withdrawn_at == NOW


def test_first_question_always_gets_an_answer(agent: Client) -> None:
    question = asked(new_customer())
    number = question.ticket.number

    page = agent.get(f"/balie/vragen/{number}/").content.decode()
    response = agent.post(f"/balie/vragen/{number}/geen-antwoord/{question.pk}/")

    question.refresh_from_db()
    assert "geen-antwoord" not in page
    assert says(response) == ["De eerste vraag krijgt altijd een antwoord."]
    assert question.needs_none_at is None


def test_question_of_another_ticket_is_left_alone(agent: Client) -> None:
    again = asked_again(asked(new_customer()).ticket, "En nog iets.")
    other = asked(new_customer()).ticket

    agent.post(f"/balie/vragen/{other.number}/geen-antwoord/{again.pk}/")

    again.refresh_from_db()
    assert again.needs_none_at is None


def test_finance_ends_a_dispute(finance: Client) -> None:
    new_account(opening=0)
    _invoice, collection = announced()
    at_the_bank(collection)
    collected(collection)
    dispute = disputed(collection)
    address = f"/balie/vragen/{dispute.ticket.number}/betwisting/"

    refused = finance.post(address, {"outcome": "refunded_by_bank"})
    ended = finance.post(address, {"outcome": "our_mistake"})

    dispute.refresh_from_db()
    assert refused.status_code == 422
    assert ended.status_code == 302
    assert (dispute.outcome, dispute.closed_at) == (Dispute.Outcome.OUR_MISTAKE, NOW)


def test_ticket_without_a_dispute_has_none_to_end(finance: Client) -> None:
    ticket = asked(new_customer()).ticket

    response = finance.post(f"/balie/vragen/{ticket.number}/betwisting/", {"outcome": "explained"})

    assert response.status_code == 404


def test_queue_is_sorted_by_due_moment(agent: Client) -> None:
    asked(subject="Als derde", at=NOW)
    asked(subject="Als eerste", at=NOW - timedelta(hours=30))
    asked(subject="Als tweede", at=NOW - timedelta(hours=17))

    text = text_of(agent.get("/balie/vragen/"))

    places = [text.index(subject) for subject in ("Als eerste", "Als tweede", "Als derde")]
    assert places == sorted(places)


def test_choice_of_the_queue_goes_along_to_its_tickets(agent: Client) -> None:
    ticket = asked(new_customer(), team="support").ticket

    queue = agent.get("/balie/vragen/?team=support&van=iemand&x=1").content.decode()
    page = agent.get(f"/balie/vragen/{ticket.number}/?team=support").content.decode()

    assert f'href="/balie/vragen/{ticket.number}/?team=support"' in queue
    assert f'action="/balie/vragen/{ticket.number}/antwoord/?team=support"' in page


def test_answered_and_closed_tickets_stand_apart(agent: Client) -> None:
    answered = asked(new_customer(), subject="Beantwoorde vraag")
    closed = asked(new_customer(), subject="Gesloten vraag")
    for question, done in ((answered, {}), (closed, {"close": "on"})):
        agent.post(f"/balie/vragen/{question.ticket.number}/antwoord/", {"body": "Klaar.", **done})

    assert Ticket.objects.count() == 2
    assert "Vragen 0" in text_of(agent.get("/balie/vragen/"))
    assert "Beantwoorde vraag" in text_of(agent.get("/balie/vragen/?staat=answered"))
    assert "Gesloten vraag" in text_of(agent.get("/balie/vragen/?staat=closed"))


def test_question_asked_again_counts_down_anew_under_its_own_promise(agent: Client) -> None:
    first = asked(new_customer(), at=NOW - timedelta(hours=3))
    agent.post(f"/balie/vragen/{first.ticket.number}/antwoord/", {"body": "Zo."})

    with clock.frozen(NOW + timedelta(hours=1)):
        text = text_of(agent.get(f"/balie/vragen/{first.ticket.number}/?staat=answered"))

    assert "Niemand wacht hier op antwoord." in text

"""The telephone at the desk: a call is logged while talking, and who waits is called back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions
from balie.apps.tickets.models import Attachment, Call, CallBack, PhoneTalk, Ticket
from balie.apps.tickets.queries import GivenFile
from balie.infra import clock
from balie.infra.clock import FrozenClock
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import ask, ask_again
from tests.apps.tickets.calling import (
    MINUTE,
    NUMBER,
    SECOND,
    answered,
    event,
    missed,
    report,
    settle,
)
from tests.faces.portal.building import text_of

pytestmark = pytest.mark.django_db

NEW, LOG = "/balie/telefoon/nieuw/", "/balie/telefoon/opschrijven/"
CALL = {
    "caller": "Mevrouw Kanarie",
    "number": "050 700 99 20",
    "customer": "",
    "email": "",
    "question": "Mijn site doet het niet.",
    "outcome": "answered",
    "answer": "De DNS stond verkeerd; nu goed.",
}


@pytest.fixture
def frozen() -> Iterator[FrozenClock]:
    """The clock of Monday morning, for a test to move."""
    with clock.frozen(NOW) as standing:
        yield standing


def start_of(client: Client, address: str = NEW) -> str:
    """The signed moment in the form as it is shown."""
    found = re.search(r'name="start" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def log(client: Client, frozen: FrozenClock, **changed: Any) -> Any:
    """Open the form, talk for five minutes, send it."""
    start = start_of(client)
    frozen.advance(5 * MINUTE)
    return client.post(LOG, CALL | {"start": start} | changed)


def test_answered_call_is_kept_at_the_moment_it_was_taken(
    agent: Client, frozen: FrozenClock
) -> None:
    log(agent, frozen)

    ticket = Ticket.objects.get()
    promise = ticket.questions.get().promise
    assert (ticket.channel, ticket.closed_at) == ("phone", NOW + 5 * MINUTE)
    assert (promise.made_at, promise.kept_at) == (NOW, NOW)
    assert PhoneTalk.objects.get().reached
    assert OutboxRow.objects.count() == 0


def test_call_with_a_follow_up_is_promised_from_its_start(
    agent: Client, frozen: FrozenClock
) -> None:
    log(agent, frozen, outcome="open", answer="")

    ticket = Ticket.objects.get()
    assert (ticket.closed_at, ticket.open_questions) == (None, 1)
    assert ticket.questions.get().promise.made_at == NOW
    assert ticket.assignee == Employee.objects.get(user__pk=agent.session["_auth_user_id"])
    assert CallBack.objects.get().number == NUMBER


def test_answer_goes_to_the_address_on_file_of_the_chosen_customer(
    agent: Client, frozen: FrozenClock
) -> None:
    customer = new_customer(name="Bakkerij Kanarie", with_contact=False)
    contact = new_contact(customer)

    log(agent, frozen, outcome="open", answer="", customer=customer.number.lower())

    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.asker_email) == (customer, contact.user.email)
    assert not ticket.asker_confirmed


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"question": ""}, "Vraag"),
        ({"answer": " "}, "Schrijf op wat u zei"),
        ({"number": "112"}, "geen telefoonnummer"),
        ({"customer": "onbekend-zeg"}, "geen klant bekend"),
        ({"customer": "Molen"}, "Welke? Geef het nummer: K"),
        ({"start": "verzonnen"}, "Open de pagina opnieuw"),
        ({"email": "a@b.nl, c@d.nl"}, "mailadres"),
    ],
)
def test_form_that_is_not_right_says_so_and_keeps_what_was_typed(
    agent: Client, frozen: FrozenClock, changed: dict[str, str], words: str
) -> None:
    new_customer(name="Molen De Hoop")
    new_customer(name="Molen De Valk")

    response = log(agent, frozen, **changed)

    assert response.status_code == 422
    assert words in text_of(response)
    assert "Mevrouw Kanarie" in response.content.decode()
    assert Ticket.objects.count() == 0


def test_reported_call_is_written_down_once_and_counts_from_its_start(
    agent: Client, frozen: FrozenClock
) -> None:
    call = report(answered(agent="201"))
    address = f"{NEW}?gesprek={call.pk}"
    frozen.advance(6 * MINUTE)
    filled = CALL | {"start": start_of(agent, address), "call": str(call.pk)}

    first = agent.post(LOG, filled)
    second = agent.post(LOG, filled)

    promise = Ticket.objects.get().questions.get().promise
    assert (first.status_code, second.status_code) == (302, 422)
    assert (promise.made_at, promise.kept_at) == (NOW, NOW + 10 * SECOND)
    assert settle(NOW + timedelta(hours=1)) == []
    assert Call.objects.get().ticket == Ticket.objects.get()


def test_who_calls_is_shown_as_could_be_with_his_card(agent: Client) -> None:
    customer = new_customer(name="Bakkerij Kanarie", with_contact=False)
    contact = new_contact(customer)
    contact.phone = "050-7009920"
    contact.save()
    report([event("started", NOW)])

    piece = text_of(agent.get("/balie/telefoon/nu/"))

    assert "belt nu 050 700 9920" in piece
    assert f"zou kunnen zijn {contact.name}, Bakkerij Kanarie" in piece


def test_nobody_who_calls_is_an_empty_answer_at_few_reads(
    agent: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        assert agent.get("/balie/telefoon/nu/").status_code == 204


def test_reached_keeps_the_promise_and_not_reached_keeps_nothing(
    agent: Client, frozen: FrozenClock
) -> None:
    report(missed())
    settle(NOW + 5 * MINUTE)
    number = Ticket.objects.get().number
    frozen.advance(timedelta(hours=1))

    agent.post(f"/balie/vragen/{number}/niet-bereikt/")
    after_try = Ticket.objects.get().open_questions
    agent.post(f"/balie/vragen/{number}/gesproken/", {"body": "Opgelost."})
    again = agent.post(f"/balie/vragen/{number}/gesproken/", {"body": "Nog eens."}, follow=True)

    assert after_try == 1
    assert Ticket.objects.get().questions.get().promise.kept_at == NOW + timedelta(hours=1)
    assert list(PhoneTalk.objects.order_by("pk").values_list("reached", flat=True)) == [False, True]
    assert "Hier wacht niemand meer" in text_of(again)


def test_written_answer_to_nobodys_address_is_refused_in_words(agent: Client) -> None:
    report(missed())
    settle(NOW + 5 * MINUTE)
    number = Ticket.objects.get().number

    refused = agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Beste beller"})
    still_open = Ticket.objects.get().open_questions
    agent.post(f"/balie/vragen/{number}/antwoord/", {"body": "Gebeld.", "told_by_phone": "on"})

    assert refused.status_code == 409
    assert "Bel, en noteer wat u zei." in text_of(refused)
    assert "Beste beller" in refused.content.decode()
    assert (still_open, Ticket.objects.get().open_questions) == (1, 0)
    assert OutboxRow.objects.count() == 0


def test_ticket_shows_the_number_to_call_and_what_it_is_about(agent: Client) -> None:
    report(missed())
    settle(NOW + 5 * MINUTE)

    page = agent.get(f"/balie/vragen/{Ticket.objects.get().number}/")

    assert 'href="tel:+31507009920"' in page.content.decode()
    assert "bewijst niets" in text_of(page)


def test_thanks_is_suggested_and_one_press_confirms_and_logs_it(agent: Client) -> None:
    ticket = ask(NOW).ticket
    thanks = ask_again(ticket, NOW + MINUTE)
    thanks.message.body = "Bedankt!"
    thanks.message.save()
    asks = ask_again(ticket, NOW + 2 * MINUTE)
    page = agent.get(f"/balie/vragen/{ticket.number}/").content.decode()

    for question in (thanks, asks, ticket.questions.order_by("pk")[0]):
        agent.post(f"/balie/vragen/{ticket.number}/bedankt/{question.pk}/")

    assert page.count('data-key="b"') == 1
    open_ones = [one.pk for one in ticket.questions.filter(needs_none_at__isnull=True)]
    assert thanks.pk not in open_ones
    assert len(open_ones) == 2
    assert AuditEvent.objects.filter(event="question.thanks_confirmed").count() == 1


def test_question_that_was_ended_can_be_answered_after_all(agent: Client) -> None:
    ticket = ask(NOW).ticket
    ended = ask_again(ticket, NOW + MINUTE)
    agent.post(f"/balie/vragen/{ticket.number}/geen-antwoord/{ended.pk}/")
    page = text_of(agent.get(f"/balie/vragen/{ticket.number}/"))

    agent.post(f"/balie/vragen/{ticket.number}/toch-antwoord/{ended.pk}/")

    ended.refresh_from_db()
    assert page.count("Toch beantwoorden") == 1
    assert (ended.needs_none_at, ended.promise.withdrawn_at) == (None, None)


def test_first_question_of_a_ticket_is_never_ended_as_thanks(agent: Client) -> None:
    question = ask(NOW, body="Bedankt!")

    agent.post(f"/balie/vragen/{question.ticket.number}/bedankt/{question.pk}/")

    question.refresh_from_db()
    assert question.needs_none_at is None


def test_file_is_handed_to_the_desk_to_be_saved(agent: Client) -> None:
    page = GivenFile(name="pagina.html", content=b"<script>1</script>")
    question = ask(NOW)
    actions.keep_files(message=question.message, files=[page], now=NOW)
    kept = Attachment.objects.get()

    shown = agent.get(f"/balie/vragen/{question.ticket.number}/")
    response = agent.get(f"/balie/vragen/bijlage/{kept.pk}/")

    assert "onbekend soort; open het voorzichtig" in text_of(shown)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="pagina.html"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_figures_count_choices_by_name_and_missed_calls(agent: Client) -> None:
    report(missed())
    report(answered(call="c2", choice="1"))
    with clock.frozen(NOW + timedelta(hours=1)):
        page = text_of(agent.get("/balie/telefoon/cijfers/"))

    assert ("2: Support" in page, "1: Verkoop" in page) == (True, True)
    assert "ma 23 nov 2026 2 1 1" in page


def test_extension_is_kept(agent: Client) -> None:
    agent.post("/balie/telefoon/toestel/", {"extension": "201"})

    assert "Wat op 201 binnenkomt" in text_of(agent.get("/balie/telefoon/"))


@pytest.mark.parametrize("count", [1, 30])
def test_phone_page_costs_the_same_reads(
    agent: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for index in range(count):
        number = f"+3150700{index:04d}"
        report(missed(call=f"c{index}", number=number))
    settle(NOW + 5 * MINUTE)
    agent.get("/balie/telefoon/")

    with django_assert_max_num_queries(14):
        agent.get("/balie/telefoon/")


def test_key_to_log_a_call_is_on_every_page_of_the_desk(agent: Client) -> None:
    for address in ("/balie/", "/balie/vragen/", "/balie/telefoon/"):
        assert 'data-key="c"' in agent.get(address).content.decode()

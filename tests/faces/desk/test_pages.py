"""Every page of the desk, in Dutch and English: what it shows of a small company in full swing."""

from datetime import date, timedelta

import pytest
from django.test import Client

from balie.apps.office.actions import daily_round
from balie.apps.promises.actions import note_misses
from balie.apps.promises.queries import misses_by_cause
from balie.apps.tickets import actions as tickets
from balie.infra import clock, halt
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow, OutboxState
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import (
    World,
    announced,
    asked,
    new_employee,
    small_company,
    text_of,
)

WEEK = timedelta(days=7)
LATER = date(2026, 11, 30)


@pytest.fixture
def world(db: None) -> World:
    return small_company()


def show(client: Client, address: str, language: str) -> str:
    client.cookies["balie-language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Beloften die aflopen 2",
                "Mijn site is traag",
                "vandaag voor 24:00",
                "nog 14 uur",
                "1 mutatie te plaatsen",
                "Betwisting: Camping De Eik",
                "AM04: onvoldoende saldo",
                "U mag de factuur vrijgeven voor één nieuwe incasso.",
            ],
        ),
        (
            "en",
            [
                "Promises falling due 2",
                "today before 24:00",
                "14 hours left",
                "1 entry to place",
                "Dispute: Camping De Eik",
                "AM04: insufficient funds",
                "You may release it for one new debit.",
            ],
        ),
    ],
)
def test_today_shows_promises_and_money_that_needs_a_person(
    finance: Client, world: World, language: str, words: list[str]
) -> None:
    text = show(finance, "/balie/", language)

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("language", "billed", "left_out"),
    [
        ("nl", "Gefactureerd 2 facturen € 24,20", "1 overgeslagen: een eerdere incasso mislukte"),
        ("en", "Billed 2 invoices €24.20", "1 left out: an earlier debit failed"),
    ],
)
def test_today_says_what_the_night_did_and_left_out(
    finance: Client, world: World, language: str, billed: str, left_out: str
) -> None:
    month_later = NOW + timedelta(days=30)
    daily_round(by=SYSTEM, now=month_later)

    with clock.frozen(month_later):
        text = show(finance, "/balie/", language)

    assert billed in text
    assert left_out in text


def test_today_of_a_new_house_is_calm(finance: Client) -> None:
    text = show(finance, "/balie/", "nl")

    assert "Niemand wacht op antwoord." in text
    assert "Elke euro heeft zijn plaats." in text
    assert "De ronde van vandaag is nog niet geweest." in text
    assert "Er is nog geen bankrekening bekend." in text


def test_what_stands_still_is_said_on_top(finance: Client, world: World) -> None:
    unsent = OutboxRow.objects.filter(state=OutboxState.QUEUED).count()
    halt.halt(reason="8 klopt niet", now=NOW, by=SYSTEM)
    halt.halt(reason="na herstel", now=NOW, by=SYSTEM, what=halt.OUTGOING)

    with clock.frozen(NOW + WEEK + WEEK):
        text = show(finance, "/balie/", "nl")

    assert "Het geld staat stil." in text
    assert "tot iemand het hervat: 8 klopt niet" in text
    assert "Er gaat geen mail uit. na herstel" in text
    assert "De bank is bekend t/m ma 30 nov 2026; er ontbreekt een afschrift." in text
    assert f"{unsent} mails wachten al een kwartier of langer op verzending." in text


def test_late_promise_says_how_late(finance: Client, db: None) -> None:
    asked(at=NOW - timedelta(hours=26))

    text = show(finance, "/balie/", "nl")

    # Asked on a Sunday: no same-day promise, 24 hours elapsed.
    assert "2 uur te laat" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            ["Wacht op antwoord 2", "beloofd vandaag voor 24:00", "was ingelogd bij het vragen"],
        ),
        ("en", ["Waiting 2", "promised today before 24:00", "signed in when asking"]),
    ],
)
def test_ticket_shows_queue_conversation_and_customer(
    agent: Client, world: World, language: str, words: list[str]
) -> None:
    text = show(agent, f"/balie/vragen/{world.ticket.number}/", language)

    everywhere = ["Sinds vanochtend laadt mijn site traag.", "Bakkerij Zeezicht", "BAL-K"]
    assert [word for word in [*words, *everywhere[:2]] if word not in text] == []


def test_ticket_of_a_visitor_warns_that_nothing_is_proven(agent: Client, world: World) -> None:
    known = new_customer(name="Slagerij Vos")
    email = known.roles.get().contact.user.email
    ticket = asked(email=email).ticket

    text = show(agent, f"/balie/vragen/{ticket.number}/", "nl")

    assert "niet bewezen wie dit is" in text
    assert f"Dit adres staat bij Slagerij Vos: {known.number}" in text


def test_ticket_in_english_tells_to_answer_in_english(agent: Client, db: None) -> None:
    ticket = asked(language="en").ticket

    assert "antwoord in het Engels" in show(agent, f"/balie/vragen/{ticket.number}/", "nl")


def test_ticket_shows_each_state_of_answer_and_promise(agent: Client, db: None) -> None:
    employee = new_employee()
    ticket = asked(at=NOW - timedelta(days=3)).ticket
    late = tickets.answer(ticket=ticket, body="Zo werkt het.", employee=employee, now=NOW)
    tickets.note_delivered(message=late, delivered_at=NOW, now=NOW)
    again = tickets.ask_again(
        ticket=ticket, contact=None, body="En nu?", raw=b".", asked_at=NOW, by=SYSTEM, now=NOW
    )
    tickets.needs_no_answer(question=again, by=SYSTEM, now=NOW)
    tickets.ask_again(
        ticket=ticket, contact=None, body="Nog een.", raw=b".", asked_at=NOW, by=SYSTEM, now=NOW
    )
    bounced = tickets.answer(ticket=ticket, body="Kijk eens.", employee=employee, now=NOW)
    tickets.note_undelivered(message=bounced, now=NOW)

    text = show(agent, f"/balie/vragen/{ticket.number}/", "nl")

    assert "te laat beloofd: vr 20 nov 2026 voor 24:00" in text
    assert "afgeleverd ma 23 nov 2026, 10:00" in text
    assert "geen antwoord nodig" in text
    assert "niet afgeleverd" in text
    assert "Beantwoordt 1 open vraag." in text


@pytest.mark.parametrize(
    ("address", "dutch", "english"),
    [
        ("/balie/vragen/", "Vragen 2", "Questions 2"),
        ("/balie/vragen/?staat=closed", "Geen vraag past bij deze keuze.", "No question fits"),
        ("/balie/klanten/", "Klanten 2", "Customers 2"),
        ("/balie/klanten/?q=bestaatniet", "Niemand gevonden", "Nobody found"),
        ("/balie/facturen/", "Facturen 1", "Invoices 1"),
        ("/balie/facturen/?staat=alle", "betaald, kan terugkomen", "paid, can come back"),
        ("/balie/bank/", "Moet zijn Verschil", "Must be Difference"),
        ("/balie/bank/te-plaatsen/", "Te plaatsen 1", "To place 1"),
        ("/balie/incasso/", "Wat nog kan worden teruggeboekt € 12,10", "charged back €12.10"),
        ("/balie/incasso/mislukt/", "teruggeboekt door de bank", "returned by the bank"),
        ("/balie/beloften/", "Een antwoord binnen 24 uur", "An answer within 24 hours"),
    ],
)
def test_page_speaks_dutch_and_english(
    finance: Client, world: World, address: str, dutch: str, english: str
) -> None:
    assert dutch in show(finance, address, "nl")
    assert english in show(finance, address, "en")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["Open € 12,10", "incasso mislukt, overmaken gevraagd houdt tegen", "Teruggeboekt"]),
        ("en", ["Open €12.10", "debit failed, transfer asked holds", "Charged back"]),
    ],
)
def test_invoice_shows_its_track_and_what_holds_it(
    finance: Client, world: World, language: str, words: list[str]
) -> None:
    text = show(finance, f"/balie/facturen/{world.invoice.number}/", language)

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("language", "state"), [("nl", "actief"), ("en", "active")])
def test_customer_card_shows_mandate_debits_and_invoices(
    finance: Client, world: World, language: str, state: str
) -> None:
    customer = world.invoice.customer

    text = show(finance, f"/balie/klanten/{customer.number}/", language)

    assert "Bakkerij Zeezicht" in text
    assert world.invoice.number in text
    assert state in text
    assert "AM04" in text


@pytest.mark.parametrize(("language", "state"), [("nl", "geboekt"), ("en", "booked")])
def test_batch_shows_its_debits_and_what_came_back(
    finance: Client, world: World, language: str, state: str
) -> None:
    text = show(finance, f"/balie/incasso/{world.batch.message_id}/", language)

    assert state in text
    assert world.batch.sha256 in text
    assert "Bakkerij Zeezicht" in text
    assert "AM04" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Er is 1 incasso aangekondigd, € 12,10."), ("en", "1 debit is announced, €12.10.")],
)
def test_announced_day_shows_who_will_be_debited(
    finance: Client, db: None, language: str, words: str
) -> None:
    _invoice, collection = announced(new_customer(name="Drukkerij Maas"))

    text = show(
        finance, f"/balie/incasso/aangekondigd/{collection.collection_date.isoformat()}/", language
    )

    assert words in text
    assert "Drukkerij Maas" in text


def test_promises_page_shows_misses_with_what_happened(finance: Client, db: None) -> None:
    question = asked(at=NOW - timedelta(days=3), subject="Waar blijft u?")
    message = tickets.answer(
        ticket=question.ticket, body="Hier.", employee=new_employee(name="Joris"), now=NOW
    )
    tickets.note_delivered(message=message, delivered_at=NOW, now=NOW)

    text = show(finance, "/balie/beloften/", "nl")

    assert "Waar blijft u? beantwoord, 2 dagen te laat, door Joris" in text


def test_answer_that_did_not_arrive_is_the_cause_of_its_miss(finance: Client, db: None) -> None:
    question = asked(at=NOW - timedelta(days=3))
    message = tickets.answer(
        ticket=question.ticket, body="Hier.", employee=new_employee(), now=NOW - timedelta(days=2)
    )
    tickets.note_undelivered(message=message, now=NOW)

    page = finance.get("/balie/beloften/")

    assert "wacht nog 2 dagen te laat" in text_of(page)
    assert (
        '<option value="undelivered" selected>het antwoord kwam niet aan' in page.content.decode()
    )


def test_cause_of_a_miss_is_chosen_from_a_list(agent: Client) -> None:
    asked(at=NOW - timedelta(days=3))
    (miss,) = note_misses(now=NOW)
    address = f"/balie/beloften/gemist/{miss.pk}/oorzaak/"

    chosen = agent.post(address, {"cause": "outage"})
    invented = agent.post(address, {"cause": "Jan was vrij"})

    assert chosen["Location"] == "/balie/beloften/#misses-title"
    assert invented.status_code == 404
    assert misses_by_cause(since=NOW - WEEK) == [("outage", 1)]
    assert "een storing bij ons 1" in text_of(agent.get("/beloften/")).lower()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["32,2%", "41,8%", "elke zondag van 12:00 tot 13:00"]),
        ("en", ["32.2%", "41.8%", "every Sunday from 12:00 to 13:00"]),
    ],
)
def test_desk_says_what_nobody_can_answer_in_time(
    agent: Client, language: str, words: list[str]
) -> None:
    text = show(agent, "/balie/beloften/haalbaar/?rooster=kantoor", language)

    assert [word for word in words if word not in text] == []


def test_missing_statement_is_named(finance: Client, world: World) -> None:
    with clock.frozen(NOW + WEEK + WEEK):
        text = show(finance, "/balie/bank/", "nl")

    assert "Ontbreekt: di 1 dec 2026, wo 2 dec 2026" in text
    assert "Geboekt t/m ma 30 nov 2026" in text


def test_file_of_a_batch_is_always_the_same_bytes(finance: Client, world: World) -> None:
    address = f"/balie/incasso/{world.batch.message_id}/bestand/"

    first, second = finance.get(address), finance.get(address)

    assert first.content == second.content == bytes(world.batch.content)
    assert first["Content-Type"] == "application/xml"


def test_invoice_is_a_pdf(finance: Client, world: World) -> None:
    response = finance.get(f"/balie/facturen/{world.invoice.number}/pdf/")

    assert response["Content-Type"] == "application/pdf"
    assert response.content[:5] == b"%PDF-"

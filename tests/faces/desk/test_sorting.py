"""Merge, split, link, tag and find in the desk's pages."""

import pytest
from django.test import Client

from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Merge, Ticket, TicketLink
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_customer, new_domain, new_mandate
from tests.faces.desk.building import asked, asked_again, contact_of, new_employee, says, text_of

pytestmark = pytest.mark.django_db


def test_merged_question_leads_to_where_it_goes_on(agent: Client) -> None:
    first, second = asked(subject="Eerste").ticket, asked(subject="Tweede").ticket

    merged = agent.post(
        f"/balie/vragen/{first.number}/samenvoegen/?team=support", {"number": second.number}
    )
    led = agent.get(f"/balie/vragen/{first.number}/?team=support")

    where = f"/balie/vragen/{second.number}/?team=support"
    assert (merged["Location"], led["Location"]) == (where, where)
    text = text_of(agent.get(where))
    assert f"{first.number} is met deze vraag samengevoegd" in text
    assert f"kwam binnen op {first.number}" in text
    assert "Beantwoordt 2 open vragen." in text


def test_merge_takes_the_end_of_a_number_and_can_be_undone(agent: Client) -> None:
    first, second = asked().ticket, asked().ticket
    agent.post(
        f"/balie/vragen/{first.number}/samenvoegen/",
        {"number": str(int(second.number.rpartition("-")[2]))},
    )
    merge = Merge.objects.get()

    undone = agent.post(f"/balie/vragen/{second.number}/losmaken/{merge.pk}/")

    assert undone["Location"] == f"/balie/vragen/{first.number}/"
    assert says(undone)[-1] == f"{first.number} staat weer op zichzelf."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("T-2026-09999", "Er is niet één vraag T-2026-09999."),
        ("", "Er is niet één vraag –."),
        ("{self}", "Dat is deze vraag zelf."),
        ("{other}", "Twee personen stelden deze vragen."),
        ("{customer}", "Dit zijn vragen van twee klanten"),
    ],
)
def test_merge_that_may_not_be_says_why(agent: Client, typed: str, said: str) -> None:
    mine = asked(new_customer()).ticket if "customer" in typed else asked().ticket
    number = typed.format(
        self=mine.number,
        other=asked(email="ander@klant.example").ticket.number,
        customer=asked(new_customer()).ticket.number,
    )

    response = agent.post(f"/balie/vragen/{mine.number}/samenvoegen/", {"number": number})

    assert said in says(response)[0]
    assert not Merge.objects.exists()


def test_split_offers_the_messages_and_goes_to_the_new_question(agent: Client) -> None:
    first = asked(new_customer(), subject="Eerste")
    second = asked_again(first.ticket, "Iets heel anders.")
    number = first.ticket.number

    page = agent.get(f"/balie/vragen/{number}/?splitsen=1").content.decode()
    response = agent.post(
        f"/balie/vragen/{number}/splitsen/", {"message": second.message_id, "subject": "Anders"}
    )

    second.refresh_from_db()
    assert f'value="{second.message_id}" form="split"' in page
    assert response["Location"] == f"/balie/vragen/{second.ticket.number}/"
    assert f"Afgesplitst van Eerste {number}" in text_of(agent.get(response["Location"]))
    assert f"Afgesplitst: Anders {second.ticket.number}" in text_of(
        agent.get(f"/balie/vragen/{number}/")
    )


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"], ["{first}"]])
def test_split_of_nothing_sensible_says_so(agent: Client, chosen: list[str]) -> None:
    first = asked(new_customer())
    messages = [one.format(first=first.message_id) for one in chosen]

    response = agent.post(f"/balie/vragen/{first.ticket.number}/splitsen/", {"message": messages})

    assert len(says(response)) == 1
    assert Ticket.objects.count() == 1


def test_link_is_shown_at_both_and_taken_away(agent: Client) -> None:
    first, second = asked(subject="Eerste").ticket, asked(subject="Tweede").ticket

    agent.post(f"/balie/vragen/{first.number}/koppelen/", {"number": second.number})

    assert "Hoort bij Eerste" in text_of(agent.get(f"/balie/vragen/{second.number}/"))
    agent.post(f"/balie/vragen/{second.number}/ontkoppelen/{first.number}/")
    assert not TicketLink.objects.exists()


def test_label_chooses_the_queue(agent: Client) -> None:
    tagged, other = asked(subject="Met label").ticket, asked(subject="Zonder label").ticket

    agent.post(f"/balie/vragen/{tagged.number}/label/", {"tag": "#DNS"})

    text = text_of(agent.get("/balie/vragen/?label=dns"))
    assert "Met label" in text
    assert "Zonder label" not in text
    page = agent.get(f"/balie/vragen/{other.number}/").content.decode()
    assert '<option value="dns">' in page
    agent.post(f"/balie/vragen/{tagged.number}/label/dns/weg/")
    assert "Geen vraag past bij deze keuze." in text_of(agent.get("/balie/vragen/?label=dns"))


def test_label_that_is_no_word_is_refused(agent: Client) -> None:
    ticket = asked().ticket

    response = agent.post(f"/balie/vragen/{ticket.number}/label/", {"tag": "a,b"})

    assert says(response) == ["Een label is één woord van hoogstens 40 letters of cijfers."]


def test_queue_is_walked_by_key_forth_and_back(agent: Client) -> None:
    for index in range(35):
        asked(subject=f"Vraag nummer {index:02d}.", email=f"v{index}@klant.example")

    first = agent.get("/balie/vragen/")
    second = agent.get(f"/balie/vragen/?na={first.context['slice'].older}")
    back = agent.get(f"/balie/vragen/?na={second.context['slice'].newer}")

    shown = [[one.subject for one in page.context["slice"].rows] for page in (first, second, back)]
    assert [len(rows) for rows in shown] == [30, 5, 30]
    assert shown[0] == shown[2]
    assert sorted(shown[0] + shown[1]) == [f"Vraag nummer {index:02d}." for index in range(35)]
    assert (first.context["slice"].newer, second.context["slice"].older) == ("", "")
    assert "Vragen 35" in text_of(first)


@pytest.mark.parametrize("mark", ["x", "🙂", "bjA", "bi0xLjE", "djEuOTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
@pytest.mark.parametrize("state", ["open", "answered", "closed"])
def test_mark_that_is_none_of_ours_is_no_error(agent: Client, mark: str, state: str) -> None:
    asked()

    assert agent.get(f"/balie/vragen/?staat={state}&na={mark}").status_code == 200


@pytest.mark.parametrize("person", ["niemand", "999", "x", "²", "1" * 30])
def test_person_of_the_queue_may_be_anything(agent: Client, person: str) -> None:
    asked(subject="Van niemand nog")

    response = agent.get("/balie/vragen/", {"van": person})

    shown = "Van niemand nog" in text_of(response)
    assert shown == (person != "999")


def test_search_finds_words_with_their_place_in_the_page(agent: Client) -> None:
    question = asked(new_customer(), subject="Kwijt")
    tickets.add_note(
        ticket=question.ticket,
        body="Alle <b>wachtwoorden</b> zijn kwijt.",
        employee=new_employee(),
        now=NOW,
    )
    response = agent.get("/balie/zoeken/", {"q": "wachtwoord"})

    page = response.content.decode()
    assert "&lt;b&gt;<mark>wachtwoorden</mark>&lt;/b&gt;" in page
    assert f"/balie/vragen/{question.ticket.number}/#bericht-" in page


def test_search_opens_a_number_and_forgives_a_typo(agent: Client) -> None:
    customer = new_customer(name="Bakkerij Zeezicht")
    new_domain(customer, "zeezicht-brood.nl")
    mandate = new_mandate(customer)
    ticket = asked(customer).ticket

    opened = agent.get("/balie/zoeken/", {"q": ticket.number.lower()})
    found = {
        typed: text_of(agent.get("/balie/zoeken/", {"q": typed}))
        for typed in ("zeezciht", "brood.nl", mandate.iban[-4:], contact_of(customer).user.email)
    }

    assert opened["Location"] == f"/balie/vragen/{ticket.number}/"
    assert [typed for typed, text in found.items() if "Bakkerij Zeezicht" not in text] == []
    assert "bijna die naam" in found["zeezciht"]


@pytest.mark.parametrize("wanted", ["", "   ", "<script>", "' OR 1=1 --", "NEAR(", "€" * 300])
def test_search_takes_anything(agent: Client, wanted: str) -> None:
    asked()

    response = agent.get("/balie/zoeken/", {"q": wanted, "voor": wanted})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode().split("<main", 1)[1]


def test_hits_go_on_on_a_next_page(agent: Client) -> None:
    for _ in range(25):
        asked(subject="Trage site")

    first = agent.get("/balie/zoeken/", {"q": "traag"})
    second = agent.get("/balie/zoeken/", {"q": "traag", "voor": first.context["hits"].before})

    assert len(first.context["hits"].rows) == 20
    assert len(second.context["hits"].rows) == 5
    assert second.context["hits"].before is None


def test_trail_of_a_merge_names_the_employee(agent: Client) -> None:
    first, second = asked().ticket, asked().ticket
    agent.post(f"/balie/vragen/{first.number}/samenvoegen/", {"number": second.number})

    events = AuditEvent.objects.filter(event="ticket.merged")
    assert [one.by_kind for one in events] == ["employee", "employee"]

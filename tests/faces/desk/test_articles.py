"""Writing the answers of the public page at the desk."""

import pytest
from django.test import Client

from balie.apps.articles import queries
from balie.apps.articles.models import Article
from balie.apps.tickets import actions as tickets
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import asked, new_employee, says, text_of

pytestmark = pytest.mark.django_db

BELLEN = "/balie/artikelen/bellen/nl/"


def given(**changes: str) -> dict[str, str]:
    return {"title": "Kan ik bellen?", "body": "Ja.", "keywords": "bel", "after": "1", **changes}


def shown_at(client: Client, anchor: str) -> str:
    page = client.get("/").content.decode()
    return page.partition(f'id="{anchor}"')[2].partition("</article>")[0]


def test_published_text_is_on_the_public_page_at_once(agent: Client) -> None:
    draft = agent.post(f"{BELLEN}tekst/", given(body="Een *nieuw* antwoord."))
    before = shown_at(agent, "bellen")
    agent.post(f"{BELLEN}tekst/", given(body="Een *nieuw* antwoord.", after="2", publish="1"))
    after = shown_at(agent, "bellen")

    assert says(draft) == ["Bewaard als concept; de pagina is nog dezelfde."]
    assert ["nieuw" in before, "Een <em>nieuw</em> antwoord." in after] == [False, True]


def test_faults_stand_on_the_form_and_nothing_typed_is_lost(agent: Client) -> None:
    response = agent.post(f"{BELLEN}tekst/", given(body="Binnen {een.uur}."))

    assert response.status_code == 422
    assert "{een.uur} is geen cijfer uit het beleid" in text_of(response)
    assert "Binnen {een.uur}." in text_of(response)
    assert queries.standing_of(Article.objects.get(anchor="bellen"), language="nl").newest


def test_text_of_a_colleague_is_replaced_only_knowingly(agent: Client) -> None:
    agent.post(f"{BELLEN}tekst/", given(body="Van de collega."))

    refused = agent.post(f"{BELLEN}tekst/", given(body="Van mij."))
    again = agent.post(f"{BELLEN}tekst/", given(body="Van mij.", after="2"))

    assert refused.status_code == 422
    assert "Een collega schreef intussen" in text_of(refused)
    assert 'name="after" value="2"' in refused.content.decode()
    assert again.status_code == 302


def test_typed_figure_is_pointed_out_with_what_to_write(agent: Client) -> None:
    agent.post(f"{BELLEN}tekst/", given(body="Binnen 24 uur."))

    page = text_of(agent.get(BELLEN))

    assert "Met de hand getypt" in page
    assert "“24 uur”: schrijf {answers.guarantee_hours}" in page


def test_answer_becomes_a_draft_of_an_article(agent: Client) -> None:
    ticket = asked(new_customer(), subject="Hoe zet ik SSL aan?").ticket
    answer = tickets.answer(ticket=ticket, body="Via het paneel.", employee=new_employee(), now=NOW)

    response = agent.post(f"/balie/vragen/{ticket.number}/artikel/{answer.pk}/")
    page = agent.get(response["Location"])

    assert response["Location"].startswith("/balie/artikelen/hoe-zet-ik-ssl-aan/nl/?")
    assert "Via het paneel." in text_of(page)
    assert shown_at(agent, "hoe-zet-ik-ssl-aan") == ""


def test_reader_says_whether_it_helped(client: Client) -> None:
    yes = client.post("/antwoord/bellen/hielp/", {"helped": "yes"})
    no = client.post("/antwoord/bellen/hielp/", {"helped": "no"})
    stranger = client.post("/antwoord/bestaat-niet/hielp/", {"helped": "no"})

    assert [yes["Location"], no["Location"]] == ["/#bellen", "/vraag/"]
    assert stranger.status_code == 404
    (counts,) = queries.reactions(since=NOW.date()).values()
    assert counts == (1, 1)


def test_page_without_any_article_still_works(agent: Client) -> None:
    for article in Article.objects.all():
        agent.post(f"/balie/artikelen/{article.anchor}/nl/weghalen/")

    page = text_of(agent.get("/", {"q": "bellen"}))

    assert "Hier hebben we geen pasklaar antwoord op" in page

"""The public pages: what they show in both languages, and where their doors lead."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from balie.apps.promises import actions
from balie.domain.policy import Policy
from balie.faces.faq.figure_names import COUNTED, OTHERS
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.templatetags.figures import FIGURES

pytestmark = pytest.mark.django_db
# Monday, 10:00 in Amsterdam.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXT = re.compile(r"<[^>]+>")


def text_of(client: Client, address: str) -> str:
    with clock.frozen(NOW):
        response = client.get(address)
    assert response.status_code == 200
    words = TEXT.sub(" ", response.content.decode()).replace("\u00a0", " ")
    return " ".join(words.split())


def speak(client: Client, language: str) -> None:
    client.cookies["balie-language"] = language


@pytest.mark.parametrize(
    ("language", "title", "promise"),
    [
        ("nl", "Ik ben al klant", "dan hebt u vandaag voor 24:00 antwoord"),
        ("en", "I am already a customer", "an answer today before 24:00"),
    ],
)
def test_page_greets_with_the_promise_of_this_moment(
    client: Client, language: str, title: str, promise: str
) -> None:
    speak(client, language)

    text = text_of(client, "/")

    assert title in text
    assert promise in text


def test_page_has_its_three_doors(client: Client) -> None:
    page = client.get("/").content.decode()

    assert re.findall(r'class="door" href="([^"]+)"', page) == [
        "/inloggegevens/",
        "/vraag/",
        "/klant/",
    ]


def test_page_takes_two_queries_for_a_visitor(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")  # the policy version is read once per process

    with django_assert_num_queries(2):  # the policy in force, and the articles
        client.get("/")


def test_search_without_script_shows_only_the_answer(client: Client) -> None:
    page = client.get("/", {"q": "storneren"}).content.decode()

    assert re.findall(r'<article class="answer" id="([^"]+)"', page) == [
        "waarom-automatische-incasso"
    ]
    assert 'value="storneren"' in page


def test_search_that_finds_nothing_offers_to_ask(client: Client) -> None:
    text = text_of(client, "/?q=bloemkool")

    assert "Hier hebben we geen pasklaar antwoord op Stel uw vraag" in text


def test_search_shows_what_was_typed_as_text(client: Client) -> None:
    page = client.get("/", {"q": '"><script>'}).content.decode()

    assert "<script>" not in page.replace("<script src", "")


def test_language_is_kept_and_one_stays_on_the_page(client: Client) -> None:
    response = client.get("/taal/en/", {"next": "/beloften/"})

    assert response.headers["Location"] == "/beloften/"
    assert client.get("/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("target", ["https://elders.example/", "//elders.example/", "javascript:1"])
def test_language_leads_to_no_other_site(client: Client, target: str) -> None:
    assert client.get("/taal/en/", {"next": target}).headers["Location"] == "/"


def test_language_we_do_not_speak_is_not_there(client: Client) -> None:
    assert client.get("/taal/de/").status_code == 404


def test_promises_are_counted_in_public_with_the_misses(client: Client) -> None:
    asked = NOW - timedelta(days=3)
    kept = actions.promise_answer(asked_at=asked, now=asked)
    actions.keep(promise=kept, kept_at=asked + timedelta(minutes=20), now=NOW)
    actions.promise_answer(asked_at=asked, now=asked)

    text = text_of(client, "/beloften/")

    assert "Elke vraag is beantwoord binnen 24 uur 50% 1 1 0" in text
    assert "Inloggegevens zijn gemaild binnen een minuut nog niet gemeten 0 0 0" in text


def test_how_soon_login_details_leave_is_public(client: Client) -> None:
    asked = NOW - timedelta(days=3)
    promise = actions.promise_credentials(requested_at=asked)
    actions.keep(promise=promise, kept_at=asked + timedelta(seconds=7), now=NOW)

    text = text_of(client, "/beloften/")

    assert "Op tijd 100,0% De helft binnen 7 seconden 99 van de 100 binnen 7 seconden" in text


def test_every_figure_a_page_may_show_has_its_place_on_the_promises_page(client: Client) -> None:
    page = client.get("/beloften/").content.decode()

    assert set(COUNTED) | set(OTHERS) == set(FIGURES)
    assert set(re.findall(r'class="anchor" id="([\w.]+)"', page)) == set(FIGURES)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "address", ["/vraag/", "/inloggegevens/", "/inloggegevens/verzonden/", "/inloggen/"]
)
def test_door_opens_in_both_languages(client: Client, address: str, language: str) -> None:
    speak(client, language)

    with clock.frozen(NOW):
        response = client.get(address)

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()


def test_letterhead_is_the_companys_own(client: Client) -> None:
    company = {"trade_name": "Noord Hosting", "name": "Noord Hosting B.V."}
    actions.apply_policy(mapping={"company": company}, by=SYSTEM, now=NOW)

    text = text_of(client, "/")

    assert Policy().company.trade_name not in text
    assert text.count("Noord Hosting") > 1


def test_missing_page_says_so_in_words(client: Client) -> None:
    response = client.get("/bestaat-niet/")

    assert response.status_code == 404
    assert "Deze pagina bestaat niet" in response.content.decode()

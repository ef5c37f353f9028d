"""The articles: the same in both languages, without typed figures, found by a question."""

import re
from pathlib import Path

import pytest

from balie.domain.policy import Policy
from balie.faces.faq import articles

FOLDER = Path(articles.__file__).parent / "templates" / "faq" / "articles"
TEMPLATES = sorted(FOLDER.glob("*.html"))
TAG = re.compile(r"{%.*?%}", re.DOTALL)
FIGURE = re.compile(r'{% figure "([\w.]+)" %}')
DOOR = re.compile(r"{% url '([\w:]+)' %}")
TYPED = re.compile(
    r"\d|€|%|\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|twintig|dertig"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|twenty|thirty"
    r"|half an hour|an hour|a minute|kwartier|half uur|een uur|een minuut)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_article_holds_no_figure_typed_by_hand(template: Path) -> None:
    prose = TAG.sub("", template.read_text(encoding="utf-8"))

    assert TYPED.findall(prose) == []


@pytest.mark.parametrize("typed", ["binnen 24 uur", "two to five days", "binnen een uur", "€ 10"])
def test_typed_figure_would_be_caught(typed: str) -> None:
    assert TYPED.search(typed)


@pytest.mark.parametrize("article", articles.ARTICLES, ids=lambda article: article.name)
def test_both_languages_name_the_same_figures_and_doors(article: articles.Article) -> None:
    dutch, english = (
        (FOLDER / f"{article.name}.{language}.html").read_text(encoding="utf-8")
        for language in ("nl", "en")
    )

    assert FIGURE.findall(dutch) == FIGURE.findall(english)
    assert DOOR.findall(dutch) == DOOR.findall(english)


def test_every_template_belongs_to_an_article() -> None:
    names = {
        f"{article.name}.{language}" for article in articles.ARTICLES for language in ("nl", "en")
    }

    assert {path.stem for path in TEMPLATES} == names
    assert len({article.anchor for article in articles.ARTICLES}) == len(articles.ARTICLES)


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("wachtwoord vergeten", "nl", "login_lost"),
        ("Ik ben mijn wachtwoord kwijt, wat nu?", "nl", "login_lost"),
        ("wachtwoordreset", "nl", "login_lost"),
        ("directadm", "nl", "login_lost"),
        ("nieuw mailadres doorgeven", "nl", "address_wrong"),
        ("wat is jullie telefoonnummer", "nl", "can_i_call"),
        ("storneren", "nl", "why_direct_debit"),
        ("STÓRNEREN", "nl", "why_direct_debit"),
        ("incasso mislukt", "nl", "payment_failed"),
        ("geld overmaken iban", "nl", "how_to_transfer"),
        ("forgot my password", "en", "login_lost"),
        ("phone number", "en", "can_i_call"),
        ("charge back a direct debit", "en", "why_direct_debit"),
        ("bank transfer", "en", "how_to_transfer"),
    ],
)
def test_question_finds_its_answer_first(question: str, language: str, answer: str) -> None:
    shown = articles.show_all(policy=Policy(), language=language)

    found = articles.find(shown, question, language=language)

    assert found[0].article.name == answer


@pytest.mark.parametrize("question", ["", "   ", "hoe kan ik", "?!"])
def test_question_that_asks_nothing_shows_all_in_order(question: str) -> None:
    shown = articles.show_all(policy=Policy(), language="nl")

    assert articles.find(shown, question, language="nl") == shown


def test_question_nobody_foresaw_finds_nothing() -> None:
    shown = articles.show_all(policy=Policy(), language="nl")

    assert articles.find(shown, "bloemkool", language="nl") == []

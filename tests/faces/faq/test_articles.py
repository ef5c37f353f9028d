"""The articles: the same in both languages, without typed figures, found by a question."""

import re

import pytest

from balie.apps.articles.actions import Writing, faults_of
from balie.apps.articles.figures import PLACEHOLDER, placeholders
from balie.apps.articles.links import links
from balie.apps.articles.shipping import Shipped, shipped_texts
from balie.domain.policy import Policy
from balie.faces.faq import articles

TEXTS = list(shipped_texts())
TYPED = re.compile(
    r"\d|€|%|\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|twintig|dertig"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|twenty|thirty"
    r"|half an hour|an hour|a minute|kwartier|half uur|een uur|een minuut)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{text.anchor}.{text.language}")
def test_shipped_text_holds_no_figure_typed_by_hand(text: Shipped) -> None:
    prose = PLACEHOLDER.sub("", text.title + text.body)

    assert TYPED.findall(prose) == []
    assert faults_of(Writing(title=text.title, body=text.body, keywords=text.keywords)) == []


@pytest.mark.parametrize("typed", ["binnen 24 uur", "two to five days", "binnen een uur", "€ 10"])
def test_typed_figure_would_be_caught(typed: str) -> None:
    assert TYPED.search(typed)


@pytest.mark.parametrize("anchor", sorted({text.anchor for text in TEXTS}))
def test_both_languages_name_the_same_figures_and_doors(anchor: str) -> None:
    dutch, english = (
        next(one.body for one in TEXTS if (one.anchor, one.language) == (anchor, language))
        for language in ("nl", "en")
    )

    assert placeholders(dutch) == placeholders(english)
    assert links(dutch) == links(english)


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("wachtwoord vergeten", "nl", "inloggegevens-kwijt"),
        ("Ik ben mijn wachtwoord kwijt, wat nu?", "nl", "inloggegevens-kwijt"),
        ("wachtwoordreset", "nl", "inloggegevens-kwijt"),
        ("directadm", "nl", "inloggegevens-kwijt"),
        ("nieuw mailadres doorgeven", "nl", "e-mailadres-klopt-niet"),
        ("wat is jullie telefoonnummer", "nl", "bellen"),
        ("storneren", "nl", "waarom-automatische-incasso"),
        ("STÓRNEREN", "nl", "waarom-automatische-incasso"),
        ("incasso mislukt", "nl", "betaling-mislukt"),
        ("geld overmaken iban", "nl", "zelf-overmaken"),
        ("forgot my password", "en", "inloggegevens-kwijt"),
        ("phone number", "en", "bellen"),
        ("charge back a direct debit", "en", "waarom-automatische-incasso"),
        ("bank transfer", "en", "zelf-overmaken"),
    ],
)
@pytest.mark.django_db
def test_question_finds_its_answer_first(question: str, language: str, answer: str) -> None:
    shown = articles.show_all(policy=Policy(), language=language)

    found = articles.find(shown, question, language=language)

    assert found[0].article.anchor == answer


@pytest.mark.parametrize("question", ["", "   ", "hoe kan ik", "?!"])
@pytest.mark.django_db
def test_question_that_asks_nothing_shows_all_in_order(question: str) -> None:
    shown = articles.show_all(policy=Policy(), language="nl")

    assert articles.find(shown, question, language="nl") == shown


@pytest.mark.django_db
def test_question_nobody_foresaw_finds_nothing() -> None:
    shown = articles.show_all(policy=Policy(), language="nl")

    assert articles.find(shown, "bloemkool", language="nl") == []

"""Articles: drafts, what the page shows, history, figures by placeholder, links, readers' words."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from balie.apps.articles import actions, queries
from balie.apps.articles.actions import UnableToWrite, Writing, WrittenMeanwhile
from balie.apps.articles.figures import typed_figures
from balie.apps.articles.models import Article, ArticleText
from balie.apps.articles.rendering import article_html
from balie.domain.policy import Answers, Policy
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW

pytestmark = pytest.mark.django_db


def new_article(title: str = "Hoe lang duurt het?") -> Article:
    return actions.create_article(title=title, by=SYSTEM, now=NOW)


def written(
    article: Article, body: str = "Meteen.", *, after: int = 0, language: str = "nl"
) -> ArticleText:
    writing = Writing(title="Hoe lang duurt het?", body=body, after=after)
    return actions.write(article=article, language=language, writing=writing, by=SYSTEM, now=NOW)


def on_page(language: str = "nl") -> list[str]:
    return [text.body for text in queries.published_texts(language=language)]


def test_draft_does_not_show_until_it_is_published() -> None:
    shipped = on_page()
    text = written(new_article(), "Een concept.")

    before = on_page()
    actions.publish(text=text, by=SYSTEM, now=NOW)

    assert before == shipped
    assert on_page() == [*shipped, "Een concept."]
    assert on_page("en") == on_page("en")


def test_newer_draft_leaves_the_page_as_it_was_and_an_old_text_can_come_back() -> None:
    article = new_article()
    first = written(article, "Eerst.")
    actions.publish(text=first, by=SYSTEM, now=NOW)
    second = written(article, "Daarna.", after=1)
    states = [queries.standing_of(article, language="nl").state]
    actions.publish(text=second, by=SYSTEM, now=NOW)
    states.append(queries.standing_of(article, language="nl").state)
    actions.publish(text=first, by=SYSTEM, now=NOW)
    shown = on_page()[-1]
    actions.withdraw(article=article, language="nl", by=SYSTEM, now=NOW)
    states.append(queries.standing_of(article, language="nl").state)

    assert states == [queries.CHANGED, queries.PUBLISHED, queries.WITHDRAWN]
    assert shown == "Eerst."
    assert "Eerst." not in on_page()
    assert [text.body for text in queries.history(article, language="nl")] == ["Daarna.", "Eerst."]


def test_colleague_who_wrote_meanwhile_is_not_overwritten() -> None:
    article = new_article()
    written(article, "Van de een.")

    with pytest.raises(WrittenMeanwhile, match="nieuwere tekst"):
        written(article, "Van de ander.")

    assert ArticleText.objects.filter(article=article).count() == 1


@pytest.mark.postgres
def test_history_cannot_be_changed() -> None:
    text = written(new_article())

    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleText.objects.filter(pk=text.pk).update(body="Anders.")


def test_every_fault_is_told_at_once() -> None:
    writing = Writing(title=" ", body="{answers.hours} en [hier](/bestaat/niet/) {x}")

    with pytest.raises(UnableToWrite) as caught:
        actions.write(article=new_article(), language="nl", writing=writing, by=SYSTEM, now=NOW)

    assert caught.value.faults == (
        "De titel is leeg; schrijf de vraag zoals een klant die zou stellen.",
        "{answers.hours} is geen cijfer uit het beleid; kies er een uit de lijst.",
        "{x} is geen cijfer uit het beleid; kies er een uit de lijst.",
        "De link naar /bestaat/niet/ leidt nergens heen; verbeter de link of haal hem weg.",
    )


def test_same_title_twice_gets_a_place_of_its_own() -> None:
    anchors = [
        new_article("Bellen").anchor,
        new_article("Bellen").anchor,
        new_article("???").anchor,
    ]

    assert anchors == ["bellen-2", "bellen-3", "artikel"]


def test_moving_changes_the_order_of_the_page() -> None:
    order = [article.anchor for article in Article.objects.all()]
    second = Article.objects.get(anchor=order[1])

    actions.move(article=second, up=True, by=SYSTEM, now=NOW)
    actions.move(article=second, up=True, by=SYSTEM, now=NOW)

    assert [one.anchor for one in Article.objects.all()] == [order[1], order[0], *order[2:]]
    assert AuditEvent.objects.filter(event="article.moved").count() == 1


@pytest.mark.postgres
def test_reactions_are_counted_per_day_and_added_up() -> None:
    article, day = new_article(), date(2026, 11, 23)
    for helped in (True, True, False):
        actions.react(article=article, language="nl", helped=helped, today=day)
    actions.react(article=article, language="nl", helped=True, today=day - timedelta(days=9))

    since = queries.reactions(since=day - timedelta(days=1))
    long_since = queries.reactions(since=day - timedelta(days=30))

    assert since == {(article.pk, "nl"): (2, 1)}
    assert long_since == {(article.pk, "nl"): (3, 1)}


@pytest.mark.parametrize("count", [1, 30])
def test_lists_take_as_many_queries_for_one_article_as_for_thirty(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        text = written(new_article(f"Vraag {number}"))
        actions.publish(text=text, by=SYSTEM, now=NOW)

    with django_assert_num_queries(3):
        queries.standings(languages=("nl", "en"))
    with django_assert_num_queries(1):
        [text.article.anchor for text in queries.published_texts(language="nl")]


def test_placeholder_shows_the_figure_in_force_and_moves_with_it() -> None:
    body = "Binnen {answers.guarantee_hours}, dus **niet** {zomaar.iets}."
    slower = Policy(answers=Answers(guarantee_hours=48))

    shown = [article_html(body, policy=policy, language="nl") for policy in (Policy(), slower)]

    assert 'data-figure="answers.guarantee_hours"' in shown[0]
    assert [">24\u00a0uur<" in shown[0], ">48\u00a0uur<" in shown[1]] == [True, True]
    assert "<strong>niet</strong> {zomaar.iets}" in shown[0]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[klik](javascript:alert(1))",
        "![x](https://elders.example/spion.gif)",
        '<img src=x onerror="alert(1)">',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_hostile_reaches_the_page(hostile: str) -> None:
    html = article_html(f"Tekst.\n\n{hostile}\n", policy=Policy(), language="nl")

    for forbidden in ("<script", "<img", "<style", 'href="javascript'):
        assert forbidden not in html


def test_paragraph_of_one_link_is_the_next_step() -> None:
    html = article_html("Zie [hier](/vraag/).\n\n[Vraag](/vraag/)", policy=Policy(), language="nl")

    assert html.count('class="next-step"') == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wij antwoorden binnen 24 uur.", "24 uur"),
        ("Tot 56 dagen na de afschrijving.", "56 dagen"),
        ("Na 5 werkdagen is het er.", "5 werkdagen"),
        ("Na vijf  werkdagen is het er.", "vijf werkdagen"),
        ("Bel 058-0123456.", "058-0123456"),
        ("Op NL02ABNA0123456789 graag.", "NL02ABNA0123456789"),
        ("Vóór 20:00 gevraagd is vandaag beantwoord.", "20:00"),
        ("Vóór 20.00 uur gevraagd.", "20.00 uur"),
        ("Vóór 20 uur gevraagd.", "20 uur"),
        ("Vóór 8 uur 's avonds gevraagd.", "8 uur 's avonds"),
        ("Binnen 24u.", "24u"),
        ("Binnen 24 uren.", "24 uren"),
        ("Binnen **24** uur.", "24 uur"),
        ("Binnen _24 uur_.", "24 uur"),
        ("Binnen 24&nbsp;uur.", "24 uur"),
        ("Binnen vierentwintig uur.", "vierentwintig uur"),
        ("Binnen zesenvijftig dagen.", "zesenvijftig dagen"),
        ("Binnen acht weken.", "acht weken"),
        ("Open 09:00-17:00.", "09:00-17:00"),
        ("Open van 9 tot 17 uur.", "9 tot 17 uur"),
        ("Na 2 tot 5 werkdagen.", "5 werkdagen"),
        ("Binnen {answers.guarantee_hours}.", ""),
        ("Het kost € 20.00, na 25 dagen, met 9 tot 17 foto's en 124 uur.", ""),
        ("Binnen 240 uur, op 5 december, met twee anderen.", ""),
    ],
)
def test_typed_figure_that_equals_the_policys_is_pointed_out(text: str, words: str) -> None:
    found = typed_figures(text, policy=Policy(), language="nl")

    assert [one.words for one in found] == ([words] if words else [])


@pytest.mark.parametrize("typed", ["24 hours", "twenty-four hours", "24h", "8 pm", "20:00"])
def test_typed_figure_is_pointed_out_in_english(typed: str) -> None:
    found = typed_figures(f"Before {typed}, please.", policy=Policy(), language="en")

    assert [one.words for one in found] == [typed]


def test_figures_that_happen_to_be_equal_are_all_offered() -> None:
    (found,) = typed_figures("Binnen een uur.", policy=Policy(), language="nl")

    assert found.placeholders == ("{answers.usual_minutes}", "{credentials.link_minutes}")

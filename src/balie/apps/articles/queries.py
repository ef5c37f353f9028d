"""Reads about articles: what the page shows, and what staff work on."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from balie.apps.articles.models import Article, ArticleText, Publication, Reaction

Row = TypeVar("Row", ArticleText, Publication)
DRAFT, PUBLISHED, CHANGED, WITHDRAWN = "draft", "published", "changed", "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where an article stands in one language: its newest text, and the one the page shows."""

    article: Article
    language: str
    newest: ArticleText | None
    shown: ArticleText | None
    was_shown: bool

    @property
    def state(self) -> str:
        """`draft`, `published`, `changed` (a newer text than the page shows) or `withdrawn`."""
        if self.shown is None:
            return WITHDRAWN if self.was_shown else DRAFT
        return PUBLISHED if self.newest == self.shown else CHANGED

    @property
    def title(self) -> str:
        """What it is called now, among ourselves; its anchor while it has no text."""
        return self.newest.title if self.newest else self.article.anchor


def published_texts(*, language: str) -> QuerySet[ArticleText]:
    """Return what the page shows in a language, in its order, with the article. One query."""
    latest = (
        Publication.objects.filter(article=OuterRef("article"), language=language)
        .order_by("-number")
        .values("text")[:1]
    )
    return (
        ArticleText.objects.filter(language=language, pk=Subquery(latest))
        .select_related("article")
        .order_by("article__position", "article")
    )


def article_on_page(*, anchor: str) -> Article | None:
    """Return the article at a place on the page, None when there never was one."""
    return Article.objects.filter(anchor=anchor).first()


def standings(*, languages: tuple[str, ...]) -> list[list[Standing]]:
    """Return every article in the order of the page, with its standing per language.

    Three queries, however many articles there are.
    """
    newest = _newest(ArticleText.objects.all())
    shown = _newest(Publication.objects.select_related("text"))
    return [
        [_standing(article, language, newest=newest, shown=shown) for language in languages]
        for article in Article.objects.all()
    ]


def standing_of(article: Article, *, language: str) -> Standing:
    """Return where one article stands in one language."""
    texts = ArticleText.objects.filter(article=article, language=language)
    given = Publication.objects.filter(article=article, language=language).select_related("text")
    return _standing(article, language, newest=_newest(texts), shown=_newest(given))


def history(article: Article, *, language: str) -> list[ArticleText]:
    """Return every text of an article in one language, newest first."""
    texts = ArticleText.objects.filter(article=article, language=language)
    return list(texts.order_by("-number"))


def publications(article: Article, *, language: str) -> list[Publication]:
    """Return when what was published or withdrawn, newest first."""
    found = Publication.objects.filter(article=article, language=language)
    return list(found.select_related("text").order_by("-number"))


def reactions(*, since: date) -> dict[tuple[int, str], tuple[int, int]]:
    """Return how often readers said that it helped and that it did not, per article, language."""
    counted = (
        Reaction.objects.filter(day__gte=since)
        .values("article", "language")
        .annotate(yes=Sum("helped"), no=Sum("did_not_help"))
    )
    return {(row["article"], row["language"]): (row["yes"], row["no"]) for row in counted}


def _newest(rows: QuerySet[Row]) -> dict[tuple[int, str], Row]:
    """Return the row with the highest number per article, language."""
    return {(row.article_id, row.language): row for row in rows.order_by(F("number").asc())}


def _standing(
    article: Article,
    language: str,
    *,
    newest: dict[tuple[int, str], ArticleText],
    shown: dict[tuple[int, str], Publication],
) -> Standing:
    publication = shown.get((article.pk, language))
    return Standing(
        article=article,
        language=language,
        newest=newest.get((article.pk, language)),
        shown=publication.text if publication else None,
        was_shown=publication is not None,
    )

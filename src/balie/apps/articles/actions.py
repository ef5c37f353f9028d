"""Writes about articles: write, publish, withdraw, put in order, and count what readers say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from balie.apps.articles.figures import unknown_placeholders
from balie.apps.articles.links import dead_links
from balie.apps.articles.models import Article, ArticleText, Publication, Reaction
from balie.infra import audit
from balie.infra.audit import Actor

ANCHOR_LENGTH = 60
TITLE_LENGTH = 140


class UnableToWrite(Exception):
    """The text cannot be kept as it is; `faults` says each time what and what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


class WrittenMeanwhile(UnableToWrite):
    """Somebody else wrote a newer text while this one was being written."""


class UnableToPublish(Exception):
    """There is no text to publish."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What somebody wrote; `after` is the number of the text he began with (0: none yet)."""

    title: str
    body: str
    keywords: str = ""
    after: int = 0


@transaction.atomic
def create_article(*, title: str, by: Actor, now: datetime) -> Article:
    """Open an article at the end of the page; nothing of it shows until a text is published."""
    last = Article.objects.aggregate(last=Max("position"))["last"] or 0
    article = Article.objects.create(
        anchor=_free_anchor(title), position=last + 1, created_at=now, created_by=str(by)
    )
    audit.record(event="article.created", by=by, subject=("article", article.pk), now=now)
    return article


@transaction.atomic
def write(
    *, article: Article, language: str, writing: Writing, by: Actor, now: datetime
) -> ArticleText:
    """Keep a text as the newest of an article in one language; the page does not change by it.

    Raises UnableToWrite with every fault, WrittenMeanwhile when a newer text exists.
    """
    faults = faults_of(writing)
    if faults:
        raise UnableToWrite(faults)
    texts = ArticleText.objects.filter(article=article, language=language)
    newest = texts.aggregate(newest=Max("number"))["newest"] or 0
    if newest != writing.after:
        raise WrittenMeanwhile([_meanwhile()])
    try:
        with transaction.atomic():
            text = ArticleText.objects.create(
                article=article,
                language=language,
                number=newest + 1,
                title=writing.title.strip(),
                keywords=" ".join(writing.keywords.split()),
                body=writing.body.strip(),
                written_at=now,
                written_by=str(by),
                author_name=by.name,
            )
    except IntegrityError:
        raise WrittenMeanwhile([_meanwhile()]) from None
    _record("article.written", text, by=by, now=now)
    return text


@transaction.atomic
def publish(*, text: ArticleText, by: Actor, now: datetime) -> Publication:
    """Let the page show this text from now on, also one of before."""
    _record("article.published", text, by=by, now=now)
    return _publication(text.article, text.language, text=text, by=by, now=now)


@transaction.atomic
def withdraw(*, article: Article, language: str, by: Actor, now: datetime) -> Publication:
    """Let the page show nothing of an article in one language; every text of it is kept."""
    audit.record(
        event="article.withdrawn",
        by=by,
        subject=("article", article.pk),
        now=now,
        data={"language": language},
    )
    return _publication(article, language, text=None, by=by, now=now)


@transaction.atomic
def move(*, article: Article, up: bool, by: Actor, now: datetime) -> None:
    """Let an article change places with the one above or below it; at the end nothing happens."""
    order = list(Article.objects.all())
    here = [one.pk for one in order].index(article.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        for position, one in enumerate(order, start=1):
            Article.objects.filter(pk=one.pk).exclude(position=position).update(position=position)
        audit.record(
            event="article.moved",
            by=by,
            subject=("article", article.pk),
            now=now,
            data={"to": there + 1},
        )


@transaction.atomic
def react(*, article: Article, language: str, helped: bool, today: date) -> None:
    """Count one reader who said that an answer helped, or that it did not."""
    row, _new = Reaction.objects.get_or_create(article=article, language=language, day=today)
    counted = "helped" if helped else "did_not_help"
    Reaction.objects.filter(pk=row.pk).update(**{counted: F(counted) + 1})


def faults_of(writing: Writing) -> list[str]:
    """Return everything that is wrong with a text, each as a sentence that says what to do."""
    faults = []
    if not writing.title.strip():
        faults.append(_("The title is empty; write the question as a customer would ask it."))
    if len(writing.title.strip()) > TITLE_LENGTH:
        faults.append(
            _("The title is longer than %(most)d characters; shorten it.") % {"most": TITLE_LENGTH}
        )
    if not writing.body.strip():
        faults.append(_("The text is empty; write the answer."))
    faults += [
        _("{%(name)s} is no figure of the policy; choose one from the list.") % {"name": name}
        for name in dict.fromkeys(unknown_placeholders(writing.title + " " + writing.body))
    ]
    faults += [
        _("The link to %(target)s leads nowhere; mend it or take it out.") % {"target": target}
        for target in dead_links(writing.body)
    ]
    return faults


def _meanwhile() -> str:
    return _(
        "A colleague wrote a newer text meanwhile. Compare the two, and save yours again if it"
        " should replace his."
    )


def _publication(
    article: Article, language: str, *, text: ArticleText | None, by: Actor, now: datetime
) -> Publication:
    given = Publication.objects.filter(article=article, language=language)
    newest = given.aggregate(newest=Max("number"))["newest"] or 0
    return Publication.objects.create(
        article=article,
        language=language,
        number=newest + 1,
        text=text,
        published_at=now,
        published_by=str(by),
    )


def _record(event: str, text: ArticleText, *, by: Actor, now: datetime) -> None:
    audit.record(
        event=event,
        by=by,
        subject=("article", text.article_id),
        now=now,
        data={"language": text.language, "text": text.number},
    )


def _free_anchor(title: str) -> str:
    """Return a place on the page that no article has, from the words of its title."""
    wanted = slugify(title)[:ANCHOR_LENGTH].strip("-") or "artikel"
    anchor, count = wanted, 1
    while Article.objects.filter(anchor=anchor).exists():
        count += 1
        tail = f"-{count}"
        anchor = wanted[: ANCHOR_LENGTH - len(tail)] + tail
    return anchor

"""The articles of the public page, as staff published them, and the search over them.

The search reads a question as `balie.js` does while one types: words of two letters
or more, without accents, that begin a word of the title (3), the keywords (2) or the text (1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from balie.apps.articles.models import Article
from balie.apps.articles.queries import published_texts
from balie.apps.articles.rendering import article_html
from balie.domain.policy import Policy

WORD = re.compile(r"[^\W_]{2,}")
IN_TITLE, IN_KEYWORDS, IN_TEXT = 3, 2, 1
LONG = 5  # letters from which a word may be the first part of a compound

# Words that every question holds and no answer is found by.
IGNORED: Mapping[str, str] = {
    "nl": (
        "aan als bij dan dat de der die dit doe een en er ga had heb hebben heeft het hoe hun iets"
        " ik in is je jullie kan kun kunnen kunt maar me met mij mijn mogelijk moet na naar niet"
        " nu of om omdat ons onze ook op over te tot uit uw van via voor waar waarom wat we welk"
        " welke wie wij wil word wordt zal ze zijn zo zou"
    ),
    "en": (
        "am an and are as at be but by can could did do does for from get had has have how if in is"
        " it its me my no not of on or our please should so that the their them there they this to"
        " up us want was we what when where which who why will with would you your"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An article as a page shows it, in one language and under one policy."""

    article: Article
    title: str
    keywords: str
    body: SafeString

    @property
    def text(self) -> str:
        """The words of the body without its marks."""
        return strip_tags(self.body)


def show_all(*, policy: Policy, language: str) -> list[Shown]:
    """Return all published articles in the order of the page, with the figures of the policy."""
    return [
        Shown(
            article=text.article,
            title=text.title,
            keywords=text.keywords,
            body=article_html(text.body, policy=policy, language=language),
        )
        for text in published_texts(language=language)
    ]


def find(shown: Sequence[Shown], question: str, *, language: str) -> list[Shown]:
    """Return the articles that answer a question, best first; all of them when it asks nothing."""
    ignored = set(words(IGNORED[language]))
    asked = [word for word in words(question) if word not in ignored]
    if not asked:
        return list(shown)
    scored = [(_score(one, asked), one) for one in shown]
    best = max((points for points, _ in scored), default=0)
    found = [(points, one) for points, one in scored if points and points * 2 >= best]
    return [one for _, one in sorted(found, key=lambda each: -each[0])]


def words(text: str) -> list[str]:
    """Return the words of a text in small letters without accents."""
    marked = unicodedata.normalize("NFD", text)
    plain = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return WORD.findall(plain.lower())


def _score(shown: Shown, asked: Sequence[str]) -> int:
    """Return the points of an article for the words of a question."""
    places = (
        (IN_TITLE, words(shown.title)),
        (IN_KEYWORDS, words(shown.keywords)),
        (IN_TEXT, words(shown.text)),
    )
    return sum(
        next((points for points, place in places if _meets(word, place)), 0) for word in asked
    )


def _meets(asked: str, place: Sequence[str]) -> bool:
    """Whether a word begins one of a place, or is a compound that begins with a long one."""
    return any(
        word.startswith(asked) or (len(word) >= LONG and asked.startswith(word)) for word in place
    )

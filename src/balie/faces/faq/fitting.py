"""Which answers fit what somebody is typing: by the stems of whole sentences, best first.

The search on the public page reads a few words as they are typed; a question is a story. So words
count by how few answers hold them, and an answer fits only when its title or its keywords do.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from balie.apps.articles.models import ArticleText
from balie.apps.articles.queries import published_texts
from balie.domain.search_words import stems_of
from balie.faces.faq.articles import IGNORED

MOST = 3
IN_TITLE, IN_KEYWORDS, IN_TEXT = 3.0, 2.0, 0.5
LONGEST_QUESTION = 2000
# What one telling word in the title gives; less than that is chance.
LEAST = 3.0


@dataclass(frozen=True, kw_only=True)
class _Read:
    """The stems of an answer, by where they stand."""

    text: ArticleText
    title: frozenset[str]
    keywords: frozenset[str]
    body: frozenset[str]


def fitting_answers(question: str, *, language: str) -> list[ArticleText]:
    """Return the published answers that fit a question, at most three; none for a short one."""
    asked = _stems(question[:LONGEST_QUESTION], language=language)
    if not asked:
        return []
    read = [_read(text, language=language) for text in published_texts(language=language)]
    weights = _weights(read)
    scored = [(_score(one, asked, weights), one.text) for one in read]
    best = max((points for points, _ in scored), default=0.0)
    fits = [(points, text) for points, text in scored if points >= max(LEAST, best / 2)]
    return [text for _, text in sorted(fits, key=lambda each: -each[0])[:MOST]]


def _read(text: ArticleText, *, language: str) -> _Read:
    return _Read(
        text=text,
        title=_stems(text.title, language=language),
        keywords=_stems(text.keywords, language=language),
        body=_stems(text.body, language=language),
    )


def _stems(text: str, *, language: str) -> frozenset[str]:
    ignored = set(stems_of(IGNORED[language]))
    return frozenset(stem for stem in stems_of(text) if stem not in ignored and len(stem) > 1)


def _weights(read: Sequence[_Read]) -> dict[str, float]:
    """Return what each stem tells: the fewer answers hold it, the more."""
    held: Counter[str] = Counter()
    for one in read:
        held.update(one.title | one.keywords | one.body)
    return {stem: log(1 + len(read) / count) for stem, count in held.items()}


def _score(one: _Read, asked: Iterable[str], weights: dict[str, float]) -> float:
    points, named = 0.0, False
    for stem in asked:
        place = (
            IN_TITLE
            if stem in one.title
            else IN_KEYWORDS
            if stem in one.keywords
            else IN_TEXT
            if stem in one.body
            else 0.0
        )
        named = named or place >= IN_KEYWORDS
        points += place * weights.get(stem, 0.0)
    return points if named else 0.0

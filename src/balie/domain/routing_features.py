"""How a question is read by the learned model: words, pairs of words, pieces of words, topics.

The same reading serves learning, measuring and suggesting. Addresses, domain names and long numbers
are read as what they are, not as themselves: a customer's name tells no team, and has no place in
what is learned. Without numpy: the web process reads questions too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from balie.domain.routing_topics import topics_in

_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
# Only endings that are no word: in "betaald.De factuur" somebody forgot a blank, it is no domain.
_ENDINGS = "nl|com|net|org|eu|info|biz|shop|online|frl|example|test"
_DOMAIN = re.compile(
    rf"\b(?:(?:https?://|www\.)[\w.-]+(?:/\S*)?|(?:[\w-]+\.)+(?:{_ENDINGS})\b(?:/\S*)?)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:[A-Z]{2}\d{2}[A-Z]{4}\d{10}|[\w-]*\d{5,}[\w-]*)\b", re.IGNORECASE)
_WORD = re.compile(r"\b\w\w+\b")
_BLANKS = re.compile(r"\s\s+")
SHORTEST, LONGEST = 2, 5
MOST_CHARACTERS = 4000

# Words that tell nothing to a person, however often they stand in the questions of one team.
IDLE_WORDS = frozenset(
    """
    aan achter al alle alleen allemaal als alsnog altijd and ander andere are bent beste bij
    bijvoorbeeld binnen can daar daarna dan dank dat de deze dit doe doen doet domeinnaamx door
    dus een eens eerst eigenlijk en er even for from gaan gaat gaf geachte gedaan geef geeft
    geen gegeven geweest gewoon goed goede goedemiddag goedemorgen goedenavond goedendag graag
    groet groeten had hallo have heb hebben hebt heeft heel hello hem her het hier hierbij hij
    hoe how ieder iedereen iemand iets ik in is ja jij jou jouw jullie kan keer kom komen komt
    kon krijg krijgen krijgt kun kunnen kunt laat laten lukt maar mailadresx maken man meer
    meneer met mevrouw mij mijn misschien mn moet moeten mogen my na naar net niet niets nieuwe
    nog nou nu nummerx of om omdat on onder ons onze ook op over per please precies sinds snel
    staan staat steeds te tegen terug that the then there they this time toch toe tot twee uit
    uw van vandaag vanmorgen vanochtend veel verder via volgens voor vorig vorige vraag waar
    waarom wanneer want was wat we weer weet welke well werd werkt what when where why wie wij
    wil willen wilt with worden wordt you your zal ze zeer zegt zelf zich zie zien zij zijn zit
    zo zoals zodat zonder zou
    """.split()
)


def masked(text: str) -> str:
    """Return a question in lower case, with addresses, domain names and long numbers taken out."""
    text = _ADDRESS.sub(" mailadresx ", text[:MOST_CHARACTERS])
    text = _DOMAIN.sub(" domeinnaamx ", text)
    return _NUMBER.sub(" nummerx ", text).lower()


def words_of(text: str) -> list[str]:
    """Return the words of two characters and more, in order."""
    return _WORD.findall(masked(text))


def word_features(text: str) -> list[str]:
    """Return the words and the pairs of neighbouring words."""
    words = words_of(text)
    return words + [f"{one} {other}" for one, other in pairwise(words)]


def piece_features(text: str) -> list[str]:
    """Return the pieces of two to five characters within each word, its edges as blanks.

    A word shorter than a piece counts once, as it stands; so does scikit-learn (char_wb).
    """
    pieces: list[str] = []
    for word in _BLANKS.sub(" ", masked(text)).split():
        edged = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            pieces += [edged[at : at + size] for at in range(max(len(edged) - size + 1, 1))]
            if len(edged) <= size:
                break
    return pieces


def topic_features(text: str) -> list[str]:
    """Return the topics whose words a question holds, and their teams, once for each such word."""
    return [
        feature
        for found in topics_in(text)
        for feature in [found.topic, f"team {found.team}"]
        for _ in found.words
    ]


READERS: dict[str, Callable[[str], list[str]]] = {
    "words": word_features,
    "pieces": piece_features,
    "topics": topic_features,
}
# Labels of a file may be about anything; the word lists are about hosting.
PLAIN = ("words", "pieces")
HOUSE = ("words", "pieces", "topics")

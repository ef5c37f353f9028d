"""Words to search by: stemmed in Dutch and in English at once, since we read and write both.

`wachtwoorden` finds `wachtwoord` and `renewals` finds `renewal`, whatever the database knows of
languages: both the text and what is looked for go through the same stems (Snowball).
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

LONGEST_WORD = 40
MOST_TEXT = 200_000
MOST_WANTED = 12
AROUND = 90
_WORD = re.compile(r"[^\W_]+")
# Words that say nothing by themselves; only left out of what is looked for.
_EMPTY = frozenset(
    "de het een en of van in op te aan is zijn ik u uw mijn the a an and or of to my your".split()
)
_stemmers = threading.local()


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of an excerpt; `found` when it is what somebody looked for."""

    text: str
    found: bool


def stems_of(*texts: str) -> list[str]:
    """Return every stem of the texts once, sorted: what an index holds of a message."""
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(plain(text[:MOST_TEXT])):
            found.update(stems(word))
    return sorted(found)


def wanted_stems(text: str) -> list[tuple[str, ...]]:
    """Return for each word that is looked for the stems of which one must be there.

    Signs are no words, so nothing that is typed means anything to the database. At most
    `MOST_WANTED` words count; empty words only where there are no others.
    """
    words = list(dict.fromkeys(_WORD.findall(plain(text))))
    telling = [word for word in words if word not in _EMPTY] or words
    return [found for word in telling[:MOST_WANTED] if (found := stems(word))]


def excerpt(text: str, wanted: Iterable[tuple[str, ...]]) -> list[Piece]:
    """Return the part of a text around the first word that was found, in pieces."""
    sought = {stem for group in wanted for stem in group}
    text = " ".join(text[:MOST_TEXT].split())
    hits = [
        match for match in _WORD.finditer(text) if not sought.isdisjoint(stems(plain(match[0])))
    ]
    start = max(0, hits[0].start() - AROUND) if hits else 0
    end = min(len(text), (hits[0].end() if hits else 0) + 2 * AROUND)
    return list(_pieces(text, start, end, [hit.span() for hit in hits]))


def _pieces(text: str, start: int, end: int, hits: list[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    if start:
        yield Piece(text="…", found=False)
    for first, last in hits:
        if last > end:
            break
        if first > at:
            yield Piece(text=text[at:first], found=False)
        yield Piece(text=text[first:last], found=True)
        at = last
    yield Piece(text=text[at:end] + ("…" if end < len(text) else ""), found=False)


def plain(text: str) -> str:
    """Return a text in lower case without accents: `Café` is looked for as `cafe`."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


@lru_cache(maxsize=100_000)
def stems(word: str) -> tuple[str, ...]:
    """Return the Dutch stems and the English one of a plain word; none of one that is too long.

    Two for Dutch: Kraaij and Pohlmann's brings `opzeggen` to `opgezegd`, Porter's `trage` to
    `traag` and `wachtwoorden` to `wachtwoord`; what one of them misses the other one finds.
    """
    if len(word) > LONGEST_WORD:
        return ()
    if word.isdecimal():
        return (word,)
    if not hasattr(_stemmers, "own"):  # a stemmer is not used by two threads at once
        _stemmers.own = [stemmer(name) for name in ("dutch", "dutch_porter", "english")]
    stemmed = " ".join(one.stemWord(word) for one in _stemmers.own)
    return tuple(dict.fromkeys(_WORD.findall(stemmed)))

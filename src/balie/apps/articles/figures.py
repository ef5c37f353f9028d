"""The figures of the policy inside an article: as placeholders, and typed by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from balie.domain.policy import Policy
from balie.infra.templatetags.figures import FIGURES, NUMBERS, figure_words
from balie.infra.templatetags.moments import NO_BREAK

PLACEHOLDER = re.compile(r"\{\s*([A-Za-z0-9_.]*)\s*\}")
SHORTEST = 4  # signs; "2" and "twee" stand in too many sentences to be recognised


@dataclass(frozen=True, kw_only=True)
class TypedFigure:
    """A figure that stands in an article as plain words: it will not move with the policy."""

    words: str
    paths: tuple[str, ...]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What to write instead: one of these, since figures may happen to be equal."""
        return tuple(f"{{{path}}}" for path in self.paths)


def placeholders(text: str) -> list[str]:
    """Return the names between braces, in order."""
    return PLACEHOLDER.findall(text)


def unknown_placeholders(text: str) -> list[str]:
    """Return the names between braces that are no figure of the policy."""
    return [name for name in placeholders(text) if name not in FIGURES]


def typed_figures(text: str, *, policy: Policy, language: str) -> list[TypedFigure]:
    """Return the figures of the policy that were typed instead of placed, as they were typed.

    Also a figure that is typed in digits where the policy says it in letters ("5 werkdagen").
    """
    plain = _plain(PLACEHOLDER.sub(" ", text))
    found: dict[str, list[str]] = {}
    for path in FIGURES:
        for words in _ways_to_say(figure_words(policy, path, language=language), language):
            if _is_telling(words, language) and _stands_in(words, plain):
                found.setdefault(words, []).append(path)
                break
    return [
        TypedFigure(words=words, paths=tuple(paths))
        for words, paths in found.items()
        if not any(words != other and words.lower() in other.lower() for other in found)
    ]


def _is_telling(words: str, language: str) -> bool:
    return len(words) >= SHORTEST and words not in NUMBERS[language]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(NO_BREAK, " "))


def _ways_to_say(words: str, language: str) -> Iterator[str]:
    """Yield a figure as the policy says it, with digits for letters, and without blanks."""
    words = _plain(words)
    yield words
    names = NUMBERS[language]
    first, _, rest = words.partition(" ")
    if first in names and rest:
        yield f"{names.index(first)} {rest}"
    if first.isdecimal() and int(first) < len(names) and rest:
        yield f"{names[int(first)]} {rest}"
    if sum(sign.isdigit() for sign in words) > SHORTEST:
        yield words.replace(" ", "")


def _stands_in(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None

"""The figures of the policy inside an article: as placeholders, and typed by hand."""

import html
import re
from dataclasses import dataclass

from balie.apps.articles.spellings import ways_to_type
from balie.domain.policy import Policy
from balie.infra.templatetags.figures import FIGURES, figure_words
from balie.infra.templatetags.moments import NO_BREAK

PLACEHOLDER = re.compile(r"\{\s*([A-Za-z0-9_.]*)\s*\}")
_MARKS = re.compile(r"[*`]|(?<!\w)_+|_+(?!\w)")


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

    Also in another spelling than the policy's own: digits for letters and the other way about,
    "20.00" for "20:00 uur", "24u", and with marks of Markdown inside.
    """
    plain = _plain(PLACEHOLDER.sub(" ", text))
    found: dict[str, list[str]] = {}
    for path in FIGURES:
        for pattern in ways_to_type(
            _plain(figure_words(policy, path, language=language)), language
        ):
            typed = re.search(rf"(?<![\w€])(?<!€ )(?:{pattern})(?!\w)", plain, re.IGNORECASE)
            if typed:
                found.setdefault(typed[0], []).append(path)
                break
    return [
        TypedFigure(words=words, paths=tuple(paths))
        for words, paths in found.items()
        if not any(words != other and words.lower() in other.lower() for other in found)
    ]


def _plain(text: str) -> str:
    """Return a text without marks of Markdown, blanks and entities being plain blanks."""
    unmarked = _MARKS.sub("", html.unescape(text))
    return re.sub(r"\s+", " ", unmarked.replace(NO_BREAK, " "))

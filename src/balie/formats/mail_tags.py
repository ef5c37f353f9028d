"""HTML as a row of tags and texts, in one pass over it whatever it holds.

The standard library's parser takes quadratic time on unclosed comments and tags (fixed after
3.11.7). Here each search that failed once is not repeated.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
# Inside a tag a quote counts only behind "=": `<p it's>` opens none.
NEXT = re.compile(r"=[ \t\n]{0,8}([\"'])|>")
ATTRIBUTE = re.compile(
    r"([a-zA-Z_:][a-zA-Z0-9_:.-]{0,60})\s{0,8}=\s{0,8}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
RAW = frozenset({"script", "style", "title", "xml", "noscript", "template", "head"})


class Token(NamedTuple):
    """A text (`name` is ""), or a tag with its attributes as they stand there."""

    text: str
    name: str = ""
    closing: bool = False

    def attributes(self) -> dict[str, str]:
        """Attributes by lower-case name, at most the first hundred; values still escaped."""
        found: dict[str, str] = {}
        for count, one in enumerate(ATTRIBUTE.finditer(self.text)):
            if count >= 100:
                break
            found.setdefault(one[1].lower(), one[2] or one[3] or one[4] or "")
        return found


class _Search:
    """Forward searches that remember what is not there any more."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.lower = html.lower() if len(html.lower()) == len(html) else html
        self.missing: set[str] = set()

    def find(self, what: str, at: int) -> int:
        if what in self.missing:
            return -1
        found = self.lower.find(what, at)
        if found < 0:
            self.missing.add(what)
        return found

    def tag_end(self, at: int) -> int:
        """Behind the ">" that closes the tag, past quoted values; the end of the text without."""
        while found := NEXT.search(self.html, at):
            if found[1] is None:
                return found.end()
            end = self.find(found[1], found.end())
            at = end + 1 if end >= 0 else found.end()
        return len(self.html)


def tokens(html: str) -> Iterator[Token]:
    """Yield texts and tags in order; comments, declarations, scripts and styles are left out."""
    search = _Search(html)
    text = at = 0  # where the text began that is not yielded yet, and how far it was looked at
    while (start := html.find("<", at)) >= 0:
        at = _behind_other(search, start)
        named = NAME.match(html, start) if at == start else None
        if at == start and named is None:
            at = start + 1
            continue
        if start > text:
            yield Token(text=html[text:start])
        text = at
        if named is None:
            continue
        at = search.tag_end(named.end())
        name = named[1].lower()
        closing = html[start + 1] == "/"
        yield Token(text=html[start:at], name=name, closing=closing)
        if name in RAW and not closing and html[at - 2 : at] != "/>":
            end = search.find(f"</{name}", at)
            at = end if end >= 0 else at
        text = at
    if text < len(html):
        yield Token(text=html[text:])


def _behind_other(search: _Search, start: int) -> int:
    """Behind a comment, a declaration or an instruction at `start`; `start` when it is none."""
    if search.html.startswith("<!--", start):
        end = search.find("-->", start + 2)
        return end + 3 if end >= 0 else start + 4
    if search.html[start + 1 : start + 2] in {"!", "?"}:
        end = search.find(">", start)
        return end + 1 if end >= 0 else start + 2
    return start

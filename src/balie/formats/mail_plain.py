"""HTML to readable text: paragraphs, lists, links, and `>` before what was quoted."""

import re
from dataclasses import dataclass, field
from html import unescape

from balie.formats.mail_characters import tidy
from balie.formats.mail_tags import Token, tokens

PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl pre blockquote table".split())
BLOCK = frozenset(
    "div tr li dt dd section article header footer address center form main aside nav figure"
    " figcaption caption fieldset body html hr".split()
)
TAGS = (
    PARAGRAPH
    | BLOCK
    | frozenset(
        "a abbr b bdi big br cite code col colgroup del em font i img ins kbd label link mark meta"
        " nobr o:p q s samp small span strike strong sub sup tbody td tfoot th thead tt u var"
        " wbr head"
        " title style script input button select option textarea noscript template iframe"
        " object svg"
        " base area map video audio source track param xml w:sdt v:shape v:imagedata"
        " st1:place".split()
    )
)
SPACE = re.compile(r"[ \t\n\r\f\xa0\u2007\u202f]+")
# int() refuses very long figures; no character has one.
HUGE = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
DEEPEST = 20
LONGEST = 500_000


def unescaped(text: str) -> str:
    """`text` with its character references as characters."""
    return unescape(HUGE.sub("\ufffd", text)) if "&" in text else text


@dataclass(kw_only=True)
class _Page:
    """The lines so far, each with the depth of the quote it stands in."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    depth: int = 0
    blank: bool = False
    preformatted: int = 0
    quotes: list[bool] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    link: tuple[str, int] | None = None

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.split("\n")
            self.current.append(first)
            for other in others:
                self.break_line(keep=True)
                self.current.append(other)
            return
        collapsed = SPACE.sub(" ", text)
        if not self.current or self.current[-1].endswith(" "):
            collapsed = collapsed.lstrip(" ")
        if collapsed:
            self.current.append(collapsed)

    def break_line(self, *, keep: bool = False) -> None:
        """End the line; an empty one is kept only when the writer made it (<br>, <pre>)."""
        line = "".join(self.current).rstrip()
        self.current = []
        if line or keep:
            if self.blank and self.lines:
                self.lines.append((min(self.depth, self.lines[-1][0]), ""))
            self.blank = False
            self.lines.append((self.depth, line))

    def paragraph(self) -> None:
        self.break_line()
        self.blank = True

    def text(self) -> str:
        self.break_line()
        found: list[str] = []
        blanks = 0
        for depth, line in self.lines:
            blanks = 0 if line else blanks + 1
            if blanks <= 2:
                found.append(f"{'>' * depth}{' ' if depth and line else ''}{line}")
        return "\n".join(found).strip("\n")


def plain(html: str) -> str:
    """Return the words of `html`, of at most its first half million characters; never raises."""
    page = _Page()
    for token in tokens(html[:LONGEST]):
        if not token.name:
            page.write(tidy(unescaped(token.text)))
        elif token.name not in TAGS and "@" in token.text:
            page.write(token.text)  # <jan@voorbeeld.example> that nobody escaped
        elif token.closing:
            _close(page, token.name)
        else:
            _open(page, token)
    return page.text()


def _open(page: _Page, token: Token) -> None:
    name = token.name
    if name == "br":
        page.break_line(keep=True)
    elif name == "hr":
        page.paragraph()
        page.write("_" * 32)
        page.break_line()
    elif name == "img":
        described = unescaped(token.attributes().get("alt", ""))[:200].strip()
        page.write(f"[{described}]" if described else "")
    elif name == "a":
        page.link = (unescaped(token.attributes().get("href", "")).strip(), len(page.current))
    elif name == "li":
        _item(page)
    elif name in {"td", "th"}:
        page.write(" ")
    elif name in PARAGRAPH:
        page.paragraph()
        _enter(page, token)
    elif name in BLOCK:
        page.break_line()


def _enter(page: _Page, token: Token) -> None:
    """What a paragraph-like tag changes for the lines inside it."""
    if token.name == "blockquote":
        # Programs also indent with it; then it is no quote.
        style = token.attributes().get("style", "").lower().replace(" ", "")
        quote = "border:none" not in style and page.depth < DEEPEST
        page.quotes.append(quote)
        page.depth += quote
    elif token.name == "pre":
        page.preformatted += 1
    elif token.name in {"ul", "ol"}:
        page.lists.append(0 if token.name == "ol" else -1)


def _item(page: _Page) -> None:
    page.break_line()
    if page.lists and page.lists[-1] >= 0:
        page.lists[-1] += 1
        page.write(f"{page.lists[-1]}. ")
    else:
        page.write("- ")


def _close(page: _Page, name: str) -> None:
    if name == "a":
        _end_link(page)
    elif name in PARAGRAPH:
        page.paragraph()
        if name == "blockquote" and page.quotes:
            page.depth -= page.quotes.pop()
        elif name == "pre" and page.preformatted:
            page.preformatted -= 1
        elif name in {"ul", "ol"} and page.lists:
            page.lists.pop()
    elif name in BLOCK:
        page.break_line()


def _end_link(page: _Page) -> None:
    """Say where a link goes when its text does not."""
    if page.link is None:
        return
    target, start = page.link
    page.link = None
    words = "".join(page.current[start:]).strip()
    if target.lower().startswith(("http://", "https://")) and words:
        shown = target if len(target) <= 300 else f"{target[:300]}…"
        if words.rstrip("/") not in {target.rstrip("/"), target.split("://", 1)[1].rstrip("/")}:
            page.write(f" <{SPACE.sub('', tidy(shown))}>")

"""The words of a mail: which part holds them, lines that were folded for the wire, the language."""

import re
from dataclasses import dataclass
from html import escape

from balie.formats.mail_plain import plain
from balie.formats.mail_shapes import Language

WORD = re.compile(r"\w")
# What senders put in the text part when they meant the HTML one.
STUB = re.compile(
    r"(?:support|ondersteun|weergeven|view|display|read)[^\n]{0,80}\bhtml\b|\bhtml\b[^\n]{0,80}"
    r"(?:support|ondersteun|weergeven|view|display|mail ?(?:client|programma|reader))"
    r"|bekijk (?:deze|de) (?:e-?mail|online)|view (?:this|it) (?:e-?mail )?(?:in|online)",
    re.IGNORECASE,
)
DUTCH = frozenset(
    "de het een en ik niet van is dat op te zijn voor met u mijn maar we wij aan er om nog dan heb"
    " heeft hebben kan kunnen kunt wordt worden als bij geen ook naar wel al uw jullie deze dit die"
    " graag alvast groet groeten vriendelijke hallo beste geachte bedankt dank wanneer waarom"
    " hoe wat"
    " zou wil sinds gisteren vandaag".split()
)
ENGLISH = frozenset(
    "the and i not of is that to are for with you my but we on there it this have has can could"
    " would if at no also your please thanks thank hello hi dear regards kind best since yesterday"
    " today when why how what be was from a an our do does cannot will".split()
)
LETTERS = re.compile(r"[a-zà-ÿ]+")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of a mail as text, as HTML, or as both (alternatives)."""

    text: str = ""
    html: str = ""

    def words(self) -> str:
        """The readable text: the sender's own unless it is empty or only points at the HTML."""
        if not self.html:
            return self.text
        if WORD.search(self.text) and not (len(self.text) < 400 and STUB.search(self.text)):
            return self.text
        from_html = plain(self.html)
        return from_html if WORD.search(from_html) else self.text


def joined(blocks: list[Block]) -> tuple[str, str | None]:
    """Return the text and the HTML of `blocks` one under the other; no HTML gives None."""
    texts = [words.strip("\n") for block in blocks if WORD.search(words := block.words())]
    if not any(block.html for block in blocks):
        return "\n\n".join(texts), None
    html = [
        block.html or f"<pre>{escape(block.text)}</pre>"
        for block in blocks
        if block.html or WORD.search(block.text)
    ]
    return "\n\n".join(texts), "\n".join(html)


def unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines that a program broke for the wire (format=flowed, RFC 3676)."""
    found: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        signature = content == "-- "
        if open_depth == depth and not signature:
            found[-1].append(content)
        else:
            found.append([f"{'>' * depth}{' ' if depth and content else ''}{content}"])
        open_depth = -1
        if content.endswith(" ") and not signature:
            open_depth = depth
            if delete_space:
                found[-1][-1] = found[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in found)


def language_of(text: str) -> Language:
    """Guess Dutch or English by the small words; Dutch when they do not tell."""
    words = LETTERS.findall(text[:5000].lower())
    dutch = sum(word in DUTCH for word in words)
    english = sum(word in ENGLISH for word in words)
    return "en" if english > dutch else "nl"

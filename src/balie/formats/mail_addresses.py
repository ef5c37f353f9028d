"""Mailboxes and message ids in headers (RFC 5322, 3.4 and 3.6.4), read so that nobody is fooled.

`email.utils` reads `alice@x.example)bob@y.example` as alice; here such an address is not sound.
What a sender writes is a claim all the same: this only makes sure that there is one claim.
"""

import re
from dataclasses import dataclass, field

from balie.formats.mail_params import one_line, unfolded_words

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"/]{1,253}")
IDENTIFIER = re.compile(r"<([^<>]{1,998})>")
MAX_MAILBOXES = 200
LONGEST = 50_000
MAX_IDENTIFIERS = 100


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A name and an address; the address is None when it is not exactly one plain address."""

    name: str
    address: str | None


@dataclass(kw_only=True)
class _Element:
    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    broken: bool = False

    def mailbox(self, prefix: str) -> Mailbox:
        phrase = one_line(unfolded_words("".join(self.phrase)))
        comment = one_line(unfolded_words("".join(self.comment)))
        if self.angles:
            name = f"{prefix} {phrase}".strip() if prefix else phrase
            claimed = self.angles[0].strip()
        else:
            name, claimed = "", "".join(self.phrase).strip()
        return Mailbox(name=name or comment, address=self._sound(claimed))

    def _sound(self, claimed: str) -> str | None:
        if self.broken or len(self.angles) > 1 or not ADDRESS.fullmatch(claimed):
            return None
        return claimed if one_line(claimed) == claimed else None


def mailboxes(value: str) -> list[Mailbox]:
    """Return the mailboxes of a From, To or Cc header, at most 200; groups are flattened.

    A comma in a name that should have been quoted (`Jansen, Piet <piet@x.example>`) joins the name.
    """
    found: list[Mailbox] = []
    prefix = ""
    for element in _elements(value[:LONGEST]):
        bare = not element.angles and "@" not in "".join(element.phrase)
        if bare and not element.broken:
            prefix = one_line(unfolded_words("".join(element.phrase)))
            continue
        found.append(element.mailbox(prefix))
        prefix = ""
        if len(found) >= MAX_MAILBOXES:
            break
    return found


def _elements(value: str) -> list[_Element]:
    """Cut at commas that stand in no quotes, comment or angle brackets; linear."""
    elements = [_Element()]
    at, size = 0, len(value)
    while at < size and len(elements) < 5 * MAX_MAILBOXES:
        one, current = value[at], elements[-1]
        if one == '"':
            text, at = _quoted(value, at)
            current.phrase.append(text)
        elif one == "(":
            text, at, closed = _comment(value, at)
            current.comment.append(text)
            current.broken = current.broken or not closed
        elif one == "<":
            end = value.find(">", at)
            current.broken = current.broken or end < 0
            current.angles.append(value[at + 1 : end if end > 0 else size])
            at = end + 1 if end > 0 else size
        elif one in ",;":
            elements.append(_Element())
            at += 1
        elif one == ":" and not current.angles:
            elements[-1] = _Element()  # the name of a group
            at += 1
        else:
            current.broken = current.broken or one in ")>"
            current.phrase.append(one)
            at += 1
    return [one for one in elements if one.angles or "".join(one.phrase).strip() or one.broken]


def _quoted(value: str, at: int) -> tuple[str, int]:
    text: list[str] = []
    at += 1
    while at < len(value) and value[at] != '"':
        at += value[at] == "\\"
        text.append(value[at : at + 1])
        at += 1
    return "".join(text), at + 1


def _comment(value: str, at: int) -> tuple[str, int, bool]:
    text: list[str] = []
    depth = 0
    while at < len(value):
        one = value[at]
        depth += (one == "(") - (one == ")")
        at += 1
        if depth == 0:
            return "".join(text), at, True
        if one == "\\":
            at += 1
        elif one not in "()":
            text.append(one)
    return "".join(text), at, False


def identifiers(value: str) -> tuple[str, ...]:
    """Message ids without their brackets, in order, each once; of very many the last 100."""
    found = ("".join(one.split()) for one in IDENTIFIER.findall(value))
    return tuple(dict.fromkeys(one_line(one) for one in found if one))[-MAX_IDENTIFIERS:]


def identifier(value: str) -> str:
    """The one id of a Message-ID or In-Reply-To header, also without brackets; "" for none."""
    found = identifiers(value)
    if found:
        return found[0]
    bare = one_line(value)
    return bare if "@" in bare and " " not in bare and len(bare) <= 998 else ""

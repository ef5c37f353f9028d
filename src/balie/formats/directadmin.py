"""Answers of DirectAdmin's legacy calls (`CMD_API_*`) as plain values.

They are forms (`error=0&text=...`), whatever HTTP status they come with, and values hide characters
as HTML entities, percent-encoded or raw and unterminated: `details=ab%26%23%35%31%3Bcd` means
`ab3cd`, and `O&#39Brien` means `O'Brien`. A wrong login, a blocked address and some errors of the
web server in front come as a page of HTML, also with status 200. Source: DirectAdmin's own pages
on the API and its HTTP socket; the order of decoding was measured on both forms.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

RAW_ENTITY = re.compile(r"&#(\d{2,3});?")
SHUT_OUT = re.compile(
    rb"<input[^>]+name\s*=\s*[\"']?password|CMD_LOGIN|blacklist|is blocked", re.IGNORECASE
)
MOST_FIELDS = 100_000


class UnreadableAnswer(ValueError):
    """It is no answer of a legacy call: truncated, another thing, or nothing at all."""


@dataclass(frozen=True, kw_only=True)
class CommandAnswer:
    """What a command came to; `reason` holds the panel's words when it failed."""

    failed: bool
    text: str
    details: str

    @property
    def reason(self) -> str:
        """The words of the panel in one line."""
        return " ".join(f"{self.text}: {self.details}".strip(": ").split())


def is_page(body: bytes) -> bool:
    """Whether an answer is a page for people instead of an answer to a program."""
    return body.lstrip()[:1] == b"<"


def is_shut_out(body: bytes) -> bool:
    """Whether that page asks to sign in, or says that our address is blocked."""
    return is_page(body) and SHUT_OUT.search(body) is not None


def read_fields(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of an answer in order. Raises UnreadableAnswer."""
    try:
        text = body.decode("utf-8").strip()
        plain = RAW_ENTITY.sub(_quoted, text)
        fields = parse_qsl(
            plain, keep_blank_values=True, strict_parsing=bool(plain), max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise UnreadableAnswer("it is not a list of fields") from None
    return [(name, html.unescape(value)) for name, value in fields]


def _quoted(found: re.Match[str]) -> str:
    number = int(found[1])
    return quote(chr(number), safe="") if 32 <= number < 256 else found[0]


def read_command(body: bytes) -> CommandAnswer:
    """Return what a command came to. Raises UnreadableAnswer, also when it does not say so."""
    fields = dict(read_fields(body))
    error = fields.get("error")
    if error is None or not error.isdecimal():
        raise UnreadableAnswer("it does not say whether it went well")
    return CommandAnswer(
        failed=error != "0", text=fields.get("text", ""), details=fields.get("details", "")
    )


def read_exists(body: bytes) -> bool:
    """Return what CMD_API_USER_EXISTS says. Raises UnreadableAnswer."""
    exists = dict(read_fields(body)).get("exists")
    if exists not in {"0", "1"}:
        raise UnreadableAnswer("it does not say whether the user exists")
    return exists == "1"


def read_names(body: bytes) -> list[str]:
    """Return the user names of CMD_API_SHOW_USERS; none is an empty answer.

    Raises UnreadableAnswer when there is anything else in it: half a list would read as a whole.
    """
    fields = read_fields(body)
    if any(name != "list[]" for name, _ in fields):
        raise UnreadableAnswer("it is not a list of users")
    return [value for _, value in fields]


def read_user(body: bytes) -> dict[str, str]:
    """Return the fields of CMD_API_SHOW_USER_CONFIG. Raises UnreadableAnswer without a user."""
    fields = dict(read_fields(body))
    if not fields.get("username"):
        raise UnreadableAnswer("it describes no user")
    return fields

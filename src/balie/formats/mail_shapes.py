"""What a mail is once it has been read: frozen values that hold nothing a database refuses.

Every text here is free of NUL, control characters and halves of characters; a name, a subject and
an address are one line. The sentences in `why`, `faults` and `problem` come from the lists in
`mail_sentences`, so that whoever shows them can translate them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Verdict = Literal["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"]
Language = Literal["nl", "en"]


class Kind(StrEnum):
    """What sort of mail it is; only a message and a calendar mail come from somebody who waits."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"  # also "delayed": see `Bounce.final`
    RECEIPT = "receipt"  # delivered, relayed, read: nothing went wrong
    LIST = "list"
    NO_REPLY = "no_reply"
    CALENDAR = "calendar"
    OWN = "own"  # sent by Balie itself and come back


@dataclass(frozen=True, kw_only=True)
class MailLimits:
    """How much of a mail is read; over `bytes`, `parts`, `depth` or `header_bytes` it is refused.

    `header_bytes` holds for the headers of each part. A file over `attachment_bytes` is listed
    without content;
    text is cut at `text_characters` and HTML at `html_characters`, with a fault that says so.
    """

    bytes: int = 25_000_000
    parts: int = 100
    depth: int = 20
    header_bytes: int = 256_000
    attachment_bytes: int = 20_000_000
    text_characters: int = 250_000
    html_characters: int = 500_000


LIMITS = MailLimits()


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """A stretch of the text; `quoted` ones are shown folded, none is ever left out."""

    text: str
    quoted: bool


@dataclass(frozen=True, kw_only=True)
class IncomingFile:
    """An attachment or a picture of a mail.

    `name` is safe to show and to save under (no path, no control or direction characters, at most
    120 characters); `detected_type` is what the first bytes say, `application/octet-stream` when
    they say nothing. `problem` is "" or a sentence; with one, `content` may be empty. `size` is in
    bytes, of the content as it was sent.
    """

    name: str
    declared_type: str
    detected_type: str
    content: bytes
    size: int
    content_id: str = ""
    inline: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What became of one recipient. `recipient` is "" when the report names none.

    `status` is an enhanced status code (RFC 3463) or ""; `action` one of RFC 3464 (failed, delayed,
    delivered, relayed, expanded). `final`: it was not and will not be delivered.
    """

    recipient: str
    status: str
    action: str
    diagnostic: str
    original_message_id: str
    final: bool


@dataclass(frozen=True, kw_only=True)
class Authentication:
    """What our own mail server found (RFC 8601); all "none" when it left no word.

    `by` is the authserv-id that said so, "" for nobody; `dmarc_domain` the header.from it judged.
    """

    spf: Verdict = "none"
    dkim: Verdict = "none"
    dmarc: Verdict = "none"
    by: str = ""
    dmarc_domain: str = ""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A calendar mail: the fields as they stand in it, times as written (`2026-11-03 10:00`)."""

    method: str
    summary: str
    starts: str
    ends: str
    place: str
    organizer: str


@dataclass(frozen=True, kw_only=True)
class IncomingMail:
    """A mail as far as it can be understood without knowing anything of ours.

    `from_address` is the one mailbox of the one From header (RFC 5322), else None with a fault: it
    is a claim, never an identity. Message ids stand without angle brackets. `text` is the whole
    mail as readable text and `parts` the same text, folded: joined they give it back. `html` is
    raw and hostile: show it through `mail_html.clean` only. `date_header` is what the sender's
    clock said, as text, for nothing but showing. `hold_back` is "" or the reason why no automatic
    mail may answer this one.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    from_name: str
    from_address: str | None
    reply_to: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    date_header: str
    text: str
    parts: tuple[TextPart, ...]
    html: str | None
    files: tuple[IncomingFile, ...]
    kind: Kind
    why: str
    hold_back: str
    bounces: tuple[Bounce, ...]
    invitation: Invitation | None
    authentication: Authentication
    faults: tuple[str, ...]
    language: Language

"""Read a mail as it came over the wire: bytes in, one frozen value out (RFC 5322, 2045-2047).

`read_mail` takes any bytes and raises nothing but UnreadableMail; `read_head` takes any bytes and
raises nothing, for the mail that has to be set aside and of which the desk should know the sender.
Time and memory are bounded by the limits. What is odd is said in `faults`, never left out.
"""

import re
from dataclasses import replace
from typing import TypedDict

from balie.formats import mail_sentences as say
from balie.formats.errors import UnreadableMail
from balie.formats.mail_addresses import Mailbox, identifier, identifiers, mailboxes
from balie.formats.mail_bounce import bounces_of
from balie.formats.mail_calendar import as_text
from balie.formats.mail_files import with_own_names
from balie.formats.mail_kind import Evidence, hold_back, recognise
from balie.formats.mail_mime import Part, read_headers, read_parts
from balie.formats.mail_params import one_line, unfolded_words
from balie.formats.mail_parts import Held, gather
from balie.formats.mail_quotes import split_quoted
from balie.formats.mail_shapes import (
    LIMITS,
    Authentication,
    Bounce,
    IncomingFile,
    IncomingMail,
    Invitation,
    Kind,
    MailLimits,
    TextPart,
)
from balie.formats.mail_text import WORD, joined, language_of
from balie.formats.mail_trace import authentication_of, received_at

__all__ = [
    "Authentication",
    "Bounce",
    "IncomingFile",
    "IncomingMail",
    "Invitation",
    "Kind",
    "MailLimits",
    "TextPart",
    "UnreadableMail",
    "read_head",
    "read_mail",
    "received_at",
]

REPLY = re.compile(r"\s*(?:re|antw|antwoord|aw|sv|betr|betreft)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
FORWARD = re.compile(
    r"\s*(?:fwd?|fw|doorst|doorgest|dgst|wg|tr|vb)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)
LONGEST_LINE = 998
ONCE = ("from", "subject", "message-id", "date", "in-reply-to", "references", "reply-to", "to")


class _Head(TypedDict):
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
    authentication: Authentication


def read_mail(
    raw: bytes,
    *,
    limits: MailLimits = LIMITS,
    trusted: frozenset[str] = frozenset(),
    own_marks: frozenset[str] = frozenset(),
) -> IncomingMail:
    """Return the mail in `raw`; raises UnreadableMail over a limit, or when it is no mail.

    `trusted` are the authserv-ids of our own mail servers (RFC 8601), `own_marks` the values that
    our outgoing mail carries in X-Balie-Instance.
    """
    faults: list[str] = []
    root = read_parts(raw, limits=limits, faults=faults)
    head = _head(root, faults, trusted)
    held = Held(limits=limits, faults=faults)
    gather(root, held)
    text, html = joined(held.blocks)
    returned = bounces_of(
        root, subject=head["subject"], text=text, from_address=head["from_address"]
    )
    language = language_of(f"{head['subject']}\n{text}")
    if held.invitation:
        text = f"{text}\n\n{as_text(held.invitation, language)}".lstrip("\n")
    most = limits.text_characters
    nested = [] if returned.bounces else held.nested
    parts = _parts(_cut(text, most, faults), head, root, _cut("\n\n".join(nested), most, faults))
    if not any(WORD.search(part.text) for part in parts) and not held.files:
        faults.append(say.NO_TEXT)
    seen = Evidence(
        root=root,
        subject=head["subject"],
        text=text,
        from_address=head["from_address"],
        to=(*head["to"], *head["cc"]),
        bounces=returned.bounces,
        why_bounce=returned.why,
        is_calendar=held.invitation is not None,
        own_marks=own_marks,
    )
    kind, why = recognise(seen)
    return IncomingMail(
        **head,
        text="".join(part.text for part in parts),
        parts=parts,
        html=None if html is None else _cut(html, limits.html_characters, faults),
        files=with_own_names(held.files),
        kind=kind,
        why=why,
        hold_back=hold_back(seen, kind, why),
        bounces=returned.bounces,
        invitation=held.invitation,
        faults=tuple(dict.fromkeys(faults)),
        language=language,
    )


def read_head(
    raw: bytes,
    *,
    trusted: frozenset[str] = frozenset(),
    own_marks: frozenset[str] = frozenset(),
) -> IncomingMail:
    """Return what the headers alone say, of any bytes, without text and files; never raises."""
    faults = [say.HEADERS_ONLY]
    root = read_headers(raw, limits=LIMITS)
    head = _head(root, faults, trusted)
    seen = Evidence(
        root=root,
        subject=head["subject"],
        text="",
        from_address=head["from_address"],
        to=(*head["to"], *head["cc"]),
        bounces=(),
        why_bounce="",
        is_calendar=False,
        own_marks=own_marks,
    )
    kind, why = recognise(seen)
    return IncomingMail(
        **head,
        text="",
        parts=(),
        html=None,
        files=(),
        kind=kind,
        why=why,
        hold_back=hold_back(seen, kind, why),
        bounces=(),
        invitation=None,
        faults=tuple(dict.fromkeys(faults)),
        language=language_of(head["subject"]),
    )


def _head(root: Part, faults: list[str], trusted: frozenset[str]) -> _Head:
    if any(len(root.all(name)) > 1 for name in ONCE):
        faults.append(say.DOUBLE_HEADER)
    sender = _sender(root, faults)
    reply_to = [box.address for box in mailboxes(root.first("reply-to")) if box.address]
    return _Head(
        message_id=identifier(root.first("message-id")),
        in_reply_to=identifier(root.first("in-reply-to")),
        references=identifiers(root.first("references")),
        from_name=sender.name[:200],
        from_address=sender.address,
        reply_to=reply_to[0] if len(reply_to) == 1 else None,
        to=_addresses(root, "to"),
        cc=_addresses(root, "cc"),
        subject=one_line(unfolded_words(root.first("subject")))[:LONGEST_LINE],
        date_header=one_line(root.first("date"))[:100],
        authentication=authentication_of(root, trusted=trusted),
    )


def _sender(root: Part, faults: list[str]) -> Mailbox:
    """The one mailbox of the one From header; anything else is nobody (RFC 5322, 3.6.2)."""
    found = [box for value in root.all("from")[:20] for box in mailboxes(value)]
    if len(found) == 1 and found[0].address:
        return found[0]
    if len(found) > 1:
        faults.append(say.SEVERAL_SENDERS)
    else:
        faults.append(say.BROKEN_SENDER if root.first("from").strip() else say.NO_SENDER)
    return Mailbox(name=found[0].name if len(found) == 1 else "", address=None)


def _addresses(root: Part, name: str) -> tuple[str, ...]:
    boxes = [box for value in root.all(name)[:20] for box in mailboxes(value)]
    return tuple(dict.fromkeys(box.address for box in boxes if box.address))


def _cut(text: str, most: int, faults: list[str]) -> str:
    if len(text) <= most:
        return text
    faults.append(say.TEXT_CUT)
    return text[:most]


def _parts(text: str, head: _Head, root: Part, nested: str) -> tuple[TextPart, ...]:
    reply = bool(head["in_reply_to"] or head["references"] or REPLY.match(head["subject"]))
    forward = bool(FORWARD.match(head["subject"]))
    parts = split_quoted(text, reply=reply, forward=forward) if text else ()
    if not nested:
        return parts
    if parts:
        parts = (*parts[:-1], replace(parts[-1], text=f"{parts[-1].text}\n\n"))
    return (*parts, TextPart(text=nested, quoted=False))

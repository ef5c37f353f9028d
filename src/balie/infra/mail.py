"""Mail: from its words (`infra.mail_texts`) to a message that a mail server accepted.

One recipient per message, always: a server that refuses one of two is reported as sent by Django.
The same words go out as text and as simple HTML; nothing in it is fetched from elsewhere.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.encoding import punycode

from balie.domain.policy import Policy
from balie.infra.mail_html import html_from, without_markers
from balie.infra.outbox import Delivery, OutcomeUnknown, Refused, TemporarilyRefused, Unreachable

__all__ = [
    "Attachment",
    "Inline",
    "InvalidAddress",
    "Mail",
    "UnsafeHeader",
    "checked_address",
    "deliver",
    "html_from",
    "register_policy",
    "why_out_of_reach",
]

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class Names(UnstructuredHeader):
    """Message-IDs of other mails, one a line: encoded, as the library does with a long one, they
    would name no mail at all.
    """

    max_count = 1

    def fold(self, *, policy: Any) -> str:
        """Each name on a line of its own, whatever its length."""
        names = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {names}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", Names)  # type: ignore[arg-type]  # the registry adds the base
_HEADERS.map_to_type("references", Names)  # type: ignore[arg-type]
# Long bodies and non-ASCII text are encoded, so that no server needs 8BITMIME.
WIRE = SMTP.clone(cte_type="7bit", max_line_length=78, header_factory=_HEADERS)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}")


class InvalidAddress(ValueError):
    """The text is not one plain e-mail address that reads back as it was written."""


class UnsafeHeader(ValueError):
    """A value for a header holds a line break or another control character."""


@dataclass(frozen=True, kw_only=True)
class Inline:
    """A picture inside the HTML, shown where the text says ``[[name]]`` alone on a line."""

    name: str
    content: bytes
    content_type: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with the mail."""

    filename: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to one recipient; ``text`` is what it says, the HTML is derived from it."""

    to_name: str
    to_address: str
    subject: str
    text: str
    language: str
    inline: tuple[Inline, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    # Said of mails that no person wrote, so that no answering machine answers them (RFC 3834).
    automatic: bool = True
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


PolicySource = Callable[[datetime], Policy]
_policy_source: list[PolicySource] = []


def register_policy(source: PolicySource) -> None:
    """Say where the policy in force at a moment is found: its company is who the mail is from."""
    _policy_source[:] = [source]


def checked_address(text: str) -> str:
    """The address in the form that goes on the wire (an international domain as punycode).

    Raises InvalidAddress for whatever is not exactly one plain address: ``email.utils`` reads
    ``a@x.nl)b@y.nl`` as ``a@x.nl``, so it is not asked.
    """
    local, at, host = text.rpartition("@")
    try:
        wire_host = punycode(host)
    except UnicodeError:
        wire_host = ""
    address = f"{local}@{wire_host}"
    if not (at and LOCAL_PART.fullmatch(local) and HOST.fullmatch(wire_host)):
        raise InvalidAddress("this is not one plain e-mail address like naam@voorbeeld.nl")
    if len(local) > 64 or len(address) > 254:
        raise InvalidAddress("this e-mail address is longer than mail servers accept")
    if Address(addr_spec=address).addr_spec != address:
        raise InvalidAddress("this e-mail address does not read back as it was written")
    return address


def deliver(mail: Mail, *, message_id: str, now: datetime) -> Delivery:
    """Hand one mail to the mail server; ``now`` (aware) becomes its Date.

    Returns when the server took it. Raises Refused when it said no for good (5xx about this
    recipient or this message), TemporarilyRefused for 4xx, Unreachable when it is away or does not
    let us in, OutcomeUnknown when the line broke after the message may have gone out.
    """
    policy = _policy(now)
    try:
        message = compose(mail, policy=policy, message_id=message_id, now=now)
    except (InvalidAddress, UnsafeHeader) as error:
        raise Refused(f"not sent: {error}") from error
    connection = _connect()
    try:
        connection.send_messages([Prepared(message)])
    except smtplib.SMTPException as error:
        raise _as_outbox_error(error) from error
    except OSError as error:
        raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error
    finally:
        # The answer is in; a server that hangs at the goodbye changes nothing.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.close()
    return Delivery(reply="accepted")


def why_out_of_reach() -> str | None:
    """Why the mail server does not let us in, in its words; None when it does."""
    try:
        connection = _connect()
    except Unreachable as error:
        return str(error)
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.close()
    return None


def _policy(now: datetime) -> Policy:
    policy = _policy_source[0](now) if _policy_source else Policy()
    if policy.is_example and not settings.BALIE_DEMO:
        raise Unreachable("the policy is still the example's; see: balie policy apply")
    return policy


def _connect() -> BaseEmailBackend:
    if settings.EMAIL_BACKEND == SMTP_BACKEND and not settings.BALIE_SMTP_HOST:
        raise Unreachable("no mail server is set; give BALIE_SMTP_HOST")
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    return connection


def _as_outbox_error(error: smtplib.SMTPException) -> Exception:
    """What a reply of the server means for the row: about the recipient, or about us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _by_code(code, reply)
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return OutcomeUnknown(f"the server hung up: {error}")
    # Our own sender, password or TLS was refused: it is no fault of this recipient's.
    return Unreachable(f"{type(error).__name__}: {error}")


def _by_code(code: int, reply: bytes | str) -> Exception:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    text = CONTROL.sub(" ", f"{code} {said}")[:500]
    if code == 421:  # "service not available, closing": nobody else gets through either
        return Unreachable(text)
    return Refused(text) if 500 <= code <= 599 else TemporarilyRefused(text)


def compose(mail: Mail, *, policy: Policy, message_id: str, now: datetime) -> EmailMessage:
    """The whole message: text, the HTML derived from it, pictures inside it, attachments."""
    company = policy.company
    message = EmailMessage(policy=WIRE)
    message["From"] = _address(company.trade_name, company.email)
    message["To"] = _address(mail.to_name, mail.to_address)
    message["Subject"] = _header(mail.subject)
    message["Date"] = now
    message["Message-ID"] = _header(message_id)
    if mail.reply_to:
        message["Reply-To"] = _address(company.trade_name, mail.reply_to)
    if mail.in_reply_to:
        message["In-Reply-To"] = _header(mail.in_reply_to)
    if mail.references:
        message["References"] = _header(" ".join(mail.references))
    if mail.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    pictures = {picture.name: picture.description for picture in mail.inline}
    message.set_content(without_markers(mail.text, pictures))
    html = html_from(mail.text, subject=mail.subject, language=mail.language, pictures=pictures)
    message.add_alternative(html, subtype="html")
    _add_pictures(message, mail.inline)
    for attachment in mail.attachments:
        main, _, sub = attachment.content_type.partition("/")
        name = _header(attachment.filename)
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
    # Last, since giving a message its content takes every Content-… of the message away.
    message["Content-Language"] = _header(mail.language)
    return message


def _add_pictures(message: EmailMessage, pictures: tuple[Inline, ...]) -> None:
    html = cast(list[MIMEPart], message.get_payload())[1]
    for picture in pictures:
        main, _, sub = picture.content_type.partition("/")
        html.add_related(
            picture.content,
            maintype=main,
            subtype=sub,
            cid=f"<{_header(picture.name)}>",
            disposition="inline",
        )


def _header(value: str) -> str:
    if CONTROL.search(value):
        raise UnsafeHeader("a header holds a line break or another control character")
    return value


def _address(name: str, address: str) -> Address:
    return Address(display_name=_header(name), addr_spec=checked_address(address))


class Prepared(DjangoMessage):
    """A finished message in the shape that Django's mail backends take."""

    def __init__(self, message: EmailMessage) -> None:
        sender, recipient = (
            cast(Any, message[name]).addresses[0].addr_spec for name in ("From", "To")
        )
        super().__init__(subject=str(message["Subject"]), from_email=sender, to=[recipient])
        self.finished = message

    def message(self, *, policy: Any = None) -> Any:
        """The finished message; Django asks for its bytes with a line ending of its choice."""
        return _Finished(self.finished)


class _Finished:
    """What Django's SMTP backend calls on a message; the bytes have CRLF already."""

    def __init__(self, message: EmailMessage) -> None:
        self.wrapped = message

    def as_bytes(self, *, linesep: str = "\r\n", unixfrom: bool = False) -> bytes:
        return self.wrapped.as_bytes()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)

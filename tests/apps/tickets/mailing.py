"""What the tests of mail that comes in build with: mails as they come over the wire."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail
from balie.apps.tickets.reading import Reading, limits_of
from balie.apps.tickets.reading import read as read_bytes
from balie.infra.models import OutboxRow

ASKER = "j.bakker@klant.example"
OUR_SERVER = "mx.delinde.example"
HELPDESK = "helpdesk@delinde.example"
LIMITS = limits_of(mail_megabytes=30, attachment_megabytes=10)

_counter = count(1)


def mail(
    *,
    sender: str = f"J. Bakker <{ASKER}>",
    to: str = HELPDESK,
    subject: str = "Mijn site doet het niet",
    body: str = "Mijn site doet het niet meer.",
    dmarc: str = "",
    received: datetime | None = None,
    headers: dict[str, str] | None = None,
    message_id: str | None = None,
) -> bytes:
    """A mail; with `dmarc` our own server says what it found, with `received` when it took it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<{next(_counter)}@klant.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    trace = ""
    if received is not None:
        trace += f"Received: from out.klant.example by {OUR_SERVER} with ESMTPS id 1;\r\n"
        trace += f" {format_datetime(received)}\r\n"
    if dmarc:
        domain = sender.rpartition("@")[2].rstrip(">")
        trace += f"Authentication-Results: {OUR_SERVER};\r\n"
        trace += f" dmarc={dmarc} header.from={domain}\r\n"
    return trace.encode() + message.as_bytes().replace(b"\n", b"\r\n")


def bounce(
    row: OutboxRow,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    text: str = "Er is iets met uw bericht.",
) -> bytes:
    """What a mail server writes about a mail of ours."""
    return (
        "From: MAILER-DAEMON@mx.klant.example\r\n"
        f"To: {HELPDESK}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{status}.{row.pk}@mx.klant.example>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.klant.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ASKER}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} onbekend\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {row.message_id}\r\nSubject: Antwoord\r\n"
        "--b--\r\n"
    ).encode()


def store(raw: bytes, at: datetime, *, now: datetime | None = None) -> InboundMail:
    """Take a mail in that our mail server took at a moment."""
    return storing.take_in(raw=raw, taken_at=at, now=now or at)


def read_here(raw: bytes, *, is_whole: bool = True) -> Reading:
    """Read a mail in this process: what runs apart has its own tests."""
    servers = frozenset([OUR_SERVER])
    return read_bytes(raw, is_whole, LIMITS, servers, servers)


def receive(raw: bytes, at: datetime, *, now: datetime | None = None) -> InboundMail:
    """Store a mail and place it."""
    stored = store(raw, at, now=now)
    return placing.place(mail=stored, reading=read_here(raw), now=now or at)

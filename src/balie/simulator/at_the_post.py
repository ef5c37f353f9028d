"""What comes in by e-mail: questions, and what machines write. Each is a whole mail, read as such.

The mails are read in this process: months of them, each in a process of its own, would take long.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from random import Random
from typing import Any

from balie.apps.tickets import intake
from balie.apps.tickets.actions.inbound import take_in
from balie.apps.tickets.models import InboundMail, Ticket
from balie.apps.tickets.reading import read
from balie.infra.models import OutboxRow, OutboxState
from balie.simulator import at_the_desk, words
from balie.simulator.calendar import at
from balie.simulator.world import World

OUR_SERVER = "mx.delinde.example"
ASKS, WRITES_A_MACHINE = 0.004, 0.0015  # per customer and day
NEWS, AWAY, SHOP = "news", "away", "shop"
Whim = tuple[datetime, str, dict[str, Any]]


def whims_of(world: World, day: date) -> Iterator[Whim]:
    """Yield the mails of a day: some customers write instead of using the page."""
    chance = world.chance(day, "post")
    size = max(len(world.personas), 1)
    for index in range(at_the_desk.how_many(chance, size * ASKS)):
        details = {
            "customer": chance.choice(world.personas).customer_id,
            "subject": chance.randrange(len(words.QUESTIONS)),
            "dice": f"{day}/mail/{index}",
        }
        yield _moment(day, chance), "mail", details
    for index in range(at_the_desk.how_many(chance, size * WRITES_A_MACHINE)):
        kind = chance.choice((NEWS, AWAY, AWAY, SHOP))
        yield _moment(day, chance), "machine", {"kind": kind, "dice": f"{day}/machine/{index}"}


def _moment(day: date, chance: Random) -> datetime:
    return at(day, chance.randrange(8, 22), chance.randrange(60))


def mail(world: World, now: datetime, *, customer: int, subject: int, dice: str, **_: Any) -> None:
    """A customer mails his question from the address on file; somebody will answer."""
    contact = at_the_desk.contact_of(customer)
    _team, title, body, _answer = words.ASKED[subject]
    signed = f"{body}\n\nMet vriendelijke groet,\n{contact.name}"
    sender = f"{contact.name} <{contact.user.email}>"
    placed = _bring(_letter(sender=sender, subject=title, body=signed, dice=dice, now=now), now)
    if placed.message is not None:
        question = placed.message.question
        chance = Random(f"{world.seed}/ask/{dice}")
        at_the_desk.expect_answer(
            world, now, question=question, subject=subject, dice=dice, chance=chance
        )


def machine(_world: World, now: datetime, *, kind: str, dice: str, **_: Any) -> None:
    """A machine writes: a newsletter, somebody's automatic answer, or a shop without an ear."""
    sender, subject, body, headers = words.MACHINE_MAILS[kind]
    raw = _letter(
        sender=sender, subject=subject, body=body, dice=dice, now=now, headers=dict(headers)
    )
    _bring(raw, now)


def bounce(_world: World, now: datetime, **_: Any) -> None:
    """The last answer that left comes back: the mailbox is full. Its question waits again."""
    row = (
        OutboxRow.objects.filter(kind="answer", state=OutboxState.ACCEPTED, bounced_at__isnull=True)
        .order_by("-pk")
        .first()
    )
    if row is not None:
        ticket = Ticket.objects.select_related("contact__user").get(pk=row.recipient_id)
        address = ticket.contact.user.email if ticket.contact else ticket.asker_email
        _bring(_report_of(row, address=address, now=now), now)


def _report_of(row: OutboxRow, *, address: str, now: datetime) -> bytes:
    lines = (
        "From: MAILER-DAEMON@mx.klant.example",
        f"To: helpdesk@{OUR_SERVER.partition('.')[2]}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <bounce.{row.pk}@mx.klant.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "The mailbox of the recipient is full.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.klant.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {row.message_id}",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def _letter(
    *,
    sender: str,
    subject: str,
    body: str,
    dice: str,
    now: datetime,
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail as our own mail server hands it over, with what it checked of the sender on top."""
    message = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">")
    message["Received"] = f"from out.{domain} by {OUR_SERVER} with ESMTPS; {format_datetime(now)}"
    message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from={domain}"
    message["From"] = sender
    message["To"] = "helpdesk@delinde.example"
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{dice.replace('/', '.')}@{domain}>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


def _bring(raw: bytes, now: datetime) -> InboundMail:
    stored = take_in(raw=raw, taken_at=now, now=now)
    intake.place_waiting(now=now, read=intake.reader_by(read, now=now))
    stored.refresh_from_db()
    return stored


def plan_present(world: World, day: date) -> None:
    """Put mail on the agenda for the day the visitor comes in, and the days before."""
    world.intend(at(day, 9, 12), "machine", kind=NEWS, dice=f"{day}/present/news")
    world.intend(at(day, 10, 5), "machine", kind=SHOP, dice=f"{day}/present/shop")
    world.intend(at(day, 10, 47) + timedelta(seconds=20), "bounce")

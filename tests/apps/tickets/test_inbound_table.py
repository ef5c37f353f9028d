"""One mail per row of docs/algorithms/mail-places.md, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core import mail as sent

from balie.apps.customers.models import Contact
from balie.apps.tickets import actions
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail, PerhapsBelongsTo, Ticket
from balie.apps.tickets.references import reference_of
from balie.formats.mail_sentences import HEADERS_ONLY
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, send
from tests.apps.tickets.mailing import ASKER, HELPDESK, bounce, mail, read_here, receive, store

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "mail-places.md"
ASKED, ANSWERED, AT = amsterdam(10, 10), amsterdam(10, 11), amsterdam(10, 12)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5E"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the page says of one kind of mail."""

    becomes: str
    on: str
    said: str


def rows() -> dict[str, Row]:
    """The table of the page by its first column."""
    cells = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| Kind")
    ]
    return {kind: Row(becomes=becomes, on=on, said=said) for kind, becomes, on, said in cells}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A ticket that was answered, and who asked there."""

    ticket: Ticket
    answer: OutboxRow
    contact: Contact

    @property
    def reference(self) -> str:
        return reference_of(self.ticket)


@pytest.fixture
def desk() -> Desk:
    """Somebody asked without signing in and was answered; somebody else is a contact."""
    ticket = ask(ASKED, email=ASKER).ticket
    answer(ticket, ANSWERED)
    send(ANSWERED)
    sent.outbox.clear()
    row = OutboxRow.objects.get(kind="answer")
    return Desk(ticket=ticket, answer=row, contact=new_contact(new_customer()))


def parts(*given: str, head: str = "Subject: Delen", sender: str = "c@klant.example") -> bytes:
    """A mail of several parts, each with its own headers."""
    text = f"From: {sender}\nTo: {HELPDESK}\n{head}\nMessage-ID: <delen@klant.example>\n"
    text += 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    text += "".join(f"--b\n{part}\n" for part in given) + "--b--\n"
    return text.replace("\n", "\r\n").encode("latin-1")


def merged(desk: Desk) -> bytes:
    other = ask(ASKED, email="d@klant.example").ticket
    actions.merge(ticket=desk.ticket, into=other, knowingly=True, by=SYSTEM, now=ANSWERED)
    return mail(subject=f"Re: {desk.reference}")


def closed(desk: Desk) -> bytes:
    actions.close(ticket=desk.ticket, by=SYSTEM, now=ANSWERED)
    return mail(subject=f"Re: {desk.reference}")


def twice(desk: Desk) -> bytes:
    raw = mail(sender="c@klant.example")
    store(b"Delivered-To: info@delinde.example\r\n" + raw, AT)
    return raw


AUTOMATIC = {"Auto-Submitted": "auto-replied"}
NO_ROW = OutboxRow(pk=9, message_id="<elders@elders.example>")
MAILS: dict[str, Callable[[Desk], bytes]] = {
    "question, sender unknown": lambda desk: mail(sender="c@klant.example"),
    "question, contact proven by DMARC": lambda desk: mail(
        sender=desk.contact.user.email, dmarc="pass"
    ),
    "question, address of a contact, not proven": lambda desk: mail(sender=desk.contact.user.email),
    "reply with our reference in its subject": lambda desk: mail(subject=f"Re: {desk.reference}"),
    "reply to our reference in its address": lambda desk: mail(
        to=f"helpdesk+{desk.reference}@delinde.example"
    ),
    "reply with our reference in its text alone": lambda desk: mail(
        subject="Iets anders", body=f"Ja.\n\n> Kenmerk {desk.reference}\n"
    ),
    "reply that names our mail, participant proven": lambda desk: mail(
        headers={"In-Reply-To": desk.answer.message_id}, dmarc="pass"
    ),
    "reply that names our mail, not proven": lambda desk: mail(
        headers={"In-Reply-To": desk.answer.message_id}
    ),
    "reply that names a ticket number": lambda desk: mail(subject=f"Re: {desk.ticket.number}"),
    "reply with a forged reference": lambda desk: mail(
        subject=f"Re: {desk.ticket.number}-aaaaaaaaaaaa", sender="boef@elders.example"
    ),
    "reply to a merged ticket": merged,
    "reply to a closed ticket": closed,
    "reply that only says thanks": lambda desk: mail(
        subject=f"Re: {desk.reference}", body="Bedankt!"
    ),
    "the same mail in a second mailbox": twice,
    "invitation for a calendar": lambda desk: parts(
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        "BEGIN:VEVENT\nSUMMARY:Overleg\nDTSTART:20260320T090000Z\nEND:VEVENT\nEND:VCALENDAR"
    ),
    "a mail that was forwarded as a whole": lambda desk: parts(
        "Content-Type: text/plain\n\nZie onder",
        "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: Oud\n\nHet oude bericht",
    ),
    "a picture without words": lambda desk: parts(
        f"Content-Type: image/png; name=scherm.png\nContent-Transfer-Encoding: base64\n\n{PNG}"
    ),
    "windows-1252 that says it is iso-8859-1": lambda desk: parts(
        "Content-Type: text/plain; charset=iso-8859-1\n\nHet kost \x80 12"
    ),
    "winmail.dat": lambda desk: parts(
        "Content-Type: text/plain\n\nZie bijlage",
        'Content-Type: application/ms-tnef; name="winmail.dat"\n\nkapot',
    ),
    "asks for no automatic answer": lambda desk: mail(
        sender="c@klant.example", headers={"X-Auto-Response-Suppress": "All"}
    ),
    "no sender that can be read": lambda desk: mail(sender="c@klant.example").replace(
        b"From: c@klant.example\r\n", b""
    ),
    "larger than is taken in": lambda desk: mail(sender="c@klant.example"),
    "more than 100 parts": lambda desk: parts(*["Content-Type: text/plain\n\nx"] * 200),
    "bytes that are no mail": lambda desk: b"\x00\xff geen mail",
    "the reader hangs or stops on it": lambda desk: mail(sender="c@klant.example"),
    "mail from an address that takes no answer": lambda desk: mail(
        sender="no-reply@winkel.example"
    ),
    "list mail to an address of ours": lambda desk: mail(headers={"List-Id": "<x.example>"}),
    "mail that says it is from us": lambda desk: mail(sender=HELPDESK),
    "a lost answer that the report does not name": lambda desk: bounce(
        NO_ROW, text=f"Niet bezorgd: {desk.reference}"
    ),
    "bounce of an answer": lambda desk: bounce(desk.answer),
    "report that an answer is delayed": lambda desk: bounce(
        desk.answer, action="delayed", status="4.4.1"
    ),
    "bounce of a mail that is not ours": lambda desk: bounce(NO_ROW),
    "receipt": lambda desk: bounce(NO_ROW, action="delivered", status="2.0.0"),
    "out of office": lambda desk: mail(subject=f"Afwezig: {desk.reference}", headers=AUTOMATIC),
    "automatic reply to nothing": lambda desk: mail(sender="c@klant.example", headers=AUTOMATIC),
    "newsletter to others as well": lambda desk: mail(
        to="lezers@nieuws.example", headers={"List-Id": "<nieuws.example>"}
    ),
    "our own mail come back": lambda desk: mail(
        message_id=desk.answer.message_id, subject=f"Re: {desk.reference}"
    ),
}
PLACES = {"question": "question", "no_question": "listed", "quarantine": "quarantine"}


def take(kind: str, raw: bytes) -> InboundMail:
    """Let a mail come in as its kind does."""
    if kind == "larger than is taken in":
        head = raw.partition(b"\r\n\r\n")[0]
        one = storing.take_in(raw=head, taken_at=AT, size_bytes=41_000_000, now=AT)
        return placing.place(mail=one, reading=read_here(head, is_whole=False), now=AT)
    if kind == "the reader hangs or stops on it":
        return placing.quarantine(mail=store(raw, AT), head=None, now=AT)
    return receive(raw, AT)


def seen_on(desk: Desk, one: InboundMail) -> str:
    """Where a mail is seen, in the words of the page."""
    old = Ticket.objects.get(pk=desk.ticket.pk)
    if one.message is None:
        if one.ticket_id is None:
            return "–"
        assert one.ticket_id == old.pk
        waits = old.open_questions > 0
        return "noted on the ticket" + (", whose question waits again" if waits else "")
    on = one.message.ticket
    if on.pk == old.pk:
        return "the ticket"
    if old.merged_into_id == on.pk:
        return "the ticket it went on in"
    if PerhapsBelongsTo.objects.filter(ticket=on, other=old).exists():
        return "its own, linked"
    return "its own, without its text" if HEADERS_ONLY in one.faults else "its own"


@pytest.mark.parametrize("kind", rows())
def test_mail_ends_where_the_page_says(kind: str, desk: Desk) -> None:
    raw = MAILS[kind](desk)
    send(ANSWERED)
    sent.outbox.clear()
    was_closed = Ticket.objects.get(pk=desk.ticket.pk).closed_at is not None

    one = take(kind, raw)
    send(AT)

    on = seen_on(desk, one)
    if was_closed and on == "the ticket":
        assert Ticket.objects.get(pk=desk.ticket.pk).closed_at is None
        on += ", open again"
    if one.copies.exists() or kind == "the same mail in a second mailbox":
        assert InboundMail.objects.count() == 1
        on += ", once"
    said = "acknowledged" if sent.outbox else "nothing"
    assert Row(becomes=PLACES[one.place], on=on, said=said) == rows()[kind]
    if one.message is not None:
        assert one.message.question.promise.made_at == AT


def test_every_row_has_a_mail() -> None:
    assert set(rows()) == set(MAILS)

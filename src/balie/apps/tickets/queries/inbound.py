"""Reads about mail that came in: whose it is, which ticket it means, what became of each mail."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from balie.apps.customers import queries as customers
from balie.apps.customers.models import Contact, Customer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets.models import (
    InboundMail,
    MailFolder,
    Message,
    PerhapsBelongsTo,
    Question,
    Ticket,
)
from balie.apps.tickets.references import ticket_number_in
from balie.domain.workdays import start_of_day
from balie.formats.mail_in import IncomingMail
from balie.infra import clock
from balie.infra.models import OutboxRow

ALARM_AFTER = timedelta(minutes=15)
TO_PLACE = (InboundMail.Place.WAITING, InboundMail.Place.QUARANTINE)
MOST_REFERENCES = 50
_NUMBER = re.compile(r"(?<![A-Z0-9])T-\d{4}-\d{5,12}(?!\d)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """The ticket that a mail is about, and what says so; `is_signed`: by a reference of ours."""

    ticket: Ticket
    is_signed: bool
    why: PerhapsBelongsTo.Why


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sent a mail, as far as our own mail server and our files show (guide: desk, lesson 9).

    `contact` is who has this address on file; he counts as the sender only with `is_proven`.
    """

    address: str
    name: str
    contact: Contact | None
    is_proven: bool

    @property
    def trust(self) -> InboundMail.Trust:
        """What to think of the sender when he takes part in nothing here."""
        if self.contact is None:
            return InboundMail.Trust.UNKNOWN
        return InboundMail.Trust.PROVEN if self.is_proven else InboundMail.Trust.UNPROVEN


@dataclass(frozen=True, kw_only=True)
class MailDay:
    """How many mails were stored on a day, and where they are now: the parts make up the whole."""

    day: date
    stored: int
    questions: int
    no_questions: int
    quarantined: int
    waiting: int

    @property
    def adds_up(self) -> bool:
        """Whether every mail of the day is in exactly one place."""
        return self.stored == self.questions + self.no_questions + self.quarantined + self.waiting


def ticket_meant(mail: IncomingMail) -> Meant | None:
    """Return the ticket that a mail says it belongs to; whether to believe it is for the caller.

    A signed reference counts most, then the headers that name a mail of ours or an earlier one of
    his, then a bare number in the subject (guide: desk, lessons 8, 12, 13).
    """
    for text in (*mail.to, *mail.cc, mail.subject, mail.text):
        number = ticket_number_in(text)
        found = Ticket.objects.filter(number=number).first() if number else None
        if found is not None:
            return Meant(ticket=found, is_signed=True, why=PerhapsBelongsTo.Why.HEADER)
    named = _named(mail)
    if named is not None:
        return Meant(ticket=named, is_signed=False, why=PerhapsBelongsTo.Why.HEADER)
    numbers = [number.upper() for number in _NUMBER.findall(mail.subject)]
    found = Ticket.objects.filter(number__in=numbers[:MOST_REFERENCES]).first()
    if found is not None:
        return Meant(ticket=found, is_signed=False, why=PerhapsBelongsTo.Why.NUMBER)
    return None


def _named(mail: IncomingMail) -> Ticket | None:
    """Return the ticket of the latest mail that the headers name: of ours, or of the asker."""
    names = [mail.in_reply_to, *reversed(mail.references)]
    wanted = list(dict.fromkeys(name for name in names if name))[:MOST_REFERENCES]
    rows = OutboxRow.objects.filter(
        message_id__in=[f"<{name}>" for name in wanted], recipient_kind="ticket"
    )
    ours = dict(rows.values_list("message_id", "recipient_id"))
    earlier = InboundMail.objects.filter(named__in=wanted, message__isnull=False)
    his = dict(earlier.values_list("named", "message__ticket"))
    for name in wanted:
        pk = ours.get(f"<{name}>") or his.get(name)
        found = Ticket.objects.filter(pk=pk).first() if pk else None
        if found is not None:
            return found
    return None


def sender_of(mail: IncomingMail) -> Sender:
    """Return who sent a mail. Only our own mail server's word proves it (DMARC, RFC 7489)."""
    address = mail.from_address or ""
    domain = address.rpartition("@")[2].lower()
    said = mail.authentication
    aligned = bool(domain) and said.dmarc_domain.lower() == domain
    return Sender(
        address=address,
        name=mail.from_name,
        contact=contact_at(address),
        is_proven=said.dmarc == "pass" and aligned,
    )


def contact_at(address: str) -> Contact | None:
    """Return the contact with exactly this address on file, whatever the case."""
    if "@" not in address:
        return None
    accounts = customers.find_accounts(address)
    return Contact.objects.filter(user__in=accounts).select_related("user").first()


def customer_of(contact: Contact) -> Customer | None:
    """Return the customer a contact asks for; None when he belongs to several, or to none."""
    found = list(customers.customers_of_contact(contact.pk)[:2])
    return found[0] if len(found) == 1 else None


def took_part(ticket: Ticket, *, sender: Sender) -> bool:
    """Tell whether somebody with this address asked on the ticket before.

    Of a contact's ticket that is for who is on file: the address it had then may be another's now.
    """
    if not sender.address:
        return False
    if ticket.contact_id is None and ticket.asker_email.lower() == sender.address.lower():
        return True
    if sender.contact is None:
        return False
    asked = Question.objects.filter(ticket=ticket, message__contact=sender.contact)
    return ticket.contact_id == sender.contact.pk or asked.exists()


def may_ask_on(ticket: Ticket, *, contact: Contact) -> bool:
    """Tell whether a contact is of the customer of a ticket; of one without, whether it is his."""
    if ticket.customer_id is None and ticket.contact_id is not None:
        return ticket.contact_id == contact.pk
    if ticket.customer_id is None:
        return ticket.asker_email.lower() == contact.user.email.lower()
    return contact.customers.filter(pk=ticket.customer_id).exists()


def went_to(row: OutboxRow, *, address: str) -> bool:
    """Tell whether a mail of ours may have gone to an address, as those on file are or were.

    A forward on the other side that fails, or somebody who knows how our mail is called, may report
    of any other address: that says nothing of ours.
    """
    return address.casefold() in {known.casefold() for known in _addresses_of(row)}


def _addresses_of(row: OutboxRow) -> list[str]:
    users = get_user_model().objects.all()
    if row.recipient_kind == "ticket":
        ticket = Ticket.objects.get(pk=row.recipient_id)
        asked = Contact.objects.filter(
            Q(pk=row.payload.get("contact")) | Q(pk=ticket.contact_id) | Q(pk__in=_asker_of(row))
        )
        found = users.filter(contact__in=asked)
        return [ticket.asker_email, *found.values_list("email", flat=True)]
    his = {
        "customer": Q(contact__customers=row.recipient_id),
        "employee": Q(employee=row.recipient_id),
        "user": Q(pk=row.recipient_id),
    }
    found = users.filter(his.get(row.recipient_kind, Q(pk__in=())))
    return list(found.values_list("email", flat=True))


def _asker_of(row: OutboxRow) -> QuerySet[Message, int | None]:
    asked = Message.objects.filter(question=row.payload.get("question"), contact__isnull=False)
    return asked.values_list("contact", flat=True)


def own_addresses(*, now: datetime) -> frozenset[str]:
    """Return the addresses at which we are written to, in lower case."""
    given = (
        policy_in_force(now=now).company.email,
        settings.BALIE_IMAP_USER,
        *settings.BALIE_MAIL_OWN_ADDRESSES,
    )
    return frozenset(address.lower() for address in given if "@" in address)


def is_ours(address: str, *, own: Iterable[str]) -> bool:
    """Tell whether an address is one of ours, also with a reference behind a plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own


def sender_trust(message: Message) -> InboundMail.Trust | None:
    """Return what is known of the sender of a message; None when it did not come by mail."""
    mail = InboundMail.objects.filter(message=message).only("trust").first()
    return InboundMail.Trust(mail.trust) if mail else None


def why_held_back(question: Question) -> str:
    """Return why nothing may answer a question by itself; empty when an acknowledgement may go."""
    mail = InboundMail.objects.filter(message=question.message_id).only("hold_back").first()
    return mail.hold_back if mail else ""


def mail_events(ticket: Ticket) -> list[InboundMail]:
    """Return the mails of a ticket that ask nothing: bounces, automatic answers, receipts."""
    return list(_light().filter(ticket=ticket).order_by("taken_at", "pk"))


def mails_of(messages: Iterable[Message]) -> dict[int, InboundMail]:
    """Return the mails behind messages by the id of the message, in one query."""
    found = _light(parts=True).filter(message__in=[message.pk for message in messages])
    return {mail.message_id: mail for mail in found if mail.message_id is not None}


def perhaps_of(ticket: Ticket) -> list[PerhapsBelongsTo]:
    """Return the tickets that this one says it belongs to, without having shown it."""
    links = PerhapsBelongsTo.objects.filter(ticket=ticket)
    return list(links.select_related("other").order_by("pk"))


def quarantined() -> QuerySet[InboundMail]:
    """Return what waits for a person, the longest waiting first."""
    return _light().filter(place=InboundMail.Place.QUARANTINE).order_by("taken_at", "pk")


def no_questions() -> QuerySet[InboundMail]:
    """Return what was listed as no question, the latest first."""
    listed = _light().filter(place=InboundMail.Place.NO_QUESTION)
    return listed.select_related("ticket").order_by("-taken_at", "-pk")


def waiting_mails() -> QuerySet[InboundMail]:
    """Return what is stored and not read yet, first one first."""
    return _light().filter(place=InboundMail.Place.WAITING).order_by("pk")


def mail_with(pk: int) -> InboundMail:
    """Return one mail with its bytes. Raises InboundMail.DoesNotExist."""
    return InboundMail.objects.select_related("source").get(pk=pk)


def mail_folders() -> list[MailFolder]:
    """Return the folders mail was taken from, by name."""
    return list(MailFolder.objects.order_by("name"))


def failing_folders(*, now: datetime) -> list[MailFolder]:
    """Return the folders that could not be read for a quarter of an hour or more: an alarm."""
    return list(MailFolder.objects.filter(failing_since__lte=now - ALARM_AFTER).order_by("name"))


def mail_days(*, today: date, days: int) -> list[MailDay]:
    """Return per day, the latest first, what was stored and where it is: nothing gets lost."""
    places = InboundMail.Place
    since = start_of_day(today - timedelta(days=days - 1), zone=clock.AMSTERDAM)
    counted = (
        InboundMail.objects.filter(stored_at__gte=since)
        .annotate(day=TruncDate("stored_at", tzinfo=clock.AMSTERDAM))
        .values("day")
        .annotate(
            stored=Count("pk"),
            questions=Count("pk", filter=Q(place=places.QUESTION, message__isnull=False)),
            no_questions=Count("pk", filter=Q(place=places.NO_QUESTION)),
            quarantined=Count("pk", filter=Q(place=places.QUARANTINE)),
            waiting=Count("pk", filter=Q(place=places.WAITING)),
        )
        .order_by("-day")
    )
    return [MailDay(**row) for row in counted]


def _light(*, parts: bool = False) -> QuerySet[InboundMail]:
    """Mails without their bytes: a page lists thirty of them."""
    mails = InboundMail.objects.all()
    return mails if parts else mails.defer("parts")

"""Place a mail that is stored: a question on a ticket, listed as no question, or in quarantine.

Each mail ends in exactly one place (invariant 14), once, however often this is tried. Nothing here
answers a machine: bounces, automatic answers and lists are noted and change no question of anybody,
but for an answer of ours that came back: that one waits again (guide: desk, section 4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import ask, ask_again
from balie.apps.tickets.models import (
    InboundMail,
    PerhapsBelongsTo,
    Question,
    RawSource,
    Ticket,
)
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.queries.files import GivenFile
from balie.apps.tickets.queries.inbound import Meant, Sender
from balie.apps.tickets.reading import Reading
from balie.formats.mail_in import IncomingMail, Kind
from balie.infra import audit, outbox
from balie.infra.audit import Actor
from balie.infra.incoming import one_line
from balie.infra.models import OutboxRow

Place = InboundMail.Place
BODY_CHARACTERS = 200_000
LONGEST_UNDER_WAY = timedelta(days=30)
FROM_MACHINES = (Kind.BOUNCE, Kind.RECEIPT, Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE)

# Why a mail is where it is, beside what `mail_sentences` says of its kind. A face translates them.
CAME_BACK_TO_US = "It is a mail of our own that came back to us."
FROM_OURSELVES = "It says that it comes from an address of ours."
LOST_ANSWER = "It says that a mail did not arrive, and does not show which one."
UNREADABLE = "Reading it went wrong: it took too long, or the reader stopped."
FILES_LEFT_OUT = "Not all of its files were kept; they are in the mail as it came."


class UnableToPlace(Exception):
    """A mail cannot be moved to where somebody wants it; the message says why."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What is known of a mail when its place is decided."""

    reading: Reading
    sender: Sender
    meant: Meant | None

    @property
    def mail(self) -> IncomingMail:
        return self.reading.mail

    @property
    def is_accepted(self) -> bool:
        """Whether it may go onto the ticket it means: signed, or by who takes part and proves it.

        A number, or a header that somebody may have seen, is no proof by itself.
        """
        if self.meant is None:
            return False
        takes_part = inbound.took_part(self.meant.ticket, sender=self.sender)
        return self.meant.is_signed or (self.sender.is_proven and takes_part)


@transaction.atomic
def place(*, mail: InboundMail, reading: Reading, now: datetime) -> InboundMail:
    """Put a stored mail where it belongs; what has its place already keeps it.

    A question counts from the moment our mail server took the mail, never from this one.
    """
    if not _held(mail, places=(Place.WAITING,)):
        mail.refresh_from_db()
        return mail
    sender = inbound.sender_of(reading.mail)
    seen = _Seen(reading=reading, sender=sender, meant=inbound.ticket_meant(reading.mail))
    _write_down(mail, seen, now=now)
    where, why, ticket = _destination(mail, seen, now=now)
    if where == Place.QUESTION:
        _ask(mail, seen, by=audit.SYSTEM, now=now)
    else:
        _put_aside(mail, where, why=why, ticket=ticket, by=audit.SYSTEM, now=now)
    return mail


@transaction.atomic
def quarantine(*, mail: InboundMail, head: Reading | None, now: datetime) -> InboundMail:
    """Set a mail apart that the reader breaks on; with its head, when that could be read.

    The next mails go on. Its moment is kept for when somebody makes a question of it.
    """
    if not _held(mail, places=(Place.WAITING,)):
        mail.refresh_from_db()
        return mail
    if head is not None:
        sender = inbound.sender_of(head.mail)
        _write_down(mail, _Seen(reading=head, sender=sender, meant=None), now=now)
    _put_aside(mail, Place.QUARANTINE, why=UNREADABLE, ticket=None, by=audit.SYSTEM, now=now)
    return mail


@transaction.atomic
def make_question(
    *, mail: InboundMail, reading: Reading | None, by: Actor, now: datetime
) -> Question:
    """Somebody makes a question of a mail that was set apart; it counts from when it was taken.

    `reading` is None when it still cannot be read. Raises UnableToPlace when it is a question, or
    still waits to be read.
    """
    if not _held(mail, places=(Place.QUARANTINE, Place.NO_QUESTION)):
        msg = "this mail is a question already, or it is being read at this moment"
        raise UnableToPlace(msg)
    mail.refresh_from_db()
    if reading is None:
        seen = None
    else:
        sender = inbound.sender_of(reading.mail)
        meant = inbound.ticket_meant(reading.mail)
        seen = _Seen(reading=reading, sender=sender, meant=meant)
    question = _ask(mail, seen, by=by, now=now)
    _decide(mail, why="", by=by, now=now)
    return question


@transaction.atomic
def set_aside(*, mail: InboundMail, why: str, by: Actor, now: datetime) -> InboundMail:
    """Somebody says that a mail in quarantine asks nothing, and why. It stays listed.

    Raises UnableToPlace without a reason, or when it is not in quarantine any more.
    """
    if not why.strip():
        msg = "say why this mail asks nothing: it stays listed with that reason"
        raise UnableToPlace(msg)
    if not _held(mail, places=(Place.QUARANTINE,)):
        msg = "this mail is not in quarantine any more"
        raise UnableToPlace(msg)
    mail.refresh_from_db()
    _put_aside(mail, Place.NO_QUESTION, why=mail.why, ticket=mail.ticket, by=by, now=now)
    _decide(mail, why=one_line(why), by=by, now=now)
    return mail


def _held(mail: InboundMail, *, places: tuple[InboundMail.Place, ...]) -> bool:
    """Take hold of a mail that is still in one of these places; of two at once one gets it."""
    mine = InboundMail.objects.filter(pk=mail.pk, place__in=places)
    return bool(mine.update(size_bytes=F("size_bytes")))


def _write_down(mail: InboundMail, seen: _Seen, *, now: datetime) -> None:
    """Note what the mail says of itself, and when our own server took it: never later than now."""
    said = seen.mail
    mail.taken_at = _taken_at(mail, seen.reading, now=now)
    mail.named = said.message_id[:300]
    mail.from_name = one_line(said.from_name)[:140]
    mail.from_address = seen.sender.address[:254]
    mail.subject = one_line(said.subject)[:200]
    mail.kind = said.kind.value
    mail.why = said.why
    mail.faults = [*said.faults, *([seen.reading.fault] if seen.reading.fault else [])]
    mail.parts = [[part.text, part.quoted] for part in said.parts]
    mail.has_html = said.html is not None
    mail.hold_back = said.hold_back
    mail.trust = seen.sender.trust
    if seen.meant is not None and mail.trust == InboundMail.Trust.UNKNOWN:
        takes_part = inbound.took_part(seen.meant.ticket, sender=seen.sender)
        known = InboundMail.Trust.PROVEN if seen.sender.is_proven else InboundMail.Trust.UNPROVEN
        mail.trust = known if takes_part else mail.trust


def _taken_at(mail: InboundMail, reading: Reading, *, now: datetime) -> datetime:
    """Return when our mail server took it: by its own line on top, else as the mailbox says.

    A line from long before the mail came here is of a clock that was wrong, or of a mail that was
    moved; nobody was promised anything then.
    """
    said = reading.received_at
    if said is None or said < mail.taken_at - LONGEST_UNDER_WAY:
        return min(mail.taken_at, now)
    return min(said, mail.taken_at, now)


def _destination(
    mail: InboundMail, seen: _Seen, *, now: datetime
) -> tuple[InboundMail.Place, str, Ticket | None]:
    """Decide where a mail belongs: place, why it is there, and the ticket it is about."""
    said, meant = seen.mail, seen.meant
    ticket = meant.ticket if meant else None
    own = inbound.own_addresses(now=now)
    if said.kind == Kind.OWN or _is_our_mail(said):
        return Place.NO_QUESTION, CAME_BACK_TO_US, ticket
    if said.kind == Kind.BOUNCE:
        return _after_bounce(said, meant, now=now)
    if said.kind in FROM_MACHINES:
        return Place.NO_QUESTION, said.why, ticket
    if inbound.is_ours(seen.sender.address, own=own):
        return Place.QUARANTINE, FROM_OURSELVES, None
    if said.kind in (Kind.LIST, Kind.NO_REPLY) and not (meant and meant.is_signed):
        to_us = any(inbound.is_ours(one, own=own) for one in (*said.to, *said.cc))
        is_news = said.kind == Kind.LIST and not to_us
        return (Place.NO_QUESTION if is_news else Place.QUARANTINE), said.why, None
    return Place.QUESTION, "", None


def _is_our_mail(said: IncomingMail) -> bool:
    return OutboxRow.objects.filter(message_id=f"<{said.message_id}>").exists()


def _after_bounce(
    said: IncomingMail, meant: Meant | None, *, now: datetime
) -> tuple[InboundMail.Place, str, Ticket | None]:
    """Note what a delivery report says; an answer that did not arrive makes its questions wait.

    A report of a delay changes nothing. One that says nothing of whose mail it was, while it quotes
    a reference of ours, is for a person: an answer may not have arrived.
    """
    ticket = meant.ticket if meant and meant.is_signed else None
    known = False
    for bounce in said.bounces:
        if not bounce.original_message_id:
            continue
        row = _row_of(bounce.original_message_id)
        if row is not None and bounce.final:
            reason = " ".join(part for part in (bounce.status, bounce.diagnostic) if part)
            outbox.note_bounced(
                message_id=bounce.original_message_id, reason=reason or said.why, now=now
            )
        if row is not None:
            known = True
            if row.recipient_kind == "ticket":
                ticket = Ticket.objects.filter(pk=row.recipient_id).first() or ticket
    final = any(bounce.final for bounce in said.bounces) or not said.bounces
    if not known and final and ticket is not None:
        return Place.QUARANTINE, LOST_ANSWER, ticket
    return Place.NO_QUESTION, said.why, ticket


def _row_of(message_id: str) -> OutboxRow | None:
    return OutboxRow.objects.filter(message_id=f"<{message_id}>").first()


def _put_aside(
    mail: InboundMail,
    where: InboundMail.Place,
    *,
    why: str,
    ticket: Ticket | None,
    by: Actor,
    now: datetime,
) -> None:
    mail.place, mail.why, mail.placed_at = where, why, now
    mail.ticket = queries.survivor_of(ticket) if ticket else None
    mail.save()
    audit.record(
        event="mail.quarantined" if where == Place.QUARANTINE else "mail.listed",
        by=by,
        subject=("mail", mail.pk),
        now=now,
        data={"why": mail.why},
    )


def _decide(mail: InboundMail, *, why: str, by: Actor, now: datetime) -> None:
    mail.decided_by, mail.decided_at, mail.decided_why = str(by), now, why
    mail.save(update_fields=["decided_by", "decided_at", "decided_why"])
    audit.record(
        event="mail.decided",
        by=by,
        subject=("mail", mail.pk),
        now=now,
        data={"place": str(mail.place), "why": why},
    )


def _ask(mail: InboundMail, seen: _Seen | None, *, by: Actor, now: datetime) -> Question:
    """Make a question of a mail: on the ticket it shows to belong to, else on one of its own."""
    source = RawSource.objects.defer("content").get(pk=mail.source_id)
    given, left_out = _files(seen, now=now)
    if left_out:
        mail.faults = [*mail.faults, FILES_LEFT_OUT]
    if seen is not None and seen.meant is not None and seen.is_accepted:
        question = _on_its_ticket(mail, seen, source, given, meant=seen.meant, by=by, now=now)
    else:
        question = _on_a_new_ticket(mail, seen, source, given, by=by, now=now)
    mail.place, mail.placed_at, mail.message, mail.ticket = (
        Place.QUESTION,
        now,
        question.message,
        None,
    )
    mail.save()
    return question


def _on_its_ticket(
    mail: InboundMail,
    seen: _Seen,
    source: RawSource,
    files: list[GivenFile],
    *,
    meant: Meant,
    by: Actor,
    now: datetime,
) -> Question:
    """Add to a ticket. Who did not prove who he is asks as nobody on file: the answer then goes to
    who opened the ticket, and never to the address that somebody only says is his (A14).
    """
    contact = seen.sender.contact if seen.sender.is_proven else None
    if contact is not None and not inbound.may_ask_on(meant.ticket, contact=contact):
        contact = None
    himself = meant.ticket.contact_id is None and inbound.took_part(
        meant.ticket, sender=seen.sender
    )
    stranger = "" if contact or (himself and seen.sender.is_proven) else _name(mail)
    return ask_again(
        ticket=meant.ticket,
        contact=contact,
        stranger=stranger,
        body=_body(mail, seen, language=meant.ticket.language),
        raw=source,
        asked_at=mail.taken_at,
        files=files,
        by=by,
        now=now,
    )


def _on_a_new_ticket(
    mail: InboundMail,
    seen: _Seen | None,
    source: RawSource,
    files: list[GivenFile],
    *,
    by: Actor,
    now: datetime,
) -> Question:
    """Open a ticket; a mail that only says it belongs to another one is linked to that."""
    contact = seen.sender.contact if seen and seen.sender.is_proven else None
    language = contact.language if contact else (seen.mail.language if seen else "nl")
    body = _body(mail, seen, language=language)
    question = ask(
        channel=Ticket.Channel.EMAIL,
        subject=mail.subject or _no_subject(body, language=language),
        body=body,
        asker_name=contact.name if contact else _name(mail),
        asker_email=mail.from_address,
        raw=source,
        asked_at=mail.taken_at,
        contact=contact,
        customer=inbound.customer_of(contact) if contact else None,
        language=language,
        files=files,
        by=by,
        now=now,
    )
    if seen is not None and seen.meant is not None:
        PerhapsBelongsTo.objects.create(
            ticket=question.ticket, other=seen.meant.ticket, why=seen.meant.why, noted_at=now
        )
    return question


def _files(seen: _Seen | None, *, now: datetime) -> tuple[list[GivenFile], bool]:
    """Return the files to keep, real attachments before pictures, and whether any stay behind."""
    files = sorted(seen.mail.files, key=lambda file: file.inline) if seen else []
    given = [GivenFile(name=file.name, content=file.content) for file in files if file.content]
    kept, left_out = queries.within_limits(given, policy=policy_in_force(now=now))
    return kept, bool(left_out) or any(not file.content and file.size for file in files)


def _name(mail: InboundMail) -> str:
    return mail.from_name or mail.from_address or "?"


def _body(mail: InboundMail, seen: _Seen | None, *, language: str) -> str:
    """Return the new words of a mail; all of them when all is quoted. A stub says what it is."""
    if seen is None or seen.reading.fault:
        return _stub(mail, language=language)
    said = "".join(part.text for part in seen.mail.parts if not part.quoted).strip()
    return (said or seen.mail.text.strip())[:BODY_CHARACTERS]


def _stub(mail: InboundMail, *, language: str) -> str:
    """Say in the asker's language that his mail is here, and that its text cannot be shown."""
    megabytes = max(1, round(mail.size_bytes / 1_000_000))
    with translation.override(language):
        if not mail.is_whole:
            words = _("This e-mail is too large to take in (%(megabytes)d MB).")
            return words % {"megabytes": megabytes}
        return _("The text of this e-mail could not be read. It was kept as it came.")


def _no_subject(body: str, *, language: str) -> str:
    if body.strip():
        return ""  # the first line of the text is what it is about
    with translation.override(language):
        return _("(no subject)")

"""Place a mail that is stored: a question on a ticket, listed as no question, or in quarantine.

Each mail ends in exactly one place (invariant 14), once, however often this is tried. Nothing here
answers a machine: bounces, automatic answers and lists are noted and change no question of anybody,
but for an answer of ours that came back: that one waits again (guide: desk, section 4).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking_by_mail import Seen, ask_by_mail
from balie.apps.tickets.models import (
    InboundMail,
    Question,
    Ticket,
)
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.queries.inbound import Meant
from balie.apps.tickets.reading import Reading
from balie.formats.mail_in import Bounce, IncomingMail, Kind
from balie.infra import audit, outbox
from balie.infra.audit import Actor
from balie.infra.incoming import one_line
from balie.infra.models import OutboxRow

Place = InboundMail.Place
LONGEST_UNDER_WAY = timedelta(days=30)
FROM_MACHINES = (Kind.BOUNCE, Kind.RECEIPT, Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE)

# Why a mail is where it is, beside what `mail_sentences` says of its kind. A face translates them.
CAME_BACK_TO_US = "It is a mail of our own that came back to us."
FROM_OURSELVES = "It says that it comes from an address of ours."
LOST_ANSWER = "It says that a mail did not arrive, and does not show which one."
LOST_ELSEWHERE = "It says that a mail of ours did not arrive where we did not send it."
UNREADABLE = "Reading it went wrong: it took too long, or the reader stopped."


class UnableToPlace(Exception):
    """A mail cannot be moved to where somebody wants it; the message says why."""


@transaction.atomic
def place(*, mail: InboundMail, reading: Reading, now: datetime) -> InboundMail:
    """Put a stored mail where it belongs; what has its place already keeps it.

    A question counts from the moment our mail server took the mail, never from this one.
    """
    if not _held(mail, places=(Place.WAITING,)):
        mail.refresh_from_db()
        return mail
    sender = inbound.sender_of(reading.mail)
    seen = Seen(reading=reading, sender=sender, meant=inbound.ticket_meant(reading.mail))
    _write_down(mail, seen, now=now)
    where, why, ticket = _destination(mail, seen, now=now)
    if where == Place.QUESTION:
        ask_by_mail(mail, seen, by=audit.SYSTEM, now=now)
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
        _write_down(mail, Seen(reading=head, sender=sender, meant=None), now=now)
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
        seen = Seen(reading=reading, sender=sender, meant=meant)
    question = ask_by_mail(mail, seen, by=by, now=now)
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


@transaction.atomic
def show_to_customer(*, mail: InboundMail, by: Actor, now: datetime) -> InboundMail:
    """Somebody who looked at it lets the customer of the ticket see a mail of a stranger.

    Doing it twice changes nothing; `hide_from_customer` takes it back.
    """
    hidden = InboundMail.objects.filter(pk=mail.pk, shown_at__isnull=True)
    if hidden.update(shown_at=now, shown_by=str(by)):
        _record_showing("mail.shown", mail, by=by, now=now)
    mail.refresh_from_db()
    return mail


@transaction.atomic
def hide_from_customer(*, mail: InboundMail, by: Actor, now: datetime) -> InboundMail:
    """Take back what `show_to_customer` did: he does not see the mail any more."""
    shown = InboundMail.objects.filter(pk=mail.pk, shown_at__isnull=False)
    if shown.update(shown_at=None, shown_by=""):
        _record_showing("mail.hidden", mail, by=by, now=now)
    mail.refresh_from_db()
    return mail


def _record_showing(event: str, mail: InboundMail, *, by: Actor, now: datetime) -> None:
    audit.record(event=event, by=by, subject=("mail", mail.pk), now=now)


def _held(mail: InboundMail, *, places: tuple[InboundMail.Place, ...]) -> bool:
    """Take hold of a mail that is still in one of these places; of two at once one gets it."""
    mine = InboundMail.objects.filter(pk=mail.pk, place__in=places)
    return bool(mine.update(size_bytes=F("size_bytes")))


def _write_down(mail: InboundMail, seen: Seen, *, now: datetime) -> None:
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
    mail: InboundMail, seen: Seen, *, now: datetime
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
    a reference of ours, is for a person: an answer may not have arrived. So is one about an address
    that we did not write to.
    """
    ticket = meant.ticket if meant and meant.is_signed else None
    known = elsewhere = False
    for bounce in said.bounces:
        row = _row_of(bounce.original_message_id) if bounce.original_message_id else None
        if row is None:
            continue
        if row.recipient_kind == "ticket":
            ticket = Ticket.objects.filter(pk=row.recipient_id).first() or ticket
        if bounce.final and not _is_about(row, bounce):
            elsewhere = True
            continue
        known = True
        if bounce.final:
            reason = " ".join(part for part in (bounce.status, bounce.diagnostic) if part)
            outbox.note_bounced(
                message_id=bounce.original_message_id, reason=reason or said.why, now=now
            )
    if elsewhere and not known:
        return Place.QUARANTINE, LOST_ELSEWHERE, ticket
    final = any(bounce.final for bounce in said.bounces) or not said.bounces
    if not known and final and ticket is not None:
        return Place.QUARANTINE, LOST_ANSWER, ticket
    return Place.NO_QUESTION, said.why, ticket


def _is_about(row: OutboxRow, bounce: Bounce) -> bool:
    return not bounce.recipient or inbound.went_to(row, address=bounce.recipient)


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

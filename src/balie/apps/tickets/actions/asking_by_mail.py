"""Make a question of a mail: on the ticket it shows to belong to, else on one of its own.

Who did not prove who he is asks as nobody on file, so that no answer goes to an address that
somebody only says is his (guide: safety, A14).
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import NAME_LENGTH, ask, ask_again
from balie.apps.tickets.actions.confirming import confirm_by_mail
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
from balie.formats.mail_in import IncomingMail
from balie.infra.audit import Actor

BODY_CHARACTERS = 200_000
FILES_LEFT_OUT = "Not all of its files were kept; they are in the mail as it came."


@dataclass(frozen=True, kw_only=True)
class Seen:
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


def ask_by_mail(mail: InboundMail, seen: Seen | None, *, by: Actor, now: datetime) -> Question:
    """Make a question of a mail: on the ticket it shows to belong to, else on one of its own."""
    source = RawSource.objects.defer("content").get(pk=mail.source_id)
    given, left_out = _files(seen, now=now)
    if left_out:
        mail.faults = [*mail.faults, FILES_LEFT_OUT]
    if seen is not None and seen.meant is not None and seen.is_accepted:
        question = _on_its_ticket(mail, seen, source, given, meant=seen.meant, by=by, now=now)
    else:
        question = _on_a_new_ticket(mail, seen, source, given, by=by, now=now)
    if seen is not None and seen.sender.is_proven:
        confirm_by_mail(question=question, address=seen.sender.address, by=by, now=now)
    mail.place, mail.placed_at, mail.message, mail.ticket = (
        InboundMail.Place.QUESTION,
        now,
        question.message,
        None,
    )
    mail.save()
    return question


def _on_its_ticket(
    mail: InboundMail,
    seen: Seen,
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
    seen: Seen | None,
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


def _files(seen: Seen | None, *, now: datetime) -> tuple[list[GivenFile], bool]:
    """Return the files to keep, real attachments before pictures, and whether any stay behind."""
    files = sorted(seen.mail.files, key=lambda file: file.inline) if seen else []
    given = [GivenFile(name=file.name, content=file.content) for file in files if file.content]
    kept, left_out = queries.within_limits(given, policy=policy_in_force(now=now))
    return kept, bool(left_out) or any(not file.content and file.size for file in files)


def _name(mail: InboundMail) -> str:
    return (mail.from_name or mail.from_address or "?")[:NAME_LENGTH]


def _body(mail: InboundMail, seen: Seen | None, *, language: str) -> str:
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

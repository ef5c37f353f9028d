"""Take mail in: its bytes are stored before anybody reads them, and each mail is one mail.

The same mail in two mailboxes, or under another number after the mailbox was rebuilt, is known by
its content; a number of the server is taken once (guide: desk, lesson 11; safety, inbound mail).
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.tickets.actions.asking import store_source
from balie.apps.tickets.models import InboundMail, MailCopy, MailFolder, Ticket
from balie.infra import jobs

PLACE_MAIL = "place-mail"
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
# What stays the same of a mail on its way to several mailboxes of ours. A copy that came by a list
# is not the mail itself: the list's asks nobody, the one that was sent to us does.
_SAME_EVERYWHERE = re.compile(
    rb"^(?:message-id|from|date|precedence|list-[a-z-]+):[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = b"message-id:"


@dataclass(frozen=True, kw_only=True)
class LiesAt:
    """Where a mail lies in a mailbox: the number the server gave it, and how long that holds."""

    folder: MailFolder
    uid_validity: int
    uid: int


@transaction.atomic
def take_in(
    *,
    raw: bytes,
    taken_at: datetime,
    size_bytes: int | None = None,
    lies_at: LiesAt | None = None,
    now: datetime,
) -> InboundMail:
    """Store a mail, once however often it comes, and have it read after the commit.

    With `size_bytes` only its headers are given: it is larger than is taken in. `taken_at` is when
    our mail server took it, as far as is known before the mail is read.
    """
    key = content_key(raw, size_bytes=size_bytes)
    mail = InboundMail.objects.filter(content_key=key).first()
    if mail is None:
        mail = _stored(raw, key=key, taken_at=taken_at, size_bytes=size_bytes, now=now)
    # Of two copies the one that our server took first counts, as long as it is nobody's question.
    waiting = InboundMail.objects.filter(pk=mail.pk, place=InboundMail.Place.WAITING)
    if mail.taken_at > taken_at and waiting.filter(taken_at__gt=taken_at).update(taken_at=taken_at):
        mail.taken_at = taken_at
    if lies_at is not None:
        MailCopy.objects.get_or_create(
            folder=lies_at.folder,
            uid_validity=lies_at.uid_validity,
            uid=lies_at.uid,
            defaults={"mail": mail},
        )
    jobs.enqueue(PLACE_MAIL, dedupe=PLACE_MAIL)
    return mail


def _stored(
    raw: bytes, *, key: str, taken_at: datetime, size_bytes: int | None, now: datetime
) -> InboundMail:
    """Store a mail that was not there; of two who do at once one finds the other's."""
    try:
        with transaction.atomic():
            return InboundMail.objects.create(
                source=store_source(raw, channel=Ticket.Channel.EMAIL, received_at=taken_at),
                content_key=key,
                taken_at=taken_at,
                stored_at=now,
                size_bytes=len(raw) if size_bytes is None else size_bytes,
                is_whole=size_bytes is None,
            )
    except IntegrityError:
        return InboundMail.objects.get(content_key=key)


def content_key(raw: bytes, *, size_bytes: int | None) -> str:
    """Return what two copies of one mail have in common, as a hash.

    The lines that each server adds on top do not count; name, sender, date and all of the body do,
    so a mail that only claims the name of another one is another mail.
    """
    head, body = (part.replace(b"\r\n", b"\n") for part in split(raw))
    lines = sorted(b" ".join(line.split()) for line in _SAME_EVERYWHERE.findall(head))
    # Without a name nothing is left out: two mails that are not the same are never taken for one.
    named = any(line.lower().startswith(_NAME) for line in lines)
    digest = hashlib.sha256(b"\n".join(lines) if named else head)
    digest.update(b"\n\n" + body.rstrip(b"\n"))
    if size_bytes is not None:
        digest.update(b"only headers" if named else str(size_bytes).encode())
    return digest.hexdigest()


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the headers of a mail and its body; without an empty line all of it is headers."""
    found = _END_OF_HEADERS.search(raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")

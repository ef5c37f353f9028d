"""Fetch mail and place it: store first, then mark in the mailbox, then read; each step again.

What is stored is known by the numbers of the server, not by marks in the mailbox, so a step that
was cut off is done by the next visit, and two visits at once do no harm (guide: safety, F1 to F3).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError
from django.db.models import F

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail, MailCopy, MailFolder, RawSource
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.reading import MEGABYTE, READ, SECONDS, Reading, limits_of, memory_for
from balie.infra import imap
from balie.infra.apart import Apart, UnableToFinish

log = logging.getLogger(__name__)

# A worker that dies over a mail again and again would keep all others waiting.
MOST_ATTEMPTS = 5
MARKED_AT_ONCE = 100

Reader = Callable[[InboundMail, bool], Reading]


class UnableToPlaceAll(Exception):
    """Some mails could not be placed; they wait for the next time. The message says which."""


def account() -> imap.Account:
    """Return the mailbox of the settings."""
    return imap.Account(
        host=settings.BALIE_IMAP_HOST,
        port=settings.BALIE_IMAP_PORT,
        security=settings.BALIE_IMAP_SECURITY,
        user=settings.BALIE_IMAP_USER,
        password=settings.BALIE_IMAP_PASSWORD,
        ca_file=settings.BALIE_IMAP_CA_FILE,
        timeout=settings.BALIE_IMAP_TIMEOUT,
    )


def fetch_all(*, now: datetime) -> int:
    """Visit every folder of the settings; how many mails were stored. A folder that cannot be read
    is noted with its fault, and the others are visited all the same.
    """
    if not settings.BALIE_IMAP_HOST:
        return 0
    return sum(fetch(account(), name, now=now) for name in settings.BALIE_IMAP_FOLDERS)


def fetch(mailbox: imap.Account, name: str, *, now: datetime) -> int:
    """Store what is new in one folder and mark it there; how many mails were stored."""
    known, _ = MailFolder.objects.get_or_create(name=mailbox.named(name))
    try:
        with imap.open_folder(mailbox, name) as folder:
            stored = _store_new(known, folder, now=now)
            _mark(known, folder, now=now)
    except imap.UnableToReadMailbox as error:
        log.warning("mailbox cannot be read", extra={"folder": known.name, "why": str(error)})
        failing = MailFolder.objects.filter(pk=known.pk)
        failing.update(last_error=str(error))
        failing.filter(failing_since__isnull=True).update(failing_since=now)
        return 0
    MailFolder.objects.filter(pk=known.pk).update(reached_at=now, failing_since=None, last_error="")
    return stored


def _store_new(known: MailFolder, folder: imap.Folder, *, now: datetime) -> int:
    """Store every mail that is not stored yet, each in a transaction of its own."""
    validity = folder.uid_validity
    since = known.settled_uid if known.uid_validity == validity else 0
    uids = folder.after(since)
    copies = MailCopy.objects.filter(folder=known, uid_validity=validity, uid__gt=since)
    taken = set(copies.values_list("uid", flat=True))
    missing = [uid for uid in uids if uid not in taken]
    most = policy_in_force(now=now).desk.mail_megabytes * MEGABYTE
    for mail in folder.describe(missing):
        whole = mail.size_bytes <= most
        content = folder.content(mail.uid) if whole else folder.head(mail.uid)
        if content is None:
            continue  # gone since it was listed, or not given: looked at again next time
        storing.take_in(
            raw=content,
            taken_at=min(mail.arrived_at, now),
            size_bytes=None if whole else mail.size_bytes,
            lies_at=storing.LiesAt(folder=known, uid_validity=validity, uid=mail.uid),
            now=now,
        )
        taken.add(mail.uid)
    _settle(known, validity, uids, taken)
    return len(taken.intersection(missing))


def _settle(known: MailFolder, validity: int, uids: list[int], taken: set[int]) -> None:
    """Remember up to which number all is stored; what could not be fetched is listed again."""
    left = [uid for uid in uids if uid not in taken]
    settled = max((uid for uid in uids if not left or uid < left[0]), default=0)
    if known.uid_validity == validity:
        settled = max(settled, known.settled_uid)
    MailFolder.objects.filter(pk=known.pk).update(
        uid_validity=validity, settled_uid=settled, left_behind=len(left)
    )


def _mark(known: MailFolder, folder: imap.Folder, *, now: datetime) -> None:
    """Mark in the mailbox what is stored and not marked yet, also by a visit that was cut off."""
    waiting = MailCopy.objects.filter(
        folder=known, uid_validity=folder.uid_validity, marked_at__isnull=True
    ).order_by("uid")
    while some := list(waiting[:MARKED_AT_ONCE]):
        uids = [copy.uid for copy in some]
        folder.mark(uids, how=settings.BALIE_IMAP_MARK, into=settings.BALIE_IMAP_MOVE_TO)
        MailCopy.objects.filter(pk__in=[copy.pk for copy in some]).update(marked_at=now)


@contextmanager
def reader(*, now: datetime, seconds: float = SECONDS) -> Iterator[Reader]:
    """Read mails in a process of its own for the block. A call raises UnableToFinish."""
    memory = memory_for(mail_megabytes=policy_in_force(now=now).desk.mail_megabytes)
    with Apart(READ, seconds=seconds, megabytes=memory) as apart:
        yield reader_by(apart, now=now)


def reader_by(read_bytes: Callable[..., Reading], *, now: datetime) -> Reader:
    """Return what reads a stored mail with `read_bytes` (`reading.read`, wherever it runs), under
    the limits of the policy and by the word of our own mail servers.
    """
    desk = policy_in_force(now=now).desk
    limits = limits_of(
        mail_megabytes=desk.mail_megabytes, attachment_megabytes=desk.attachment_megabytes
    )
    hosts = frozenset(settings.BALIE_MAIL_TRUSTED_HOSTS)
    names = settings.BALIE_MAIL_AUTHSERV_ID
    authserv_ids = frozenset([names] if names else [])

    def read(mail: InboundMail, whole: bool) -> Reading:  # noqa: FBT001 - as `reading.read`
        sources = RawSource.objects.values_list("content", flat=True)
        raw = bytes(sources.get(pk=mail.source_id))
        return read_bytes(raw, whole, limits, hosts, authserv_ids)

    return read


def place_waiting(*, now: datetime, read: Reader | None = None) -> int:
    """Place every mail that waits, one after the other; how many. A mail that the reader breaks on
    goes to quarantine and the next ones go on; raises UnableToPlaceAll when some still wait.
    """
    if read is None:
        with reader(now=now) as reads:
            return place_waiting(now=now, read=reads)
    placed, failed = 0, []
    for mail in list(inbound.waiting_mails()):
        InboundMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1)
        try:
            _place(mail, read=read, now=now)
            placed += 1
        except (DataError, IntegrityError):
            # What this mail says does not fit: it will not at the next visit either.
            log.exception("mail does not fit", extra={"mail": mail.pk})
            _set_apart(mail, read=read, now=now)
            placed += 1
        except DatabaseError:
            raise  # the database is away or in a hurry: it is so for all of them
        except Exception:
            log.exception("mail not placed", extra={"mail": mail.pk})
            failed.append(mail.pk)
    if failed:
        msg = f"{len(failed)} mail(s) could not be placed and wait: {failed[:10]}"
        raise UnableToPlaceAll(msg)
    return placed


def _place(mail: InboundMail, *, read: Reader, now: datetime) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        placing.quarantine(mail=mail, head=None, now=now)
        return
    try:
        reading = read(mail, mail.is_whole)
    except UnableToFinish as error:
        log.warning("mail not read", extra={"mail": mail.pk, "why": str(error)})
        placing.quarantine(mail=mail, head=_head_of(mail, read=read), now=now)
        return
    placing.place(mail=mail, reading=reading, now=now)


def _set_apart(mail: InboundMail, *, read: Reader, now: datetime) -> None:
    """Quarantine a mail that the database refuses; without its head when it refuses that too."""
    mail.refresh_from_db()
    try:
        placing.quarantine(mail=mail, head=_head_of(mail, read=read), now=now)
    except (DataError, IntegrityError):
        mail.refresh_from_db()
        placing.quarantine(mail=mail, head=None, now=now)


def _head_of(mail: InboundMail, *, read: Reader) -> Reading | None:
    """Read the headers alone of a mail that the reader breaks on; None when it is those."""
    try:
        return read(mail, False)
    except UnableToFinish:
        return None


def reading_of(mail: InboundMail, *, now: datetime) -> Reading | None:
    """Read one mail again, for the page that shows it; None when that goes wrong."""
    try:
        with reader(now=now) as read:
            return read(mail, mail.is_whole)
    except UnableToFinish:
        return None

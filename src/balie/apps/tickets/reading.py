"""Read one mail, in a process of its own: what an outsider wrote is never parsed in ours.

Knows no Django: the process that runs `read` has no settings and no database.
"""

from dataclasses import dataclass
from datetime import datetime

from balie.formats import mail_sentences
from balie.formats.mail_in import (
    IncomingMail,
    MailLimits,
    UnreadableMail,
    read_head,
    read_mail,
    received_at,
)

READ = "balie.apps.tickets.reading:read"
SECONDS = 20.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a mail says; with a `fault` only its headers were read, as far as they can be.

    A fault is one of `balie.formats.mail_sentences`, so that a face can translate it.
    `received_at` (UTC) is when a mail server of ours took it, None when none of them says so.
    """

    mail: IncomingMail
    received_at: datetime | None
    fault: str = ""


def read(
    raw: bytes,
    is_whole: bool,  # noqa: FBT001 - travels as it stands
    limits: MailLimits,
    trusted_hosts: frozenset[str],
    authserv_ids: frozenset[str],
) -> Reading:
    """Read a mail, or its headers alone when there is no more or when the rest is unreadable."""
    taken = received_at(raw, trusted_hosts=trusted_hosts)
    if is_whole:
        try:
            mail = read_mail(raw, limits=limits, trusted=authserv_ids)
            return Reading(mail=mail, received_at=taken)
        except UnreadableMail as error:
            fault = error.reason
    else:
        fault = mail_sentences.TOO_LARGE
    return Reading(mail=read_head(raw, trusted=authserv_ids), received_at=taken, fault=fault)


def limits_of(*, mail_megabytes: int, attachment_megabytes: int) -> MailLimits:
    """Return how much of a mail is read under these limits of the policy."""
    return MailLimits(
        bytes=mail_megabytes * MEGABYTE, attachment_bytes=attachment_megabytes * MEGABYTE
    )


def memory_for(*, mail_megabytes: int) -> int:
    """Return how many megabytes reading may take: several copies of the largest mail."""
    return 512 + 12 * mail_megabytes

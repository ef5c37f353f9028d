"""The demo's mail server: every mail becomes a file that can be read in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail.backends.base import BaseEmailBackend

from balie.infra.mail import Prepared


class MailFolder(BaseEmailBackend):
    """A Django mail backend that keeps what it is given, one file per mail."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        """Store each message under the next number; one sent again replaces itself."""
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            if not isinstance(message, Prepared):
                msg = "only what infra.mail prepared is sent"
                raise TypeError(msg)
            mail = message.finished
            moment = mail["Date"].datetime
            name = sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
            path = folder / f"{moment:%Y%m%dT%H%M%S}-{name}.eml"
            path.write_bytes(mail.as_bytes())
        return len(email_messages)


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """One mail as the list shows it."""

    name: str
    to: str
    subject: str
    date: datetime


def mail_folder() -> Path:
    """Return where the demo's mails are kept."""
    return Path(settings.BALIE_HOME) / "mail"


def last_mails(*, count: int, to: str = "") -> list[SentMail]:
    """Return the last mails, newest first; with `to` only those to that address."""
    found = []
    for path in sorted(mail_folder().glob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if to and to not in str(mail["To"]):
            continue
        found.append(
            SentMail(
                name=path.stem,
                to=str(mail["To"]),
                subject=str(mail["Subject"]).strip(),
                date=mail["Date"].datetime,
            )
        )
        if len(found) == count:
            break
    return found


def read_mail(name: str) -> EmailMessage | None:
    """Return one mail by its name in the list, or None."""
    path = mail_folder() / f"{Path(name).name}.eml"
    if not path.is_file():
        return None
    return message_from_bytes(path.read_bytes(), policy=default)

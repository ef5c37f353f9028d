"""The mailbox that questions come to, read over IMAP (RFC 3501): a true outside.

Nothing is ever deleted here. What was taken stays where it is under a keyword of ours, or is set to
seen, or moved to another folder; which mails were taken the database knows, not these marks.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

KEYWORD = "$BalieTaken"
DESCRIBED_AT_ONCE = 200
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')
FAULTS = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError)


class UnableToReadMailbox(Exception):
    """The mailbox cannot be used; the message says which server, what it said and what to do."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where a mailbox is and how to get in; with `ca_file` that authority is trusted, else the
    machine's own. `timeout` is in seconds, for each step.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    ca_file: str = ""
    timeout: float = 30

    def named(self, folder: str) -> str:
        """How we call one folder of this account, for ever: `helpdesk@imap.example/INBOX`."""
        at = "" if "@" in self.user else f"@{self.host}"
        return f"{self.user}{at}/{folder}"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A mail in the mailbox: its number, its size in bytes, when the server took it (UTC)."""

    uid: int
    size_bytes: int
    arrived_at: datetime


class Folder:
    """One opened folder. Its numbers mean something together with its `uid_validity` only."""

    def __init__(self, mailbox: BaseMailBox, *, where: str) -> None:
        self._mailbox = mailbox
        self._client = mailbox.client
        self._where = where
        self.uid_validity = int(self._said("UIDVALIDITY"))
        self._keeps_keywords = b"\\*" in self._said("PERMANENTFLAGS")

    def after(self, uid: int) -> list[int]:
        """Return the numbers of the mails above `uid`, lowest first."""
        with _explained(self._where):
            found = self._mailbox.uids(f"UID {uid + 1}:*", charset=None)
        # "101:*" names the last mail too when it is below 101 (RFC 3501, 6.4.8).
        return sorted(int(one) for one in found if int(one) > uid)

    def describe(self, uids: Sequence[int]) -> list[Waiting]:
        """Return size and arrival of these mails, lowest number first; some may be gone."""
        found: list[Waiting] = []
        for start in range(0, len(uids), DESCRIBED_AT_ONCE):
            some = ",".join(str(uid) for uid in uids[start : start + DESCRIBED_AT_ONCE])
            lines = self._fetched(some, "(UID RFC822.SIZE INTERNALDATE)")
            read = (_waiting(line) for line in lines if isinstance(line, bytes))
            found += [one for one in read if one is not None]
        return sorted(found, key=lambda one: one.uid)

    def content(self, uid: int) -> bytes | None:
        """Return a mail byte for byte, without marking it; None when it is gone."""
        return self._literal(uid, "BODY.PEEK[]")

    def head(self, uid: int) -> bytes | None:
        """Return the headers of a mail byte for byte; None when it is gone."""
        return self._literal(uid, "BODY.PEEK[HEADER]")

    def mark(self, uids: Sequence[int], *, how: str, into: str = "") -> None:
        """Mark what was taken: `keyword` (where the server keeps one), `seen`, or `move` `into`.

        What is gone meanwhile is no fault. Raises UnableToReadMailbox.
        """
        some = ",".join(str(uid) for uid in uids)
        with _explained(self._where):
            if how == "move":
                self._check(
                    self._client.uid("MOVE", some, encode_folder(into).decode("ascii")),
                    f"move mail to {into}",
                )
            elif how == "seen":
                self._check(self._client.uid("STORE", some, "+FLAGS", r"(\Seen)"), "set to seen")
            elif self._keeps_keywords:
                self._check(self._client.uid("STORE", some, "+FLAGS", f"({KEYWORD})"), "mark mail")

    def _literal(self, uid: int, part: str) -> bytes | None:
        for line in self._fetched(str(uid), f"(UID {part})"):
            if isinstance(line, tuple) and (named := _UID.search(line[0])):
                return bytes(line[1]) if int(named[1]) == uid else None
            if isinstance(line, tuple):
                return bytes(line[1])  # the number stands behind the content: there is one only
        return None

    def _fetched(self, uids: str, parts: str) -> list[Any]:
        with _explained(self._where):
            answer = self._client.uid("FETCH", uids, parts)
            self._check(answer, "fetch mail")
            return [line for line in answer[1] if line is not None]

    def _check(self, answer: tuple[str, Any], what: str) -> None:
        if answer[0] != "OK":
            said = answer[1][0] if answer[1] else b""
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise UnableToReadMailbox(f"{self._where}: the server would not {what}: {words}")

    def _said(self, name: str) -> bytes:
        said = [one for one in self._client.untagged_responses.get(name, []) if one]
        return said[-1] if said and isinstance(said[-1], bytes) else b"0"


@contextmanager
def open_folder(account: Account, folder: str) -> Iterator[Folder]:
    """Sign in and open one folder for the block. Raises UnableToReadMailbox, whatever went wrong.

    The server's certificate is always checked; only `none`, for this machine, goes without.
    """
    where = f"{account.host}:{account.port}"
    with _explained(where):
        mailbox = _connected(account)
    try:
        with _explained(where):
            # What does not stand in ASCII goes by SASL; LOGIN knows no other characters.
            plain = account.user.isascii() and account.password.isascii()
            sign_in = mailbox.login if plain else mailbox.login_utf8
            sign_in(account.user, account.password, initial_folder=None)
            mailbox.folder.set(folder)
            opened = Folder(mailbox, where=where)
        yield opened
    finally:
        with suppress(*FAULTS):
            mailbox.client.logout()
        with suppress(*FAULTS):
            mailbox.client.shutdown()


def _connected(account: Account) -> BaseMailBox:
    where, timeout = (account.host, account.port), account.timeout
    if account.security == "none":
        return MailBoxUnencrypted(*where, timeout=timeout)
    trusted = ssl.create_default_context(cafile=account.ca_file or None)
    if account.security == "tls":
        return MailBox(*where, timeout=timeout, ssl_context=trusted)
    mailbox = MailBoxUnencrypted(*where, timeout=timeout)
    try:
        mailbox.client.starttls(ssl_context=trusted)
    except BaseException:
        with suppress(*FAULTS):
            mailbox.client.shutdown()
        raise
    return mailbox


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn what the network, TLS, the protocol and the server can do wrong into one exception."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UnableToReadMailbox(
            f"{where}: its certificate is not trusted ({error.verify_message});"
            " name its authority with BALIE_IMAP_CA_FILE, or use the name it was made for"
        ) from error
    except FAULTS as error:
        words = " ".join(str(error).split())[:300]
        raise UnableToReadMailbox(f"{where}: {type(error).__name__}: {words}") from error


def _waiting(line: bytes) -> Waiting | None:
    uid, size, arrived = _UID.search(line), _SIZE.search(line), _ARRIVED.search(line)
    if uid is None or size is None or arrived is None:
        return None
    # "20-Nov-2026 10:00:00 +0100": read with the English names of months, whatever the locale.
    moment = parsedate_to_datetime(arrived[1].decode("ascii", "replace").replace("-", " ", 2))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Waiting(uid=int(uid[1]), size_bytes=int(size[1]), arrived_at=aware.astimezone(UTC))

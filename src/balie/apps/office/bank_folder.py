"""The watched folder: whatever a bank's program or an employee puts in it is taken in by itself.

A file is left alone until nothing has changed it for a while. It is moved aside only after what
it did is committed: to `ingelezen/` or, when anything of it was refused, to `geweigerd/`, under its
hash and name. So a process that is killed anywhere leaves a file that is taken in again, which does
nothing twice. Links, folders and names that mark a file as unfinished are not taken in; what still
stands there after a day is put on the desk. Names that begin with a dot are a program's own.
"""

import hashlib
import logging
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction

from balie.apps.office.intake import LARGEST_FILE, take_in_bank_file
from balie.apps.office.models import FolderFault
from balie.infra import clock
from balie.infra.audit import SYSTEM

log = logging.getLogger(__name__)

TAKEN_IN = "ingelezen"
REFUSED = "geweigerd"
QUIET = timedelta(seconds=30)
STANDS_LONG = timedelta(days=1)
LONGEST_NAME = 200  # bytes; a file system takes 255, the hash in front of it included
# How programs name what they are still writing.
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", "~")
# Without these two a link could lead elsewhere, and a pipe could keep us waiting.
CAREFULLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


Seen = tuple[int, int, int, int]  # inode, size, moments of change


class UnableToReadFile(Exception):
    """A file in the folder cannot be taken up; the message says why and what to do."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class StillChanging(Exception):
    """The file changed while it was read: it is looked at another time."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What one look at the folder did: names as they stood in it."""

    taken_in: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)


def look_in(
    folder: Path, *, now: datetime, quiet: timedelta = QUIET, long: timedelta = STANDS_LONG
) -> Receipt:
    """Take in every file of the folder that is complete; a bad one does not stop the next.

    What cannot even be read stays where it is, and on the desk until it can be or is gone; so does
    what is not taken in and has stood there for `long`.
    """
    receipt = Receipt()
    faults: dict[str, UnableToReadFile] = {}
    try:
        names, passed_over = _names(folder, long=long)
        faults.update({name: UnableToReadFile("passed_over") for name in passed_over})
        for aside in (TAKEN_IN, REFUSED):
            (folder / aside).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        names = []
        faults[""] = UnableToReadFile("folder", reason=error.strerror or str(error))
    for name in names:
        try:
            _take_up(folder, name, now=now, quiet=quiet, receipt=receipt)
        except StillChanging:
            receipt.waiting.append(name)
        except FileNotFoundError:
            continue  # somebody took it out, or another worker was first
        except UnableToReadFile as error:
            faults[name] = error
        except OSError as error:
            faults[name] = UnableToReadFile("unreadable", reason=error.strerror or str(error))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("bank file not taken in")
            faults[name] = UnableToReadFile("failed", reason=f"{type(error).__name__}: {error}")
    receipt.faulty.extend(faults)
    _note(faults, now=now)
    return receipt


def _names(folder: Path, *, long: timedelta) -> tuple[list[str], list[str]]:
    """Return the regular files of the folder by name, and what else has stood there long."""
    names, passed_over = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in {TAKEN_IN, REFUSED}:
                continue
            is_finished = not entry.name.lower().endswith(UNFINISHED)
            if entry.is_file(follow_symlinks=False) and is_finished:
                names.append(entry.name)
                continue
            with suppress(FileNotFoundError):  # what was being written is finished by now
                changed = entry.stat(follow_symlinks=False).st_ctime
                if clock.machine() - datetime.fromtimestamp(changed, tz=UTC) >= long:
                    passed_over.append(entry.name)
    return sorted(names), sorted(passed_over)


def _take_up(folder: Path, name: str, *, now: datetime, quiet: timedelta, receipt: Receipt) -> None:
    content, seen = _read(folder / name, quiet=quiet)
    outcomes = take_in_bank_file(name=_shown(name), content=content, by=SYSTEM, now=now)
    refused = any(outcome.state == "refused" for outcome in outcomes)
    digest = hashlib.sha256(content).hexdigest()
    _move(folder, name, into=REFUSED if refused else TAKEN_IN, digest=digest, seen=seen)
    (receipt.refused if refused else receipt.taken_in).append(name)


def _read(path: Path, *, quiet: timedelta) -> tuple[bytes, Seen]:
    """Return the content of a file that nothing changed for a while, and how it was then.

    Raises StillChanging, UnableToReadFile, OSError.
    """
    handle = os.open(path, CAREFULLY)
    with os.fdopen(handle, "rb") as source:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise StillChanging
        if before.st_size > LARGEST_FILE:
            raise UnableToReadFile("too_large", megabytes=str(LARGEST_FILE // 1024 // 1024))
        # The change time is the machine's own: whoever copies a file sets the others as he likes.
        changed = datetime.fromtimestamp(before.st_ctime, tz=UTC)
        if clock.machine() - changed < quiet:
            raise StillChanging
        content = source.read(LARGEST_FILE + 1)
        after = os.fstat(handle)
    if _seen(before) != _seen(after) or len(content) != before.st_size:
        raise StillChanging
    return content, _seen(before)


def _seen(found: os.stat_result) -> Seen:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _move(folder: Path, name: str, *, into: str, digest: str, seen: Seen) -> None:
    """Move a file aside under its hash, and make that last also when the power goes.

    Should it have become another file while it was taken in, it is left for the next look.
    """
    source = folder / name
    if _seen(source.stat(follow_symlinks=False)) != seen:
        raise StillChanging
    kept = os.fsdecode(os.fsencode(name)[-LONGEST_NAME:])
    source.rename(folder / into / f"{digest[:16]}-{kept}")
    for place in (folder / into, folder):
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _shown(name: str) -> str:
    """Return a name as the database takes it: a file may be called anything."""
    return name.encode(errors="surrogateescape").decode(errors="replace")


@transaction.atomic
def _note(faults: dict[str, UnableToReadFile], *, now: datetime) -> None:
    """Make the list of what cannot be read say what this look found; the rest is mended."""
    shown = {_shown(name): fault for name, fault in faults.items()}
    FolderFault.objects.exclude(name__in=shown).delete()
    for name, fault in shown.items():
        FolderFault.objects.update_or_create(
            name=name,
            defaults={"code": fault.code, "values": fault.values},
            create_defaults={"code": fault.code, "values": fault.values, "since_at": now},
        )

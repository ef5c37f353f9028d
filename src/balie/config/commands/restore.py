"""Put an archive of `balie backup` back. Money and mail stand still until `balie resume`.

What was sent or handed to the bank since the backup is not known here; look at it first.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from balie.config.terminal import CommandFailed, say

if TYPE_CHECKING:
    from balie.config.archive import Manifest

# Collections, files and payment blocks: the bank refuses, or answers for, a name it had before.
GIVEN_TO_THE_BANK = ("bank-reference:C", "bank-reference:M", "bank-reference:P")
SKIPPED = 1_000_000  # more than anybody collects between two backups


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The archive, --force."""
    parser.add_argument("file", type=Path, help="the archive to put back")
    parser.add_argument(
        "--force", action="store_true", help="replace the database and files that are there"
    )


def run(args: argparse.Namespace) -> int:
    """Check the archive whole, then put it back."""
    from django.conf import settings

    from balie.config import archive, running
    from balie.config.commands.backup import key_mark
    from balie.infra import clock

    home = Path(settings.BALIE_HOME)
    with running.alone(), tempfile.TemporaryDirectory(prefix="restore-", dir=home) as name:
        folder = Path(name)
        manifest = archive.unpack(args.file, folder)
        refuse_foreign(manifest)
        if not args.force:
            refuse_existing(folder, home)
        put_back_database(folder / "database", manifest, now=clock.now())
        put_back_files(folder / "home", home)
    say(f"Restored from the backup of {manifest.made_at} ({len(manifest.files)} files).")
    say("Everybody signs in anew.")
    if manifest.key != key_mark():
        say("This home has another secret key: links that were mailed stop working.")
    say("Money and mail stand still. Look at what left since the backup, then: balie resume")
    return 0


def refuse_foreign(manifest: Manifest) -> None:
    """CommandFailed for an archive of another kind of database or of a newer version."""
    from django.db import connection

    from balie.config import dumping

    dumping.refuse_newer(manifest.migrations)
    if manifest.engine != connection.vendor:
        raise CommandFailed(
            f"the backup is of {manifest.engine}, BALIE_DATABASE_URL names {connection.vendor}"
        )


def refuse_existing(folder: Path, home: Path) -> None:
    """CommandFailed when there is a database, or a file in the place of one of the archive."""
    from django.db import connection

    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        there = any(path.exists() for path in with_companions(place))
    else:
        there = bool(connection.introspection.table_names())
    if there:
        raise CommandFailed("there is a database already; --force replaces it")
    for path in (folder / "home").rglob("*"):
        target = home / path.relative_to(folder / "home")
        if path.is_file() and target.exists():
            raise CommandFailed(f"{target} is there already; --force replaces it")


def put_back_files(source: Path, home: Path) -> None:
    """Move each file to its place in the home."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            target = home / path.relative_to(source)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.replace(target)


def put_back_database(source: Path, manifest: Manifest, *, now: datetime) -> None:
    """Put the database back, halted from the first moment, and bring it to this version."""
    from django.db import connection, transaction

    from balie.config import database, dumping

    if connection.vendor == "sqlite":
        put_back_sqlite(source / "balie.sqlite3", manifest, now=now)
        return
    dumping.drop_every_table()
    dumping.migrate_to(manifest.migrations)
    with transaction.atomic():
        dumping.load_postgresql(source, manifest.tables)
        halt_everything(manifest, now=now)
    database.migrate(now=now)


def put_back_sqlite(restored: Path, manifest: Manifest, *, now: datetime) -> None:
    """Halt and migrate the restored file where it lies, then move it into its place."""
    from django.db import connection

    from balie.config import database

    place = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    connection.settings_dict["NAME"] = str(restored)
    try:
        halt_everything(manifest, now=now)
        database.migrate(now=now)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(place)
    settle(restored)
    put_aside(place, now=now)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(restored, place)


def with_companions(file: Path) -> list[Path]:
    """An SQLite file and the logs that SQLite keeps beside it."""
    return [file.with_name(f"{file.name}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


def put_aside(place: Path, *, now: datetime) -> None:
    """Keep what stood there under another name, the logs too.

    A log that stays behind is of a database that is gone, and SQLite would play it into the next
    file of that name.
    """
    if place.exists():
        settle(place)
    kept = place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%S}")
    for path, aside in zip(with_companions(place), with_companions(kept), strict=True):
        if path.exists():
            path.replace(aside)
            say(f"{path.name} that was there is kept as {aside}.")


def settle(file: Path) -> None:
    """Bring everything of the write-ahead log into the file itself."""
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        return  # a damaged database is why one restores


def halt_everything(manifest: Manifest, *, now: datetime) -> None:
    """Let money and mail stand still until somebody has looked; give the bank no name twice."""
    from balie.infra import halt, sequences
    from balie.infra.audit import SYSTEM

    for what in (halt.MONEY, halt.OUTGOING):
        reason = f"restored from the backup of {manifest.made_at}"
        halt.halt(reason=reason, now=now, by=SYSTEM, what=what)
    for series in GIVEN_TO_THE_BANK:
        sequences.skip(series, by=SKIPPED)

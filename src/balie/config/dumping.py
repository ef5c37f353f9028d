"""Database to files and back, per engine, each as of one moment.

SQLite: its own online backup, while others write. PostgreSQL: COPY of every table inside one
REPEATABLE READ transaction; ``pg_dump`` is not asked, since it may be missing or older than the
server, and would be one more thing to install.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from balie.config.archive import CHUNK
from balie.config.terminal import CommandFailed

SQLITE_FILE = "database/balie.sqlite3"
# A session's key is as good as a password; whoever finds a backup must not get in with one.
SESSIONS = "django_session"


def applied_migrations() -> list[list[str]]:
    """Every migration the database has, in order of application."""
    return [list(key) for key in MigrationExecutor(connection).loader.applied_migrations]


def dump(folder: Path) -> tuple[dict[str, Path], dict[str, list[str]]]:
    """Write the database into ``folder``: files by their name in the archive, columns by table."""
    if connection.vendor == "sqlite":
        return {SQLITE_FILE: dump_sqlite(folder)}, {}
    return dump_postgresql(folder)


def dump_sqlite(folder: Path) -> Path:
    """One file that holds everything committed at one moment."""
    target = folder / "balie.sqlite3"
    source = f"file:{connection.settings_dict['NAME']}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=30)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        forget_sessions(copy)
        fine = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if fine != "ok":
        raise CommandFailed(f"the database is damaged ({fine}); this backup was not made")
    return target


def forget_sessions(copy: sqlite3.Connection) -> None:
    """Take the sessions out of a copy, also those that lie in its unused pages."""
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if copy.execute(named, [SESSIONS]).fetchone():
        copy.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 (a name of our own)
        copy.commit()
    copy.execute("VACUUM")


def dump_postgresql(folder: Path) -> tuple[dict[str, Path], dict[str, list[str]]]:
    """One file per table, all as of the same moment."""
    files: dict[str, Path] = {}
    columns: dict[str, list[str]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            columns[table] = [column.name for column in described]
            files[f"database/{table}"] = folder / table
            if table == SESSIONS:
                (folder / table).touch()
                continue
            statement = f"COPY {_with_columns(table, columns[table])} TO STDOUT"
            with (folder / table).open("wb") as out, cursor.copy(statement) as copy:
                for data in copy:
                    out.write(data)
    return files, columns


def load_postgresql(folder: Path, tables: dict[str, list[str]]) -> None:
    """Put the tables back, in the caller's transaction; foreign keys are checked at its end."""
    quoted = ", ".join(map(connection.ops.quote_name, tables))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted}")
        for table, columns in tables.items():
            statement = f"COPY {_with_columns(table, columns)} FROM STDIN"
            with (folder / table).open("rb") as content, cursor.copy(statement) as copy:
                while data := content.read(CHUNK):
                    copy.write(data)
            _count_on(table)


def _count_on(table: str) -> None:
    """Let the ids of a table go on after the highest one."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        for sequence in connection.introspection.get_sequences(cursor, table):
            highest = f"MAX({connection.ops.quote_name(sequence['column'])})"
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), "  # noqa: S608 (our own table names)
                f"COALESCE({highest}, 1), "
                f"{highest} IS NOT NULL) FROM {quoted}",
                [quoted, sequence["column"]],
            )


def _with_columns(table: str, columns: Iterable[str]) -> str:
    names = ", ".join(map(connection.ops.quote_name, columns))
    return f"{connection.ops.quote_name(table)} ({names})"


def drop_every_table() -> None:
    """Empty the schema of a PostgreSQL database that is about to be replaced."""
    names = connection.introspection.table_names()
    if names:
        quoted = ", ".join(map(connection.ops.quote_name, names))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {quoted} CASCADE")


def refuse_newer(migrations: list[list[str]]) -> None:
    """CommandFailed when a backup has a migration that this version does not know."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for app, name in migrations:
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations:
            raise CommandFailed(
                f"the backup is of a newer version ({app}.{name}); install that one"
            )


def migrate_to(migrations: list[list[str]]) -> None:
    """Bring an empty database to exactly these migrations."""
    MigrationExecutor(connection).migrate([(app, name) for app, name in migrations])

"""Whether the demo may live in a database and home: only where nobody misses what is there.

Asked before anything is written: a demo that moves in changes a database for good, and a fresh one
takes the old one's place.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from balie.config import database
from balie.config.terminal import CommandFailed

# What stands in a database of ours in which nobody has done anything yet.
WRITTEN_BY_MIGRATIONS = database.SEARCH | frozenset(
    {
        "articles_article",
        "articles_articletext",
        "articles_publication",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "infra_schedule",
        "ledger_account",
        "promises_policyversion",
        "tickets_team",
    }
)
FOLDERS = ("bank", "mail")
REMEDY = "let BALIE_HOME and BALIE_DATABASE_URL name an empty place; nothing was changed"


def refuse_unless_ours(*, left_by_a_demo: str) -> None:
    """CommandFailed when the database or home holds anything that no demo made.

    ``left_by_a_demo`` names the file in the home by which a demo's folders are known.
    """
    there = tables()
    foreign = sorted(there - database.our_tables())
    if foreign:
        named = ", ".join(foreign[:3]) + (", …" if len(foreign) > 3 else "")
        raise CommandFailed(f"this database holds tables of another program ({named}); {REMEDY}")
    if there and database.is_demo():
        return
    filled = sorted(table for table in there - WRITTEN_BY_MIGRATIONS if has_rows(table))
    if filled:
        named = ", ".join(filled[:3]) + (", …" if len(filled) > 3 else "")
        raise CommandFailed(f"this database holds what no demo made (rows in {named}); {REMEDY}")
    home = Path(settings.BALIE_HOME)
    kept = [name for name in FOLDERS if (home / name).exists()]
    if kept and not (home / left_by_a_demo).exists():
        raise CommandFailed(f"{home} holds {' and '.join(kept)} that no demo made; {REMEDY}")


def tables() -> set[str]:
    """The tables and views that are there. An SQLite file is not even opened for writing: our
    settings would change its journal, and it may be another program's.
    """
    if connection.vendor != "sqlite":
        return set(connection.introspection.table_names(include_views=True))
    place = Path(str(connection.settings_dict["NAME"])).absolute()
    if not place.exists():
        return set()
    query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=30)) as found:
            names = {str(row[0]) for row in found.execute(query)}
    except sqlite3.DatabaseError as error:
        raise CommandFailed(f"{place} is no database of Balie ({error}); {REMEDY}") from error
    return {name for name in names if not name.startswith("sqlite_")}


def has_rows(table: str) -> bool:
    """Whether a table of ours holds any row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 (our own table names)
        return cursor.fetchone() is not None

"""Bring the database to this version, and know whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from balie.config.terminal import CommandFailed
from balie.infra import jobs
from balie.infra.audit import DEMO_BEGUN
from balie.infra.models import AuditEvent


def pending_migrations() -> list[str]:
    """Migrations that this version has and the database lacks, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """Migrations that the database has and this version does not know: it is of a newer one."""
    loader = MigrationExecutor(connection).loader
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )


def migrate(*, now: datetime) -> list[str]:
    """Apply what is pending and write the schedules down; what was applied."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
    jobs.ensure_schedules(now=now)
    return pending


# The index of the desk's search has no model; on SQLite it keeps five tables of its own.
SEARCH = frozenset(
    f"tickets_search{part}" for part in ("", "_data", "_idx", "_content", "_docsize", "_config")
)


def our_tables() -> set[str]:
    """The names of the tables that this version makes."""
    return {"django_migrations", *SEARCH, *connection.introspection.django_table_names()}


def is_demo() -> bool:
    """Whether a demo lives in the database."""
    there = AuditEvent._meta.db_table in connection.introspection.table_names()
    return there and AuditEvent.objects.filter(event=DEMO_BEGUN).exists()


def refuse_demo() -> None:
    """CommandFailed when a demo lives in the database and somebody is about to work with it."""
    if not settings.BALIE_DEMO and is_demo():
        raise CommandFailed(
            "a demo lives in this database, and what is made here goes when it is made anew; "
            "let BALIE_HOME and BALIE_DATABASE_URL name another place"
        )


def empty() -> None:
    """Remove our tables with all they hold. The caller has made sure that nobody misses them and,
    on SQLite, where the file goes, that there are no others.
    """
    if connection.vendor != "sqlite":
        there = our_tables() & set(connection.introspection.table_names())
        if there:
            quoted = ", ".join(map(connection.ops.quote_name, sorted(there)))
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE {quoted}")
        return
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


@contextmanager
def writing_fast() -> Iterator[None]:
    """Do without flushing each commit to disk: for what can be built again when power fails."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")

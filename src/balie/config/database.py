"""Bring the database to this version, and know whether it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from balie.infra import jobs


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


def has_tables() -> bool:
    """Whether the database holds any table of ours."""
    return "infra_auditevent" in connection.introspection.table_names()


def empty() -> None:
    """Remove every table with all it holds. The caller has made sure that nobody misses it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            return
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)


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

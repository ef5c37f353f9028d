"""Bring the database to this version, and know whether it is."""

from __future__ import annotations

from datetime import datetime

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

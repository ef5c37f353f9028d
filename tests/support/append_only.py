"""Empties the tables that refuse it, after a test whose rows were really committed.

Such a test is cleaned up by deleting every row, which on SQLite fires the triggers of append-only
tables (on PostgreSQL it truncates, which does not).
"""

from functools import cache

from django.db import connection

from balie.infra import append_only

declared = cache(append_only.declared)


def clear() -> None:
    """Remove every row of the append-only tables; the triggers stand again afterwards."""
    if connection.vendor != "sqlite":
        return
    with (
        connection.constraint_checks_disabled(),
        append_only.lifted(*declared()),
        connection.cursor() as cursor,
    ):
        for table in declared():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608

"""Tables whose rows are only ever added: the database itself refuses UPDATE and DELETE.

``append_only("ledger_posting")`` goes in a migration's ``operations`` after the table is made.
SQLite drops triggers when Django rebuilds a table, so a later migration that alters such a table
lists ``append_only`` again at its end; ``missing()`` names tables that were forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

EVENTS = ("UPDATE", "DELETE")
REFUSE_ON_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION balie_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


class AppendOnly(Operation):
    """A migration operation that puts the triggers on one table."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How Django writes the operation down."""
        return (type(self).__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Put the triggers on, whether or not they were there."""
        for statement in _drop(schema_editor.connection, self.table):
            schema_editor.execute(statement, params=None)
        for statement in _create(schema_editor.connection, self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Take the triggers off."""
        for statement in _drop(schema_editor.connection, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """What ``migrate`` prints."""
        return f"Refuse UPDATE and DELETE on {self.table}"


def append_only(*tables: str) -> list[AppendOnly]:
    """Migration operations that make the rows of ``tables`` (database names) unchangeable."""
    return [AppendOnly(table) for table in tables]


def declared() -> list[str]:
    """Every table that some migration declares append-only, sorted."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(
        {
            operation.table
            for migration in loader.disk_migrations.values()
            for operation in migration.operations
            if isinstance(operation, AppendOnly)
        }
    )


def missing() -> list[str]:
    """Declared tables whose triggers are not in the database, sorted."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return [
        table for table in declared() if not {_trigger(table, event) for event in EVENTS} <= found
    ]


@contextmanager
def lifted(*tables: str) -> Iterator[None]:
    """Let rows be changed and removed within the block: for planting breaks and clearing tests."""
    names = tables or tuple(declared())
    with connection.cursor() as cursor:
        for table in names:
            for statement in _drop(connection, table):
                cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table in names:
                for statement in _create(connection, table):
                    cursor.execute(statement)


def _trigger(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"[:63]


def _create(database: BaseDatabaseWrapper, table: str) -> list[str]:
    quoted = database.ops.quote_name(table)
    names = {event: database.ops.quote_name(_trigger(table, event)) for event in EVENTS}
    if database.vendor == "postgresql":
        return [
            REFUSE_ON_POSTGRESQL,
            *(
                f"CREATE TRIGGER {names[event]} BEFORE {event} ON {quoted} "
                "FOR EACH ROW EXECUTE FUNCTION balie_refuse_change()"
                for event in EVENTS
            ),
        ]
    return [
        f"CREATE TRIGGER {names[event]} BEFORE {event} ON {quoted} "
        f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        for event in EVENTS
    ]


def _drop(database: BaseDatabaseWrapper, table: str) -> list[str]:
    on_table = f" ON {database.ops.quote_name(table)}" if database.vendor == "postgresql" else ""
    return [
        f"DROP TRIGGER IF EXISTS {database.ops.quote_name(_trigger(table, event))}{on_table}"
        for event in EVENTS
    ]

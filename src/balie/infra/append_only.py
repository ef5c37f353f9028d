"""Tables whose rows are only ever added: the database itself refuses UPDATE and DELETE.

``append_only("ledger_posting")`` goes in a migration's ``operations`` after the table is made,
``frozen("billing_invoice", but=["open_cents"])`` on one of which only those columns may change.
SQLite drops triggers when Django rebuilds a table, so a later migration that alters such a table
lists ``append_only`` again at its end; ``missing()`` names tables that were forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """A migration operation that puts the triggers on one table; columns in ``but`` may change."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, but: Sequence[str] = ()) -> None:
        self.table = table
        self.but = tuple(but)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How Django writes the operation down."""
        return (type(self).__name__, [self.table, *([self.but] if self.but else [])], {})

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
        for statement in _create(schema_editor.connection, self.table, but=self.but):
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


def frozen(table: str, *, but: Sequence[str]) -> AppendOnly:
    """A migration operation that lets only some columns of a table change, and no row go."""
    return AppendOnly(table, but)


def declared() -> list[str]:
    """Every table that some migration declares append-only or frozen, sorted."""
    return sorted(_declared())


def _declared() -> dict[str, tuple[str, ...]]:
    """Every declared table with the columns that may change, as its last migration says."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {
        operation.table: operation.but
        for _, migration in sorted(loader.disk_migrations.items())
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }


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
    columns = _declared()
    names = tables or tuple(columns)
    with connection.cursor() as cursor:
        for table in names:
            for statement in _drop(connection, table):
                cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table in names:
                # A block within this one may have put them on again.
                again = _create(connection, table, but=columns.get(table, ()))
                for statement in [*_drop(connection, table), *again]:
                    cursor.execute(statement)


def _trigger(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"[:63]


def _create(database: BaseDatabaseWrapper, table: str, *, but: Sequence[str] = ()) -> list[str]:
    quote = database.ops.quote_name
    when = dict.fromkeys(EVENTS, "")
    statements = []
    if database.vendor == "postgresql":
        statements.append(REFUSE_ON_POSTGRESQL)
        act, differs = "EXECUTE FUNCTION balie_refuse_change()", "IS DISTINCT FROM"
        body = f"FOR EACH ROW{{when}} {act}"
    else:
        differs = "IS NOT"
        body = f"{{when}} BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
    if but:
        same = [column for column in _columns(database, table) if column not in but]
        changed = " OR ".join(f"OLD.{quote(name)} {differs} NEW.{quote(name)}" for name in same)
        when["UPDATE"] = f" WHEN ({changed})"
    return statements + [
        f"CREATE TRIGGER {quote(_trigger(table, event))} BEFORE {event} ON {quote(table)} "
        + body.format(when=when[event])
        for event in EVENTS
    ]


def _columns(database: BaseDatabaseWrapper, table: str) -> list[str]:
    """The columns of a table as it stands in the database."""
    with database.cursor() as cursor:
        described = database.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def _drop(database: BaseDatabaseWrapper, table: str) -> list[str]:
    on_table = f" ON {database.ops.quote_name(table)}" if database.vendor == "postgresql" else ""
    return [
        f"DROP TRIGGER IF EXISTS {database.ops.quote_name(_trigger(table, event))}{on_table}"
        for event in EVENTS
    ]

"""What work on PostgreSQL takes, and the floor beside it: the same rows once more by COPY.

The processor time counts ours and that of the server's process behind our connection (Linux).
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction


class Effort(NamedTuple):
    """What something took: seconds on the wall, and of processors (ours and the server's)."""

    elapsed: float
    processor: float


def server_seconds() -> float:
    """Processor time that the server's process of our connection had so far (Linux)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def effort(work: Callable[[], object]) -> Effort:
    """Do something and say what it took."""
    wall, ours, server = time.perf_counter(), time.process_time(), server_seconds()
    work()
    processor = time.process_time() - ours + server_seconds() - server
    return Effort(time.perf_counter() - wall, processor)


def copied_again(tables: Sequence[str], *, with_references: bool) -> Effort:
    """COPY the rows of some tables into equal ones with their indexes and checks.

    `with_references`: with their foreign keys too, each of which looks a row up.
    """
    stored = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as out:
                stored[table] = b"".join(out)
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
            for definition in _references_of(table) if with_references else ():
                cursor.execute(f"ALTER TABLE floor_{table} ADD {definition}")

        def copy() -> None:
            for table, rows in stored.items():
                with (
                    transaction.atomic(),
                    cursor.copy(f"COPY floor_{table} FROM STDIN (FORMAT binary)") as into,
                ):
                    into.write(rows)

        return effort(copy)


def _references_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        return [definition for (definition,) in cursor.fetchall()]

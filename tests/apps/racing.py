"""Let several do the same at the same moment, each with a database connection of his own."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


class Meeting:
    """Everybody waits for the others right before the first statement that begins like this."""

    def __init__(self, statement: str, *, parties: int) -> None:
        self.statement = statement
        self.barrier = threading.Barrier(parties)

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django calls it so
        context: Any,
    ) -> Any:
        if sql.startswith(self.statement):
            # On SQLite the others wait for the lock: then go on alone.
            with contextlib.suppress(threading.BrokenBarrierError):
                self.barrier.wait(timeout=1)
        return execute(sql, params, many, context)


def at_once(
    work: Callable[[int], object],
    *,
    before: str,
    parties: int = 2,
    expected: tuple[type[Exception], ...] = (),
) -> list[str]:
    """Let everybody do the work at the same moment; how it ended for each, sorted.

    It is `done`, or the name of the expected exception that ended it.
    """
    meeting = Meeting(before, parties=parties)
    ends: list[str] = []

    def run(number: int) -> None:
        try:
            with connection.execute_wrapper(meeting):
                work(number)
            ends.append("done")
        except expected as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)

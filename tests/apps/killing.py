"""Kill a piece of work at every SQL statement, look at what it left, and let it run again.

Ordinarily at every eighth statement, before it or after it; ``BALIE_TEST_KILL_EVERY=1``, as
``make test-long`` sets it, is all.
"""

import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, TypeVar

from django.db import connection

from balie.apps.banking.invariants import INVARIANTS as BANKING
from balie.apps.billing.invariants import INVARIANTS as BILLING
from balie.apps.ledger.invariants import INVARIANTS as LEDGER
from tests.apps.building import NOW

Job = TypeVar("Job")
EVERY = int(os.environ.get("BALIE_TEST_KILL_EVERY", "8"))


class Killed(BaseException):
    """The process is gone: nothing catches this, nothing is cleaned up but the transaction."""


class KillAt:
    """Lets so many statements through and dies before or after the next one.

    COMMIT is no statement here: dying after the last one of a transaction is dying before its
    commit, dying before the first one of the next is dying after it.
    """

    def __init__(self, number: int, *, after: bool) -> None:
        self.left = number
        self.after = after

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django calls it so
        context: dict[str, Any],
    ) -> Any:
        self.left -= 1
        if self.left == -1 and not self.after:
            raise Killed(sql)
        done = execute(sql, params, many, context)
        if self.left == -1:
            raise Killed(sql)
        return done


def kill_points(
    prepare: Callable[[], Job], work: Callable[[Job], None]
) -> Iterator[tuple[str, Job]]:
    """Yield each point at which work was killed, with the fresh job it was doing."""
    for after in (False, True):
        for number in count(EVERY // 2 if after else 0, EVERY):
            job = prepare()
            try:
                with connection.execute_wrapper(KillAt(number, after=after)):
                    work(job)
            except Killed as killed:
                # The connection dies with the process, and with it what was not committed.
                connection.close()
                yield f"{'after' if after else 'before'} statement {number}: {killed}", job
            else:
                break


def broken_invariants() -> list[str]:
    """What the invariants of the money find."""
    return [
        str(violation)
        for check in (*LEDGER, *BANKING, *BILLING)
        for violation in check(now=NOW).violations
    ]

"""An import killed anywhere and run again ends the same; two at once are harmless."""

import contextlib
import threading
from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection

from balie.apps.banking import actions
from balie.apps.banking.actions import statements
from balie.apps.banking.models import BankAccount, Statement, StatementEntry
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    camt_file,
    camt_statement,
    days_ago,
    new_account,
    states,
    take_in,
)
from tests.apps.killing import EVERY, broken_invariants, kill_points

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

_accounts = count(1)


def new_file() -> tuple[BankAccount, bytes]:
    """An account, and a file with its two statements in the wrong order."""
    account = new_account(iban=f"REKENING{next(_accounts)}", opening=1000)
    parts = [Entry(cents=100, text="a"), Entry(cents=200, text="b")]
    later = camt_statement(Entry(cents=-50), opening=1300, number="2", iban=account.iban)
    earlier = camt_statement(
        Entry(cents=300, parts=parts), opening=1000, number="1", iban=account.iban, on=days_ago(1)
    )
    return account, camt_file(later, earlier)


def import_it(job: tuple[BankAccount, bytes]) -> None:
    take_in(job[1])


def damage(job: tuple[BankAccount, bytes]) -> list[str]:
    """What is wrong right after the kill and after running again."""
    found = broken_invariants()
    outcomes = take_in(job[1])
    found += broken_invariants()
    if {*states(outcomes)} - {"booked", "known"}:
        found.append(f"ended as {states(outcomes)}")
    if StatementEntry.objects.filter(bank_account=job[0]).count() != 2:
        found.append("not every entry is booked once")
    return found


@pytest.mark.slow
def test_import_killed_anywhere_ends_the_same_when_run_again() -> None:
    points = 0
    for point, job in kill_points(new_file, import_it):
        assert damage(job) == [], point
        points += 1

    assert points >= 100 // EVERY


@pytest.mark.slow
def test_import_killed_without_a_transaction_per_statement_does_damage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken twin: the same import in which a statement is no transaction."""
    files = import_module("balie.apps.banking.actions.files")
    found = []
    for point, job in kill_points(new_file, _without_transaction(files, monkeypatch)):
        if damage(job):
            found.append(point)
            break

    assert found


def _without_transaction(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[tuple[BankAccount, bytes]], None]:
    def work(job: tuple[BankAccount, bytes]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(files, "place_statement", statements._place_once)
            import_it(job)

    return work


class MeetAtTheStatement:
    """Two imports wait for each other where the statement is about to be written."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(2)
        self.refused: list[str] = []

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django calls it so
        context: Any,
    ) -> Any:
        if sql.startswith('INSERT INTO "banking_statement" '):
            # On SQLite the second one is still waiting for the lock: then go on alone.
            with contextlib.suppress(threading.BrokenBarrierError):
                self.meeting.wait(timeout=1)
        try:
            return execute(sql, params, many, context)
        except IntegrityError as error:
            self.refused.append(str(error))
            raise


def at_once(*contents: bytes) -> tuple[list[list[str]], list[str]]:
    """Import files at the same moment; their outcomes, and what the database refused."""
    meeting = MeetAtTheStatement()
    outcomes: list[list[str]] = []

    def work(content: bytes) -> None:
        try:
            file = actions.receive_file(name="bank.xml", content=content, by=SYSTEM, now=NOW)
            with connection.execute_wrapper(meeting):
                done = actions.book_file(file=file, by=SYSTEM, now=NOW)
            outcomes.append(states(done))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes), meeting.refused


def test_two_imports_of_one_statement_book_it_once() -> None:
    new_account(opening=0)
    one = camt_statement(Entry(cents=100), opening=0)

    outcomes, refused = at_once(camt_file(one), camt_file(one) + b"\n")

    assert outcomes == [["booked"], ["known"]]
    assert StatementEntry.objects.count() == 1
    assert broken_invariants() == []
    # On PostgreSQL both were past looking: that it ended well is the constraint's work.
    assert bool(refused) == (connection.vendor == "postgresql")


def test_two_statements_that_follow_on_the_same_one_do_not_both_book() -> None:
    new_account(opening=0)
    first = camt(Entry(cents=100, text="a"), opening=0, number="1")
    other = camt(Entry(cents=700, text="b"), opening=0, number="2")

    outcomes, refused = at_once(first, other)

    assert outcomes == [["booked"], ["held"]]
    assert Statement.objects.filter(state="booked").count() == 1
    assert broken_invariants() == []
    assert bool(refused) == (connection.vendor == "postgresql")

"""A look at the watched folder, killed anywhere and repeated, ends the same; two are harmless."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from django.db import connection

from balie.apps.banking.models import StatementEntry
from balie.apps.office import bank_folder
from balie.apps.office.bank_folder import TAKEN_IN
from balie.apps.office.intake import take_in_bank_file
from tests.apps.building import Entry, camt, days_ago, new_account
from tests.apps.killing import EVERY, Killed, broken_invariants, kill_points
from tests.apps.office.watching import look, names, put

_accounts = count(1)

Job = tuple[Path, str]


def new_work(tmp_path: Path) -> Callable[[], Job]:
    """Each time an account of its own and a folder with two of its statements, in odd order."""

    def prepare() -> Job:
        number = next(_accounts)
        place = tmp_path / str(number)
        place.mkdir()
        iban = f"MAP{number}"
        new_account(iban=iban, opening=0)
        put(place, "a.xml", camt(Entry(cents=50), opening=100, number="2", iban=iban))
        put(
            place,
            "b.xml",
            camt(Entry(cents=100), opening=0, number="1", iban=iban, on=days_ago(1)),
        )
        return place, iban

    return prepare


def damage(job: Job) -> list[str]:
    """What is wrong after another look."""
    place, iban = job
    found = broken_invariants()
    look(place)
    found += broken_invariants()
    booked = StatementEntry.objects.filter(bank_account__iban=iban)
    if sorted(booked.values_list("amount_cents", flat=True)) != [50, 100]:
        found.append(f"{booked.count()} entries are booked")
    if names(place / TAKEN_IN) != ["a.xml", "b.xml"]:
        found.append(f"taken in: {names(place / TAKEN_IN)}")
    return found


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_look_killed_at_any_statement_ends_the_same_when_repeated(tmp_path: Path) -> None:
    points = 0

    def work(job: Job) -> None:
        look(job[0])

    for point, job in kill_points(new_work(tmp_path), work):
        assert damage(job) == [], point
        points += 1

    assert points >= 100 // EVERY


@contextmanager
def dying_at(step: int, *, after: bool) -> Iterator[list[str]]:
    """Let so many file operations through and die before or after the next one."""
    done: list[str] = []

    def dying(real: Callable[..., object], name: str) -> Callable[..., object]:
        def once_more(*arguments: object, **more: object) -> object:
            done.append(name)
            mine = len(done) == step + 1
            if mine and not after:
                raise Killed(name)
            result = real(*arguments, **more)
            if mine:
                raise Killed(name)
            return result

        return once_more

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((os, "open"), (os, "fstat"), (Path, "rename"), (os, "fsync")):
            patch.setattr(owner, name, dying(getattr(owner, name), name))
        yield done


def file_points(
    prepare: Callable[[], Job], work: Callable[[Job], object]
) -> Iterator[tuple[str, Job]]:
    for after in (False, True):
        for step in count():
            job = prepare()
            try:
                with dying_at(step, after=after):
                    work(job)
            except Killed as killed:
                connection.close()
                yield f"{'after' if after else 'before'} {killed} ({step})", job
            else:
                break


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_look_killed_at_any_file_operation_ends_the_same_when_repeated(tmp_path: Path) -> None:
    points = [
        (point, damage(job)) for point, job in file_points(new_work(tmp_path), lambda j: look(j[0]))
    ]

    assert [point for point, found in points if found] == []
    assert len(points) >= 20
    assert {point.split()[1] for point, _ in points} == {"open", "fstat", "rename", "fsync"}


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_look_that_moves_before_it_books_loses_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the file is moved aside first, and booked afterwards."""
    move = bank_folder._move

    def careless(job: Job) -> None:
        place = job[0]
        with monkeypatch.context() as patch:
            patch.setattr(bank_folder, "_move", lambda *_, **__: None)

            def first_move(**arguments: object) -> object:
                path = place / str(arguments["name"])
                seen = bank_folder._seen(path.stat())
                move(place, path.name, into=TAKEN_IN, digest="0" * 64, seen=seen)
                return take_in_bank_file(**arguments)  # type: ignore[arg-type]

            patch.setattr(bank_folder, "take_in_bank_file", first_move)
            look(place)

    found = []
    for point, job in kill_points(new_work(tmp_path), careless):
        if damage(job):
            found.append(point)
            break

    assert found


@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_two_workers_that_look_at_once_book_once(tmp_path: Path) -> None:
    folder = tmp_path
    new_account(opening=0)
    for number in range(5):
        content = camt(Entry(cents=100), opening=100 * number, number=str(number + 1))
        put(folder, f"{number}.xml", content)
    together = threading.Barrier(2)
    faults: list[str] = []

    def work() -> None:
        together.wait()
        try:
            faults.extend(look(folder).faulty)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert names(folder / TAKEN_IN) == [f"{number}.xml" for number in range(5)]
    assert StatementEntry.objects.count() == 5
    assert broken_invariants() == []

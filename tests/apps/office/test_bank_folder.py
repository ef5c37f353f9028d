"""The watched folder: complete files only, moved aside after the commit; a bad one stops none."""

import os
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from pytest_django import Settings

from balie.apps.banking import queries as banking
from balie.apps.banking.models import Statement, StatementEntry
from balie.apps.office import bank_folder, jobs, queries
from balie.apps.office.bank_folder import REFUSED, TAKEN_IN, Receipt, look_in
from balie.apps.office.intake import take_in_bank_file
from balie.apps.office.models import FolderFault
from balie.infra import jobs as queue
from tests.apps.building import NOW, Entry, camt, new_account
from tests.apps.office.watching import AT_ONCE, look, names, put

ONE_DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is watched."""
    place = tmp_path / "bank"
    place.mkdir()
    return place


@pytest.mark.django_db
def test_file_is_booked_and_moved_under_its_hash(folder: Path) -> None:
    new_account(opening=0)
    content = camt(Entry(cents=100), opening=0)
    put(folder, "bank.xml", content)

    receipt = look(folder)

    (kept,) = (folder / TAKEN_IN).iterdir()
    assert receipt.taken_in == ["bank.xml"]
    assert kept.read_bytes() == content
    assert kept.name == f"{Statement.objects.get().file.sha256[:16]}-bank.xml"
    assert [path.name for path in folder.iterdir() if path.is_file()] == []


@pytest.mark.django_db
def test_what_cannot_be_read_is_refused_with_an_alarm_and_blocks_nothing(folder: Path) -> None:
    new_account(opening=0)
    put(folder, "a-broken.xml", b"<Document>")
    put(folder, "b-good.xml", camt(Entry(cents=100), opening=0))
    put(folder, "c-strange.xml", camt(opening=0, iban="NL20INGB0001234567"))

    receipt = look(folder)

    assert receipt.refused == ["a-broken.xml", "c-strange.xml"]
    assert names(folder / REFUSED) == ["a-broken.xml", "c-strange.xml"]
    assert names(folder / TAKEN_IN) == ["b-good.xml"]
    refused = [file.name for file in banking.refused_files()]
    assert sorted(refused) == ["a-broken.xml", "c-strange.xml"]
    assert StatementEntry.objects.count() == 1


@pytest.mark.django_db
def test_held_statement_counts_as_taken_in(folder: Path) -> None:
    new_account(opening=0)
    put(folder, "bank.xml", camt(opening=999))

    assert look(folder).taken_in == ["bank.xml"]
    assert banking.held_statements().count() == 1


@pytest.mark.django_db
def test_file_that_changed_a_moment_ago_waits(folder: Path) -> None:
    path = put(folder, "bank.xml", camt(opening=0)[:80])
    # A copying program gives a file the times of the original; that does not make it complete.
    os.utime(path, (0, 0))

    receipt = look_in(folder, now=NOW)

    assert receipt.waiting == ["bank.xml"]
    assert path.exists()
    assert not banking.refused_files().exists()


@pytest.mark.django_db
def test_file_that_grows_while_it_is_read_waits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, "bank.xml", camt(opening=0))
    fstat, calls = os.fstat, count()

    def grow(handle: int) -> os.stat_result:
        if next(calls) == 1:
            with path.open("ab") as more:
                more.write(b"\n")
        return fstat(handle)

    monkeypatch.setattr(os, "fstat", grow)

    assert look(folder).waiting == ["bank.xml"]


@pytest.mark.django_db
def test_file_replaced_while_it_was_taken_in_is_taken_in_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(opening=0)
    path = put(folder, "bank.xml", camt(Entry(cents=100), opening=0, number="1"))

    def replace(**arguments: object) -> object:
        done = take_in_bank_file(**arguments)  # type: ignore[arg-type]
        path.write_bytes(camt(Entry(cents=700), opening=100, number="2"))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(bank_folder, "take_in_bank_file", replace)
        assert look(folder).waiting == ["bank.xml"]

    assert look(folder).taken_in == ["bank.xml"]
    assert Statement.objects.filter(state="booked").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["bank.xml.part", ".bank.xml", "bank.xml.TMP", "bank.filepart"])
def test_unfinished_names_are_left_alone(folder: Path, name: str) -> None:
    put(folder, name, camt(opening=0))

    assert look(folder) == Receipt()
    assert (folder / name).exists()


@pytest.mark.django_db
def test_links_folders_and_pipes_are_left_alone(folder: Path, tmp_path: Path) -> None:
    secret = put(tmp_path, "elsewhere.xml", camt(opening=0))
    (folder / "link.xml").symlink_to(secret)
    (folder / "dangling.xml").symlink_to(tmp_path / "nothing")
    (folder / "sub").mkdir()
    put(folder / "sub", "bank.xml", camt(opening=0))
    os.mkfifo(folder / "pipe.xml")

    assert look(folder) == Receipt()
    assert secret.exists()


@pytest.mark.django_db
def test_what_is_passed_over_for_a_day_is_on_the_desk_until_it_is_gone(folder: Path) -> None:
    new_account(opening=0)
    put(folder, "bank.xml.part", camt(opening=0))
    put(folder, ".DS_Store", b"x")
    (folder / "sub").mkdir()

    found = look_in(folder, now=NOW, quiet=AT_ONCE, long=AT_ONCE)
    alarms = [(one.name, "een map" in one.sentence) for one in queries.folder_alarms()]
    (folder / "sub").rmdir()
    (folder / "bank.xml.part").rename(folder / "bank.xml")
    after = look_in(folder, now=NOW, quiet=AT_ONCE, long=AT_ONCE)

    assert found.faulty == ["bank.xml.part", "sub"]
    assert alarms == [("bank.xml.part", True), ("sub", True)]
    assert (after.taken_in, after.faulty, queries.folder_alarms()) == (["bank.xml"], [], [])


@pytest.mark.django_db
def test_link_that_takes_the_place_of_a_file_is_not_followed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = put(tmp_path, "elsewhere.xml", camt(opening=0))
    (folder / "bank.xml").symlink_to(secret)
    monkeypatch.setattr(bank_folder, "_names", lambda _, **__: (["bank.xml"], []))

    receipt = look(folder)

    assert receipt.faulty == ["bank.xml"]
    assert not banking.refused_files().exists()


@pytest.mark.django_db
def test_file_that_is_too_large_raises_an_alarm_until_it_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(opening=0)
    monkeypatch.setattr(bank_folder, "LARGEST_FILE", 2000)
    path = put(folder, "a-large.xml", b"x" * 2001)
    put(folder, "b-good.xml", camt(opening=0))

    receipt = look(folder)

    (alarm,) = queries.folder_alarms()
    assert (receipt.faulty, receipt.taken_in) == (["a-large.xml"], ["b-good.xml"])
    assert alarm.name == "a-large.xml"
    assert "groter dan" in alarm.sentence
    path.unlink()
    look(folder)
    assert queries.folder_alarms() == []


@pytest.mark.django_db
def test_folder_that_is_not_there_is_an_alarm(tmp_path: Path) -> None:
    look(tmp_path / "unplugged")

    (alarm,) = queries.folder_alarms()

    assert alarm.name == ""
    assert "map voor bankbestanden" in alarm.sentence


@pytest.mark.django_db
def test_file_that_fails_in_an_unforeseen_way_does_not_block_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(opening=0)
    put(folder, "a.xml", b"")
    put(folder, "b.xml", camt(opening=0))

    def fail(**arguments: object) -> object:
        if arguments["name"] == "a.xml":
            raise RuntimeError("never seen before")
        return take_in_bank_file(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(bank_folder, "take_in_bank_file", fail)

    receipt = look(folder)

    assert (receipt.faulty, receipt.taken_in) == (["a.xml"], ["b.xml"])
    assert FolderFault.objects.get().code == "failed"
    assert (folder / "a.xml").exists()


@pytest.mark.django_db
def test_names_that_are_no_text_or_too_long_are_taken_in(folder: Path) -> None:
    new_account(opening=0)
    long = "é" * 120 + ".xml"
    put(folder, long, camt(Entry(cents=100), opening=0))
    odd = os.fsdecode(b"bank\xff.xml")
    put(folder, odd, camt(Entry(cents=100), opening=100, number="2"))

    assert sorted(look(folder).taken_in) == sorted([odd, long])
    assert len(list((folder / TAKEN_IN).iterdir())) == 2


@pytest.mark.django_db
def test_same_file_put_there_twice_books_once(folder: Path) -> None:
    new_account(opening=0)
    content = camt(Entry(cents=100), opening=0)

    for _ in range(2):
        put(folder, "bank.xml", content)
        assert look(folder).taken_in == ["bank.xml"]

    assert StatementEntry.objects.count() == 1


@pytest.mark.django_db
def test_job_looks_in_the_folder_of_the_settings(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(opening=0)
    put(folder, "bank.xml", camt(Entry(cents=100), opening=0))
    monkeypatch.setattr(bank_folder, "QUIET", AT_ONCE)
    monkeypatch.setattr(bank_folder.look_in, "__kwdefaults__", {"quiet": AT_ONCE, "long": ONE_DAY})

    jobs.look_in_bank_folder(NOW)
    assert not Statement.objects.exists()
    settings.BALIE_BANK_FOLDER = str(folder)
    queue.enqueue("bank-folder")
    queue.run_pending(now=NOW)

    assert Statement.objects.get().state == "booked"

"""Backup and restore, on both engines: what comes back, and that it stands still."""

import hashlib
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.config.conftest import Balie, Starter

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("own_database")]


@pytest.fixture
def lived_in(balie: Balie, environment: dict[str, str], tmp_path: Path) -> Path:
    """A home with a database, one series of numbers and a bank file; the path of its backup."""
    assert balie("migrate").returncode == 0
    execute(environment, "INSERT INTO infra_sequence (series, last_number) VALUES ('F', 41)")
    bank = tmp_path / "home" / "bank"
    bank.mkdir()
    (bank / "batch.xml").write_bytes(b"<Document/>")
    panels = tmp_path / "home" / "panels"
    panels.mkdir()
    (panels / "server1.key").write_text("login-key-canary")
    archive = tmp_path / "backup.tar.gz"
    done = balie("backup", str(archive))
    assert (done.returncode, done.stderr) == (0, "")
    return archive


def execute(environment: dict[str, str], statement: str) -> list[tuple[object, ...]]:
    """Run one statement in the database of the commands; its rows."""
    if connection.vendor == "sqlite":
        file = environment["BALIE_DATABASE_URL"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(file)) as database, database:
            return list(database.execute(statement))
    with psycopg.connect(environment["BALIE_DATABASE_URL"]) as server:
        cursor = server.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def last_number(environment: dict[str, str]) -> object:
    return execute(environment, "SELECT last_number FROM infra_sequence WHERE series = 'F'")[0][0]


def halted(environment: dict[str, str]) -> list[tuple[object, ...]]:
    return execute(environment, "SELECT what, reason FROM infra_haltevent ORDER BY id")


def names_in(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_backup_holds_database_and_files_and_no_key(lived_in: Path, tmp_path: Path) -> None:
    names = names_in(lived_in)

    assert (tmp_path / "home" / "secret.key").exists()
    assert "home/bank/batch.xml" in names
    assert [name for name in names if "panels" in name or name.endswith(".key")] == []
    assert [name for name in names if "secret" in name or name.endswith((".lock", "-wal"))] == []
    assert [name for name in names if name.startswith("database/")] != []
    assert lived_in.stat().st_mode & 0o077 == 0
    with tarfile.open(lived_in) as opened:
        manifest = opened.extractfile("manifest.json")
        assert manifest is not None
        files = json.load(manifest)["files"]
    assert files["home/bank/batch.xml"] == hashlib.sha256(b"<Document/>").hexdigest()


def test_restore_brings_back_what_was_and_lets_it_stand_still(
    balie: Balie, environment: dict[str, str], lived_in: Path, tmp_path: Path
) -> None:
    execute(environment, "UPDATE infra_sequence SET last_number = 99")
    (tmp_path / "home" / "bank" / "batch.xml").write_bytes(b"changed since")

    done = balie("restore", "--force", str(lived_in))

    assert (done.returncode, done.stderr) == (0, "")
    assert last_number(environment) == 41
    assert (tmp_path / "home" / "bank" / "batch.xml").read_bytes() == b"<Document/>"
    assert [what for what, _ in halted(environment)] == ["money", "outgoing"]
    assert "restored from the backup of" in str(halted(environment)[0][1])
    # New rows get ids of their own, and the history cannot be changed.
    execute(environment, "INSERT INTO infra_sequence (series, last_number) VALUES ('C', 1)")
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="append-only"):
        execute(environment, "DELETE FROM infra_haltevent")


def test_restore_gives_the_bank_no_reference_twice(
    balie: Balie, environment: dict[str, str], tmp_path: Path
) -> None:
    assert balie("migrate").returncode == 0
    execute(
        environment,
        "INSERT INTO infra_sequence (series, last_number) VALUES"
        " ('bank-reference:C', 12), ('bank-reference:M', 3), ('invoice:F:2026', 41)",
    )
    archive = tmp_path / "backup.tar.gz"
    balie("backup", str(archive))

    assert balie("restore", "--force", str(archive)).returncode == 0

    rows = execute(environment, "SELECT series, last_number FROM infra_sequence ORDER BY series")
    assert rows == [
        ("bank-reference:C", 1_000_012),
        ("bank-reference:M", 1_000_003),
        ("bank-reference:P", 1_000_000),
        ("invoice:F:2026", 41),
    ]


def test_resume_ends_the_standstill(
    balie: Balie, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["DJANGO_SETTINGS_MODULE"] = "balie.config.settings"
    archive = tmp_path / "backup.tar.gz"
    balie("migrate")
    balie("backup", str(archive))
    balie("restore", "--force", str(archive))

    done = balie("resume", "--reason", "nothing left since", "--withdraw-queued")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["money", "outgoing", "outgoing"]
    assert lines[1] == "outgoing: 0 queued row(s) withdrawn"
    assert balie("resume", "--reason", "again").stdout.splitlines() == [
        "money: was not halted",
        "outgoing: was not halted",
    ]


def test_restore_over_a_database_is_refused_without_force(
    balie: Balie, environment: dict[str, str], lived_in: Path
) -> None:
    execute(environment, "UPDATE infra_sequence SET last_number = 99")

    done = balie("restore", str(lived_in))

    assert done.returncode == 1
    assert "there is a database already; --force replaces it" in done.stderr
    assert last_number(environment) == 99


def test_restore_on_another_home_says_that_the_key_differs(
    balie: Balie, lived_in: Path, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("another home has another SQLite file; the server has one database")
    place = tmp_path / "other"
    variables = {"BALIE_HOME": str(place), "BALIE_DATABASE_URL": f"sqlite:///{place}/b.sqlite3"}

    done = balie("restore", str(lived_in), **variables)

    assert (done.returncode, done.stderr) == (0, "")
    assert "another secret key" in done.stdout
    assert (place / "bank" / "batch.xml").read_bytes() == b"<Document/>"
    assert {path.name for path in place.iterdir()} == {
        "b.sqlite3",
        "bank",
        "running.lock",
        "secret.key",
    }


def test_restore_plays_no_log_of_the_lost_database_into_the_new_one(
    balie: Balie, environment: dict[str, str], lived_in: Path, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a server keeps no log beside the database")
    home = tmp_path / "home"
    place, log = home / "balie.sqlite3", home / "balie.sqlite3-wal"
    with closing(sqlite3.connect(place)) as lost:
        lost.execute("PRAGMA journal_mode=WAL")
        lost.execute("UPDATE infra_sequence SET last_number = 99")
        lost.commit()
        logged = log.read_bytes()
        place.unlink()
    log.write_bytes(logged)

    refused = balie("restore", str(lived_in))
    done = balie("restore", "--force", str(lived_in))

    assert "there is a database already" in refused.stderr
    assert (done.returncode, done.stderr) == (0, "")
    assert last_number(environment) == 41
    kept = list(home.glob("balie.sqlite3.replaced-*-wal"))
    assert [path.read_bytes() == logged for path in kept] == [True]


def test_backup_holds_no_session_and_nothing_of_an_ended_one(
    balie: Balie, environment: dict[str, str], tmp_path: Path
) -> None:
    production = {"DJANGO_SETTINGS_MODULE": "balie.config.settings"}
    balie("migrate", **production)
    for key in ("key-of-the-admin", "key-that-ended"):
        execute(
            environment,
            f"INSERT INTO django_session VALUES ('{key}', 'data', '2030-01-01')",  # noqa: S608
        )
    execute(environment, "DELETE FROM django_session WHERE session_key = 'key-that-ended'")
    archive = tmp_path / "backup.tar.gz"

    assert balie("backup", str(archive), **production).returncode == 0

    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member)
            assert content is not None
            data = content.read()
            assert b"key-of-the-admin" not in data
            assert b"key-that-ended" not in data
    assert balie("restore", "--force", str(archive), **production).returncode == 0
    assert execute(environment, "SELECT session_key FROM django_session") == []


def test_backup_leaves_out_the_key_that_is_named_and_what_a_restore_put_aside(
    balie: Balie, lived_in: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir()
    (home / "keys" / "balie").write_text("k" * 40)
    (home / "balie.sqlite3.replaced-20261123T090000").write_text("an old database")
    (home / "balie.sqlite3.replaced-20261123T090000-wal").write_text("its log")
    archive = tmp_path / "second.tar.gz"

    done = balie("backup", str(archive), BALIE_SECRET_KEY_FILE=str(home / "keys" / "balie"))

    assert (done.returncode, done.stderr) == (0, "")
    names = [name for name in names_in(archive) if name.startswith("home/")]
    assert names == ["home/bank/batch.xml"]


def damaged(archive: Path, *, replace: dict[str, bytes] | None = None, drop: str = "") -> Path:
    """A copy of an archive with other content, without one file, or cut short."""
    copy = archive.with_name("damaged.tar.gz")
    with tarfile.open(archive) as source, tarfile.open(copy, "w:gz") as target:
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            data = (replace or {}).get(member.name, content.read())
            member.size = len(data)
            if member.name != drop:
                target.addfile(member, io.BytesIO(data))
    return copy


@pytest.mark.parametrize("fault", ["changed", "missing", "cut", "foreign", "outside", "newer"])
def test_archive_with_a_fault_is_refused_and_nothing_touched(
    balie: Balie, environment: dict[str, str], lived_in: Path, tmp_path: Path, fault: str
) -> None:
    archive = broken_archive(lived_in, fault)
    execute(environment, "UPDATE infra_sequence SET last_number = 99")

    done = balie("restore", "--force", str(archive))

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert last_number(environment) == 99
    assert halted(environment) == []
    assert not (tmp_path / "evil").exists()
    assert not list((tmp_path / "home").glob("restore-*"))


def broken_archive(archive: Path, fault: str) -> Path:
    if fault == "changed":
        return damaged(archive, replace={"home/bank/batch.xml": b"<Documenx/>"})
    if fault == "missing":
        return damaged(archive, drop="home/bank/batch.xml")
    copy = archive.with_name("damaged.tar.gz")
    if fault == "cut":
        copy.write_bytes(archive.read_bytes()[:-200])
    elif fault == "foreign":
        copy.write_bytes(b"this is no archive")
    elif fault == "outside":
        with tarfile.open(copy, "w:gz") as target:
            entry = tarfile.TarInfo("home/../../evil")
            target.addfile(entry, io.BytesIO(b""))
    else:
        with tarfile.open(archive) as source:
            content = source.extractfile("manifest.json")
            assert content is not None
            manifest = json.load(content)
        manifest["migrations"].append(["infra", "9999_from_the_future"])
        return damaged(archive, replace={"manifest.json": json.dumps(manifest).encode()})
    return copy


def test_backup_never_writes_over_a_file(balie: Balie, lived_in: Path) -> None:
    before = lived_in.read_bytes()

    done = balie("backup", str(lived_in))

    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert lived_in.read_bytes() == before


def test_backup_into_a_folder_is_named_by_date(
    balie: Balie, lived_in: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    assert balie("backup", str(folder)).returncode == 0

    assert [path.name.startswith("balie-2") for path in folder.iterdir()] == [True]


def test_restore_is_refused_while_balie_runs(
    balie: Balie, start_balie: Starter, lived_in: Path
) -> None:
    process = start_balie("work")
    assert process.stdout is not None
    assert "works" in process.stdout.readline()

    done = balie("restore", "--force", str(lived_in))

    assert done.returncode == 1
    assert "stop `serve` and `work` first" in done.stderr

"""Settings from the environment: every fault is noted, none stops the reading."""

import stat
import threading
from pathlib import Path

import pytest

from balie.config.environment import Environment, database, make_key_file


def test_good_values_are_read_without_fault(tmp_path: Path) -> None:
    given = Environment(
        {"A": " x ", "B": "Yes", "C": "25", "D": "TLS", "E": "https://desk.voorbeeld.nl/"}
    )

    assert given.text("A") == "x"
    assert given.flag("B") is True
    assert given.number("C", 587, minimum=1, maximum=65535) == 25
    assert given.choice("D", "starttls", ("starttls", "tls")) == "tls"
    assert given.base_url("E", "") == "https://desk.voorbeeld.nl"
    assert given.faults == []


def test_every_fault_is_noted_and_the_default_used() -> None:
    given = Environment({"A": "maybe", "B": "0", "C": "ssl3", "D": "desk.voorbeeld.nl", "E": "abc"})

    assert given.flag("A", default=True) is True
    assert given.number("B", 587, minimum=1, maximum=65535) == 587
    assert given.choice("C", "starttls", ("starttls", "tls")) == "starttls"
    assert given.base_url("D", "http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert len(given.secret("E", key_file=Path("unused"))) >= 32
    assert [fault.partition(":")[0] for fault in given.faults] == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize(
    "address",
    ["ftp://x.nl", "https://", "https://x.nl/desk", "https://u:p@x.nl", "https://x.nl?a=1"],
)
def test_address_with_more_than_a_host_is_a_fault(address: str) -> None:
    given = Environment({"A": address})

    given.base_url("A", "http://127.0.0.1:8000")

    assert len(given.faults) == 1


def test_fault_does_not_repeat_the_value() -> None:
    given = Environment({"DB": "mysql://root:hunter2@db/balie", "KEY": "hunter2"})

    database(given, "DB", default_file=Path("x"))
    given.secret("KEY", key_file=Path("unused"))

    assert len(given.faults) == 2
    assert "hunter2" not in " ".join(given.faults)


def test_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    first = Environment({}).secret("KEY", key_file=file)

    assert Environment({}).secret("KEY", key_file=file) == first
    assert len(first) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    together = threading.Barrier(8)
    keys: list[str] = []

    def start() -> None:
        together.wait()
        keys.append(Environment({}).secret("KEY", key_file=file))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(keys)) == 1


def test_key_from_a_named_file_and_a_missing_one(tmp_path: Path) -> None:
    file = tmp_path / "mounted"
    make_key_file(file)
    given = Environment({"KEY_FILE": str(file), "OTHER_FILE": str(tmp_path / "gone")})

    assert given.secret("KEY", key_file=Path("unused")) == file.read_text().strip()
    assert given.faults == []
    given.secret("OTHER", key_file=Path("unused"))
    assert given.faults == [f"OTHER_FILE: the file {tmp_path / 'gone'} cannot be read"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("sqlite:////srv/balie/db.sqlite3", "/srv/balie/db.sqlite3"),
        ("sqlite:///db.sqlite3", str(Path("db.sqlite3").absolute())),
        ("", "/srv/default"),
    ],
)
def test_sqlite_database_is_durable_and_waits(address: str, name: str) -> None:
    given = Environment({"DB": address})

    values = database(given, "DB", default_file=Path("/srv/default"))

    assert given.faults == []
    assert values["NAME"] == name
    assert values["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in values["OPTIONS"]["init_command"]
    assert values["OPTIONS"]["timeout"] >= 20


def test_postgresql_database_is_read_from_its_address() -> None:
    address = "postgresql://balie:p%40ss@db.voorbeeld.nl:6432/desk?sslmode=verify-full"
    values = database(Environment({"DB": address}), "DB", default_file=Path("x"))

    assert (values["USER"], values["PASSWORD"], values["HOST"], values["PORT"]) == (
        "balie",
        "p@ss",
        "db.voorbeeld.nl",
        "6432",
    )
    assert values["NAME"] == "desk"
    assert values["OPTIONS"] == {"sslmode": "verify-full"}


def test_postgresql_on_a_socket() -> None:
    address = "postgresql://balie@/desk?host=/run/postgresql"
    values = database(Environment({"DB": address}), "DB", default_file=Path("x"))

    assert (values["HOST"], values["OPTIONS"]) == ("/run/postgresql", {})


@pytest.mark.parametrize(
    "address", ["mysql://x/y", "postgresql://host", "sqlite://", "postgresql://h:port/x", "x"]
)
def test_address_of_no_database_of_ours_is_a_fault(address: str) -> None:
    given = Environment({"DB": address})

    database(given, "DB", default_file=Path("x"))

    assert len(given.faults) == 1


def test_password_stands_in_a_variable_or_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("uit een bestand\n")

    assert Environment({"P": "zo"}).password("P") == "zo"
    assert Environment({"P_FILE": str(file)}).password("P") == "uit een bestand"
    assert Environment({}).password("P") == ""


@pytest.mark.parametrize("given", [{"P": "zo", "P_FILE": "x"}, {"P_FILE": "/nergens/password"}])
def test_password_that_is_given_twice_or_nowhere_is_a_fault(given: dict[str, str]) -> None:
    environment = Environment(given)

    environment.password("P")

    assert len(environment.faults) == 1


def test_words_stand_between_commas() -> None:
    given = Environment({"A": "INBOX, Support ,,"})

    assert given.words("A") == ("INBOX", "Support")
    assert given.words("B", "INBOX") == ("INBOX",)

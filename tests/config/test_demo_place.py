"""The demo keeps off what somebody works with, and who works keeps off the demo."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.config.conftest import Balie
from tests.config.test_backup import execute
from tests.config.test_commands import POLICY

DEMO = {"DJANGO_SETTINGS_MODULE": "balie.config.demo_settings"}
PRODUCTION = {"DJANGO_SETTINGS_MODULE": "balie.config.settings"}
BEGUN = (
    "INSERT INTO infra_auditevent "
    "(event, at, by_kind, by_name, subject_kind, subject_id, data) VALUES "
    "('demo.begun', '2026-11-23', 'system', 'Balie', 'demo', 1, '{}')"
)

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("own_database")]


def tables(environment: dict[str, str]) -> list[str]:
    listing = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if connection.vendor == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return sorted(str(row[0]) for row in execute(environment, listing))


@pytest.mark.parametrize("fresh", [["--fresh"], []])
def test_demo_leaves_a_foreign_database_as_it_was(
    balie: Balie, environment: dict[str, str], fresh: list[str]
) -> None:
    execute(environment, "CREATE TABLE recipes (name TEXT)")
    execute(environment, "INSERT INTO recipes (name) VALUES ('soup')")
    file = Path(environment["BALIE_DATABASE_URL"].removeprefix("sqlite:///"))
    before = file.read_bytes() if file.exists() else b""

    done = balie("demo", "--no-serve", *fresh, **DEMO)

    assert done.returncode == 1
    assert "tables of another program (recipes)" in done.stderr
    assert tables(environment) == ["recipes"]
    assert execute(environment, "SELECT name FROM recipes") == [("soup",)]
    if file.exists():
        assert file.read_bytes() == before


@pytest.mark.parametrize("fresh", [["--fresh"], []])
def test_demo_leaves_a_house_that_works_as_it_was(
    balie: Balie, environment: dict[str, str], fresh: list[str]
) -> None:
    balie("migrate", **PRODUCTION)
    execute(environment, "INSERT INTO infra_sequence (series, last_number) VALUES ('F', 41)")

    done = balie("demo", "--no-serve", *fresh, **DEMO)

    assert done.returncode == 1
    assert "what no demo made (rows in infra_sequence)" in done.stderr
    assert execute(environment, "SELECT last_number FROM infra_sequence") == [(41,)]


def test_demo_leaves_the_bank_files_of_a_house_as_they_were(
    balie: Balie, environment: dict[str, str], tmp_path: Path
) -> None:
    order = tmp_path / "home" / "bank" / "order.xml"
    order.parent.mkdir()
    order.write_text("<Document/>")

    done = balie("demo", "--no-serve", "--fresh", **DEMO)

    assert done.returncode == 1
    assert "holds bank that no demo made" in done.stderr
    assert order.read_text() == "<Document/>"


def test_file_that_is_no_database_is_refused_in_words(
    balie: Balie, environment: dict[str, str], tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a server has no such file")
    letter = tmp_path / "home" / "balie.sqlite3"
    letter.write_text("Dear reader, " * 100)

    done = balie("demo", "--no-serve", "--fresh", **DEMO)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "is no database of Balie" in done.stderr
    assert letter.read_text().startswith("Dear reader")


@pytest.mark.parametrize(
    "command",
    [
        ("create-admin", "--name", "S", "--email", "sanne@eik.example", "--no-password"),
        ("policy", "apply", "POLICY"),
        ("serve", "--port", "1"),
        ("work",),
    ],
)
def test_who_works_is_kept_off_the_demo(
    balie: Balie, environment: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    balie("migrate", **PRODUCTION)
    execute(environment, BEGUN)

    done = balie(*(str(policy) if word == "POLICY" else word for word in command), **PRODUCTION)

    assert done.returncode == 1
    assert "a demo lives in this database" in done.stderr
    assert execute(environment, "SELECT COUNT(*) FROM promises_policyversion") == [(1,)]


def test_emptying_takes_our_tables_and_no_others(balie: Balie, environment: dict[str, str]) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("there the whole file goes, after it was seen to hold nothing else")
    balie("migrate", **PRODUCTION)
    execute(environment, "CREATE TABLE recipes (name TEXT)")
    asked = "import django; django.setup(); from balie.config import database; database.empty()"

    subprocess.run([sys.executable, "-c", asked], env=environment | DEMO, check=True)

    assert tables(environment) == ["recipes"]


def test_fresh_demo_may_take_the_place_of_another(
    balie: Balie, environment: dict[str, str]
) -> None:
    balie("migrate", **PRODUCTION)
    execute(environment, BEGUN)
    asked = (
        "import django; django.setup()\n"
        "from balie.config import database, moving_in\n"
        "moving_in.refuse_unless_ours(left_by_a_demo='world.json')\n"
        "database.empty()"
    )

    subprocess.run([sys.executable, "-c", asked], env=environment | DEMO, check=True)

    assert tables(environment) == []

"""The command line: what it says, and the exit codes scripts go by."""

import ast
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from balie.config import cli
from tests.config.conftest import Balie

EXISTING = [
    name for name in cli.COMMANDS if find_spec(f"balie.config.commands.{name.replace('-', '_')}")
]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"], ["-h"]])
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(arguments)

    shown = capsys.readouterr().out
    assert code == (0 if arguments else 2)
    assert [name for name in cli.COMMANDS if f"\n  {name} " not in shown] == []


def test_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dance"]) == 2
    assert "there is no command 'dance'" in capsys.readouterr().err


@pytest.mark.parametrize("name", EXISTING)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])

    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"usage: balie {name}" in shown
    assert len(shown.splitlines()) > 4


@pytest.mark.parametrize("name", EXISTING)
def test_each_command_is_loaded_without_django(name: str) -> None:
    """A command imports Django's parts inside its functions: help and start stay quick."""
    module = importlib.import_module(f"balie.config.commands.{name.replace('-', '_')}")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    imported = {
        (node.module or "").split(".")[0]
        if isinstance(node, ast.ImportFrom)
        else node.names[0].name.split(".")[0]
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported <= {"balie", *sys.stdlib_module_names}
    assert callable(module.add_arguments)
    assert callable(module.run)


def test_faulty_settings_are_all_named_and_nothing_is_done(balie: Balie) -> None:
    done = balie("migrate", BALIE_SMTP_PORT="many", BALIE_BASE_URL="nowhere")

    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        "BALIE_BASE_URL",
        "BALIE_SMTP_PORT",
    ]


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"BALIE_BASE_URL": "http://desk.voorbeeld.nl"}, "must start with https://"),
        ({"BALIE_BASE_URL": "https://desk.voorbeeld.nl", "BALIE_DEBUG": "1"}, "BALIE_DEBUG"),
        (
            {
                "BALIE_SMTP_HOST": "mail.voorbeeld.nl",
                "BALIE_SMTP_PASSWORD": "hunter2",
                "BALIE_SMTP_SECURITY": "none",
            },
            "password readable",
        ),
    ],
)
def test_unsafe_combination_is_a_fault(balie: Balie, variables: dict[str, str], fault: str) -> None:
    done = balie("migrate", **variables)

    assert done.returncode == 2
    assert fault in done.stderr
    assert "hunter2" not in done.stderr


def test_database_that_is_away_is_said_in_words(balie: Balie) -> None:
    done = balie("migrate", BALIE_DATABASE_URL="postgresql://balie@127.0.0.1:1/none")

    assert done.returncode == 1
    assert "the database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_says_what_it_did_and_then_has_nothing_to_do(balie: Balie) -> None:
    assert balie("migrate", "--check").returncode == 1

    first, second = balie("migrate"), balie("migrate")

    assert (first.returncode, second.returncode) == (0, 0)
    assert "infra.0001_initial" in first.stdout.splitlines()
    assert second.stdout == "The database is up to date (0 migration(s) applied).\n"
    assert balie("migrate", "--check").returncode == 0

"""The linters are set as sharp as the house wants them: each catches a planted break."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.tidy.reading import ROOT

PROGRAMS = Path(sys.executable).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OPTIONS = ("check", "--no-cache", "--output-format", "concise", "--quiet")
DOC = '"""A planted module."""\n\n'


def ruff_codes(file: str, source: str) -> set[str]:
    """Codes of the rules that ``source`` would break as the file ``file`` of this project."""
    result = subprocess.run(
        [PROGRAMS / "ruff", *OPTIONS, "--stdin-filename", ROOT / file, "-"],
        input=DOC + source,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split(" ")[1] for line in result.stdout.splitlines() if line.startswith(file)}


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime as d\n\nSTART = d.now(tz=None)\n",
        "from datetime import date\n\nSTART = date.today()\n",
        "import time as t\n\nSTART = t.time()\n",
        "from django.utils import timezone as tz\n\nSTART = tz.now()\n",
        "from django.utils import timezone\n\nFIELD = dict(default=timezone.now)\n",
        "from django.db.models.functions import Now\n\nSTART = Now()\n",
        "from django.dispatch import receiver\n\nSTART = receiver\n",
        "from unittest import mock\n\nSTART = mock\n",
    ],
)
def test_ruff_catches_a_banned_name(source: str) -> None:
    assert "TID251" in ruff_codes("src/balie/apps/billing/queries.py", source)


def test_ruff_lets_the_clock_read_the_clock() -> None:
    source = "from datetime import UTC, datetime\n\nSTART = datetime.now(UTC)\n"

    assert ruff_codes("src/balie/infra/clock.py", source) == set()


@pytest.mark.parametrize("file", ["src/balie/domain/x.py", "tests/domain/test_x.py", "tools/x.py"])
def test_ruff_wants_types_everywhere(file: str) -> None:
    codes = ruff_codes(file, "def double(cents):\n    return 2 * cents\n")

    assert {"ANN001", "ANN201"} <= codes


def test_ruff_selects_every_rule_and_gives_a_reason_for_each_it_leaves_out() -> None:
    lint = PROJECT["tool"]["ruff"]["lint"]
    lines = (ROOT / "pyproject.toml").read_text().splitlines()

    assert lint["select"] == ["ALL"]
    for code in lint["ignore"]:
        (line,) = [line for line in lines if line.startswith(f'    "{code}"')]
        assert len(line.split("# ")[-1]) > 10, line


def test_every_dependency_has_a_reason() -> None:
    groups = PROJECT["dependency-groups"]
    wanted = PROJECT["project"]["dependencies"]
    wanted = wanted + groups["test"] + groups["panel"] + groups["bench"]
    lines = (ROOT / "pyproject.toml").read_text().splitlines()

    for dependency in wanted:
        (line,) = [line for line in lines if line.startswith(f'    "{dependency}"')]
        assert len(line.split("# ")[-1]) > 10, line


def test_every_runtime_dependency_is_used() -> None:
    modules: dict[str, set[str]] = {"argon2-cffi": {"Argon2PasswordHasher"}}
    modules["psycopg"] = {"postgresql"}  # these two are used by Django, by the names of its own
    for module, names in packages_distributions().items():
        for name in names:
            modules.setdefault(name.lower(), set()).add(module)
    words = {
        word
        for path in (ROOT / "src").rglob("*.py")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }

    wanted = {re.split(r"[\[>=<]", line)[0] for line in PROJECT["project"]["dependencies"]}

    assert [name for name in sorted(wanted) if not modules[name] & words] == []


def test_mypy_is_strict_for_everything_of_ours() -> None:
    settings = PROJECT["tool"]["mypy"]

    assert settings["strict"] is True
    assert settings["files"] == ["src", "tests", "tools", "bench"]
    for override in settings.get("overrides", []):
        assert set(override) == {"module", "ignore_missing_imports"}
        assert not [name for name in override["module"] if name.split(".")[0] == "balie"]


@pytest.mark.slow
def test_mypy_catches_a_missing_type_and_a_wrong_one(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def double(cents): return 2 * cents\nx: int = 'a'\n")

    result = subprocess.run(
        [PROGRAMS / "mypy", "--config-file", ROOT / "pyproject.toml", planted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "[no-untyped-def]" in result.stdout
    assert "[assignment]" in result.stdout


def test_djade_catches_a_template_in_another_layout(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{%load i18n%}{{name}}\n")

    result = subprocess.run([PROGRAMS / "djade", "--check", page], check=False, capture_output=True)

    assert result.returncode == 1

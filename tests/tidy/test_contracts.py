"""The import contracts hold, and each of them catches a planted break."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.reading import PACKAGE, ROOT

CONTRACTS = ROOT / ".importlinter"
FLOORS = "Arrows point down"
APPS = "Each app uses only the apps below it"
INSIDE = "Inside an app"
FACES = "Faces do not know each other"
PURE = "Rules and formats know no Django"
PRODUCTION = "Production cannot reach the simulator"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--no-cache",
            "--no-logo",
            "--config",
            CONTRACTS,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The Python files of the package, to plant a break in."""
    only_python = shutil.ignore_patterns("__pycache__", "templates", "static", "locale")
    shutil.copytree(PACKAGE, tmp_path / "balie", ignore=only_python)
    return tmp_path


def test_contracts_hold() -> None:
    result = lint(ROOT / "src")

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("domain/planted.py", "import balie.infra.clock", FLOORS),
        ("formats/planted.py", "import balie.domain.policy", FLOORS),
        ("domain/planted.py", "import balie.formats.errors", FLOORS),
        ("infra/planted.py", "import balie.apps.customers.models", FLOORS),
        ("apps/tickets/planted.py", "import balie.config.environment", FLOORS),
        ("planted.py", "", FLOORS),
        ("planted/__init__.py", "", FLOORS),
        ("apps/customers/planted.py", "import balie.apps.tickets.models", APPS),
        ("apps/banking/planted.py", "import balie.apps.billing.models", APPS),
        ("apps/planted/__init__.py", "", APPS),
        ("apps/tickets/queries/planted.py", "import balie.apps.tickets.actions", INSIDE),
        ("apps/tickets/models/planted.py", "import balie.apps.tickets.queries", INSIDE),
        ("faces/faq/planted.py", "import balie.faces.desk", FACES),
        ("faces/planted/__init__.py", "", FACES),
        ("domain/planted.py", "import django", PURE),
        ("formats/planted.py", "import django", PURE),
        ("config/urls.py", "import balie.simulator", PRODUCTION),
        ("apps/office/planted.py", "import balie.simulator", FLOORS),
    ],
)
def test_planted_import_breaks_its_contract(
    copy: Path, file: str, line: str, contract: str
) -> None:
    path = copy / "balie" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{line}\n")

    result = lint(copy)

    broken = [text for text in result.stdout.splitlines() if " BROKEN" in text]
    assert result.returncode == 1, result.stdout
    assert [text for text in broken if text.startswith(contract)], broken


def test_rule_may_check_digits_with_the_formats(copy: Path) -> None:
    checks = "import balie.formats.iban\nimport balie.formats.references\n"
    (copy / "balie" / "domain" / "planted.py").write_text(checks)

    assert lint(copy).returncode == 0


def test_every_app_is_held_to_the_order_inside_an_app() -> None:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS)

    listed = parser["importlinter:contract:inside-an-app"]["containers"].split()

    apps = {path.parent.name for path in (PACKAGE / "apps").glob("*/apps.py")}
    assert {name.removeprefix("balie.apps.") for name in listed} == apps


def test_rules_and_formats_load_without_django() -> None:
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for floor in ("domain", "formats")
        for path in sorted((PACKAGE / floor).rglob("*.py"))
        if path.stem != "__init__"
    ]
    script = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    )

    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"

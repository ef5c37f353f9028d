"""The docs name every setting, command and model; what they leave out is caught."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from balie.config.cli import COMMANDS
from balie.domain.policy import Policy
from tests.tidy.reading import PACKAGE, ROOT
from tests.tidy.rules_docs import (
    commands_without_docs,
    models_without_meaning,
    settings_read,
    settings_without_docs,
)

MODELS = {model.__name__ for model in apps.get_models() if model.__module__.startswith("balie.")}


def test_docs_name_every_setting() -> None:
    assert "BALIE_HOME" in settings_read(PACKAGE)
    assert settings_without_docs(ROOT) == []


def test_docs_name_every_command() -> None:
    assert "serve" in COMMANDS
    assert commands_without_docs(ROOT, COMMANDS) == []


def test_policy_in_the_docs_is_the_shipped_example() -> None:
    shown = tomllib.loads((ROOT / "docs" / "reference" / "policy.toml").read_text())

    assert shown == Policy().to_mapping()
    assert Policy.from_mapping(shown) == Policy()


def test_links_between_the_docs_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    ]

    assert len(links) > 10
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_glossary_explains_every_model() -> None:
    assert "Promise" in MODELS
    assert models_without_meaning(ROOT, MODELS) == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with its docs in order."""
    (tmp_path / "src" / "balie").mkdir(parents=True)
    (tmp_path / "src" / "balie" / "settings.py").write_text('x = env("BALIE_HOME")\n')
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "install.md").write_text("`BALIE_HOME`, then balie serve\n")
    (tmp_path / "docs" / "glossary.md").write_text("| `Promise` | belofte |\n")
    return tmp_path


def test_small_house_has_its_docs_in_order(house: Path) -> None:
    assert settings_without_docs(house) == []
    assert commands_without_docs(house, ["serve"]) == []
    assert models_without_meaning(house, ["Promise"]) == []


def test_setting_without_docs_is_caught(house: Path) -> None:
    (house / "src" / "balie" / "settings.py").write_text('x = env("BALIE_PLANTED")\n')

    assert settings_without_docs(house) == ["BALIE_PLANTED is in no page of docs/"]


def test_command_without_docs_is_caught(house: Path) -> None:
    assert commands_without_docs(house, ["serve", "ser"]) == ["`balie ser` is in no page of docs/"]


def test_model_without_meaning_is_caught(house: Path) -> None:
    faults = models_without_meaning(house, ["Promise", "Planted"])

    assert faults == ["Planted is not in docs/glossary.md"]

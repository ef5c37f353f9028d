"""The docs name everything one can set, type or meet in the code."""

import re
from collections.abc import Iterable
from pathlib import Path

SETTING = re.compile(r"[\"'](BALIE_[A-Z][A-Z_]+)[\"']")


def _texts(root: Path) -> str:
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())


def settings_read(package: Path) -> set[str]:
    """Names of the environment variables that Balie reads."""
    return {
        name
        for path in sorted(package.rglob("*.py"))
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
    }


def settings_without_docs(root: Path) -> list[str]:
    """Environment variables that no page of the docs names."""
    docs = _texts(root)
    return [
        f"{name} is in no page of docs/"
        for name in sorted(settings_read(root / "src" / "balie"))
        if f"`{name}`" not in docs
    ]


def commands_without_docs(root: Path, commands: Iterable[str]) -> list[str]:
    """Subcommands of ``balie`` that no page of the docs shows as ``balie <name>``."""
    docs = _texts(root)
    return [
        f"`balie {name}` is in no page of docs/"
        for name in sorted(commands)
        if not re.search(rf"\bbalie {re.escape(name)}\b", docs)
    ]


def models_without_meaning(root: Path, models: Iterable[str]) -> list[str]:
    """Models that ``docs/glossary.md`` does not explain."""
    glossary = root / "docs" / "glossary.md"
    known = set(re.findall(r"`(\w+)`", glossary.read_text(encoding="utf-8")))
    return [f"{name} is not in docs/glossary.md" for name in sorted(set(models) - known)]

"""Time is an argument: one module reads the clock, and the database reads none.

Ruff bans the direct calls; this closes its holes: aliases, columns that fill themselves, SQL that
asks the database for the time, and apps that read the house's clock instead of being told.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.reading import Module, modules

CLOCK = "infra/clock.py"
READS_THE_CLOCK = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "django.db.models.functions.Now",
        "django.utils.timezone.localdate",
        "django.utils.timezone.localtime",
        "django.utils.timezone.now",
        "email.utils.formatdate",
        "email.utils.localtime",
        "time.ctime",
        "time.gmtime",
        "time.localtime",
        "time.time",
        "time.time_ns",
    }
)
READS_OUR_CLOCK = frozenset({"balie.infra.clock.now", "balie.infra.clock.today"})
FILLS_ITSELF = frozenset({"auto_now", "auto_now_add", "db_default"})
SQL_CLOCK = re.compile(
    r"\bCURRENT_(?:DATE|TIME|TIMESTAMP)\b|\bNOW\(\)|\b(?:clock|statement)_timestamp\("
    r"|\b(?:date|time|datetime|julianday|unixepoch|strftime)\([^)]*'now'"
)


def clock_calls(package: Path) -> list[str]:
    """Uses of a clock outside ``infra/clock.py``, under whatever name it was imported."""
    return [
        f"{module.place}:{line}: {name} reads the clock; take `now` as an argument"
        for module in modules(package)
        if module.place != CLOCK
        for line, name in sorted(set(module.qualified_names()))
        if name in READS_THE_CLOCK
    ]


def apps_that_read_our_clock(package: Path) -> list[str]:
    """Uses of ``balie.infra.clock`` in an app outside its jobs: rules and actions are told."""
    return [
        f"{module.place}:{line}: an app is told the time, only its jobs read it"
        for module in modules(package)
        if re.match(r"apps/\w+/(?!jobs\b)", module.place)
        for line, name in sorted(set(module.qualified_names()))
        if name in READS_OUR_CLOCK
    ]


def self_filling_columns(package: Path) -> list[str]:
    """``auto_now``, ``auto_now_add`` and ``db_default`` on a column, also in migrations."""
    return [
        f"{module.place}:{keyword.value.lineno}: {keyword.arg} fills a column by itself"
        for module in modules(package)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in FILLS_ITSELF and not _is_off(keyword.value)
    ]


def sql_clocks(package: Path) -> list[str]:
    """Texts of SQL that ask the database for the time."""
    return [
        f"{module.place}:{line}: {text!r} asks the database for the time"
        for module in modules(package)
        for line, text in _texts(module)
        if SQL_CLOCK.search(text)
    ]


def _is_off(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in {False, None}


def _texts(module: Module) -> Iterator[tuple[int, str]]:
    """String constants that are no docstrings."""
    told = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value

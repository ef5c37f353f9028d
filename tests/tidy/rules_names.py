"""Names that say what a thing is, and no machinery that hides who calls whom."""

import ast
from pathlib import Path, PurePosixPath

from tests.tidy.reading import modules

EMPTY_WORDS = frozenset({"base", "common", "core", "helpers", "managers", "misc", "util", "utils"})
# A service is what a hoster sells: the app of that name is a folder, never a module.
SERVICE_MODULE = "services.py"
SIGNAL_MODULES = (
    "django.dispatch",
    "django.db.models.signals",
    "django.db.backends.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
)


def empty_names(package: Path) -> list[str]:
    """Modules and packages whose name says nothing, and a ``services.py``."""
    faults = []
    for module in modules(package):
        path = PurePosixPath(module.place)
        words = {part.removesuffix(".py") for part in path.parts}
        if path.name == SERVICE_MODULE or words & EMPTY_WORDS:
            faults.append(f"{module.place}: name it after what is in it")
    return faults


def machinery_classes(package: Path) -> list[str]:
    """Classes called ``…Manager``, ``…Service`` or ``…Repository``: write functions."""
    return [
        f"{module.place}:{node.lineno}: {node.name} is machinery; write a function"
        for module in modules(package)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(("Manager", "Service", "Repository"))
        and node.name != "Service"
        and not node.name.startswith("UnableTo")
    ]


def signals(package: Path) -> list[str]:
    """Uses of Django's signals: what happens is called, so that one can read it."""
    return [
        f"{module.place}:{line}: {name} is a signal; call what must happen"
        for module in modules(package)
        for line, name in sorted(set(module.qualified_names()))
        if name.startswith(SIGNAL_MODULES)
    ]

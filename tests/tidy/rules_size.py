"""Files and functions that one can take in: at most 400 and 60 lines."""

import ast
from pathlib import Path

from tests.tidy.reading import modules

FILE_LINES = 400
FUNCTION_LINES = 60


def too_long_files(root: Path) -> list[str]:
    """Python files of more than 400 lines; migrations are Django's own."""
    return [
        f"{module.place}: {lines} lines"
        for module in modules(root)
        if "/migrations/" not in module.place
        and (lines := len(module.source.splitlines())) > FILE_LINES
    ]


def too_long_functions(root: Path) -> list[str]:
    """Functions of more than 60 lines, from ``def`` to the last one."""
    return [
        f"{module.place}:{node.lineno}: {node.name} has {lines} lines"
        for module in modules(root)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]

"""Reads Python files for the tidy rules: their trees, and what a name in them really stands for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "balie"


@dataclass(frozen=True)
class Module:
    """One Python file; ``place`` is its path from the root that was read."""

    place: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.place)

    @cached_property
    def names(self) -> dict[str, str]:
        """Local name -> what it stands for, with imports and plain assignments followed."""
        known: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    full = alias.name if alias.asname else alias.name.split(".")[0]
                    known[alias.asname or full] = full
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                meant = _qualified(node.value, known)
                if meant:
                    known.setdefault(node.targets[0].id, meant)
        return known

    def qualified(self, node: ast.AST) -> str | None:
        """The dotted name that an expression stands for, however it was imported."""
        return _qualified(node, self.names)

    def qualified_names(self) -> Iterator[tuple[int, str]]:
        """Every dotted name the file uses or imports, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.Name | ast.Attribute | ast.Call):
                meant = self.qualified(node)
                if meant:
                    yield node.lineno, meant


def _qualified(node: ast.AST, known: dict[str, str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=value, attr=attribute):
            base = _qualified(value, known)
            return f"{base}.{attribute}" if base else None
        case ast.Call(
            func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(attribute)), *_]
        ):
            base = _qualified(value, known)
            return f"{base}.{attribute}" if base else None
    return None


def modules(root: Path) -> Iterator[Module]:
    """Every Python file below ``root``, in a fixed order."""
    for path in sorted(root.rglob("*.py")):
        yield Module(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))

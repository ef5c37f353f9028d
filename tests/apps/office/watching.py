"""What the tests of the watched folder build with: files put there, and a look at it."""

from datetime import timedelta
from pathlib import Path

from balie.apps.office.bank_folder import Receipt, look_in
from tests.apps.building import NOW

AT_ONCE = timedelta(0)


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def look(folder: Path) -> Receipt:
    return look_in(folder, now=NOW, quiet=AT_ONCE)


def names(folder: Path) -> list[str]:
    """The names without the hash in front, sorted."""
    return sorted(path.name.partition("-")[2] for path in folder.iterdir())

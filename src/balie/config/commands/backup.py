"""Write database and files to one archive, while Balie runs.

The archive holds no secret key: keep secret.key (or BALIE_SECRET_KEY) in another place, and so the
keys of control panels.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from balie.config.terminal import CommandFailed, say

# The database is in the archive by itself; keys and locks are never in it.
LEFT_OUT = ("secret.key", "running.lock")
REPLACED = ".replaced-"  # a database that a restore put aside, with all its sessions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file to write."""
    parser.add_argument(
        "file", type=Path, help="the archive to write, or a folder to put it in by date"
    )


def run(args: argparse.Namespace) -> int:
    """Make the archive and say what is in it."""
    from balie.infra import clock

    now = clock.now()
    target: Path = args.file
    if target.is_dir():
        target /= f"balie-{clock.local(now):%Y-%m-%dT%H%M%S}.tar.gz"
    if target.exists():
        raise CommandFailed(f"{target} is there already; choose another name")
    if not target.parent.is_dir():
        raise CommandFailed(f"{target.parent} is not a folder")
    count = make(target, now=now)
    size = target.stat().st_size / 1_000_000
    say(f"{target}: {count} file(s), {size:.1f} MB. Keep the secret key in another place.")
    return 0


def make(target: Path, *, now: datetime) -> int:
    """Write the archive; how many files are in it. The database is taken before the files."""
    from django.conf import settings
    from django.db import connection

    from balie.config import archive, dumping
    from balie.config.cli import balie_version

    home = Path(settings.BALIE_HOME)
    with tempfile.TemporaryDirectory(prefix="balie-backup-", dir=target.parent) as folder:
        files, tables = dumping.dump(Path(folder))
        files |= {f"home/{path.relative_to(home)}": path for path in files_of(home, target)}
        manifest = archive.Manifest(
            balie=balie_version(),
            made_at=now.isoformat(),
            engine=connection.vendor,
            key=key_mark(),
            migrations=dumping.applied_migrations(),
            tables=tables,
        )
        return len(archive.write_archive(target, manifest=manifest, files=files).files)


def files_of(home: Path, target: Path) -> Iterator[Path]:
    """Every file of the home that belongs in a backup."""
    from django.conf import settings
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    database = {name, f"{name}-wal", f"{name}-shm", f"{name}-journal"}
    key_file = settings.BALIE_SECRET_KEY_FILE
    key = Path(key_file).resolve() if key_file else None
    panels = Path(settings.BALIE_PANELS_FOLDER).resolve()
    for path in sorted(home.rglob("*")):
        ours = path.is_file() and not path.is_symlink()
        left_out = path.name in LEFT_OUT or path.name.endswith((".part", ".tar.gz"))
        left_out = left_out or REPLACED in path.name or path.resolve() == key
        inside = target.parent in path.parents and path.parent.name.startswith("balie-backup-")
        inside = inside or panels in path.resolve().parents  # what Balie signs in with elsewhere
        if ours and not left_out and not inside and str(path) not in database:
            yield path


def key_mark() -> str:
    """Tells two secret keys apart without telling either."""
    from django.utils.crypto import salted_hmac

    return salted_hmac("balie.backup.key", "").hexdigest()[:16]

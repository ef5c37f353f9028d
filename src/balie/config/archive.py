"""The archive of ``balie backup``: a tar file whose manifest names each file with its SHA-256.

``database/`` holds the database, ``home/`` the files of BALIE_HOME, ``manifest.json`` comes last.
The secret key is not in it: who finds a backup cannot make a link or a session with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from balie.config.terminal import CommandFailed

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds and where it comes from."""

    balie: str
    made_at: str
    engine: str
    key: str
    migrations: list[list[str]]
    tables: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write_archive(target: Path, *, manifest: Manifest, files: dict[str, Path]) -> Manifest:
    """Write the files under their names and the manifest, readable by the owner only.

    The archive appears under its name only when it is complete and on the disk.
    """
    draft = target.with_name(f".{target.name}.part")
    hashes: dict[str, str] = {}
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
                for name, path in sorted(files.items()):
                    with path.open("rb") as content:
                        hashes[name] = _add(archive, name, content, path.stat().st_size)
                whole = Manifest(**{**asdict(manifest), "files": hashes})
                _add_bytes(archive, MANIFEST, json.dumps(asdict(whole), indent=1).encode())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return whole


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> str:
    """Add exactly ``size`` bytes, whatever is appended meanwhile; their SHA-256."""
    hashing = _Hashing(content)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    archive.addfile(entry, hashing)
    return hashing.sha256.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    import io

    _add(archive, name, io.BytesIO(content), len(content))


class _Hashing:
    """Passes bytes on and keeps their hash."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.content.read(size)
        self.sha256.update(data)
        return data


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder and check every hash; CommandFailed when one is off.

    Only plain files with names of ours are written, so an archive from elsewhere cannot put
    anything outside the folder.
    """
    hashes: dict[str, str] = {}
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for entry in archive:
                if not entry.isreg() or not is_ours(entry.name):
                    raise CommandFailed(f"{source}: {entry.name!r} is no part of a backup")
                content = archive.extractfile(entry)
                if content is not None:
                    hashes[entry.name] = _write(folder / entry.name, content)
        manifest = _manifest(folder / MANIFEST)
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError) as error:
        raise CommandFailed(f"{source}: is not a whole backup of Balie ({error})") from error
    del hashes[MANIFEST]
    if hashes != manifest.files:
        wrong = sorted(name for name, _ in hashes.items() ^ manifest.files.items())
        raise CommandFailed(f"{source}: damaged or incomplete: {', '.join(sorted(set(wrong)))}")
    return manifest


def is_ours(name: str) -> bool:
    """Whether a name in an archive is one that a backup writes."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    return name == MANIFEST or (
        plain and len(path.parts) > 1 and path.parts[0] in {"database", "home"}
    )


def _write(path: Path, content: IO[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    with path.open("xb") as out:
        while data := content.read(CHUNK):
            sha256.update(data)
            out.write(data)
    path.chmod(0o600)
    return sha256.hexdigest()


def _manifest(path: Path) -> Manifest:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if values.get("format") != FORMAT:
        raise ValueError(f"format {values.get('format')} is not known to this version")
    return Manifest(**values)

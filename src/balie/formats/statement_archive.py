"""A ZIP of statements as banks hand it out, unpacked within bounds.

At most MAX_MEMBERS files and MAX_BYTES unpacked, counted while unpacking because a ZIP may lie
about it; no ZIP in a ZIP, nothing encrypted, no other packing than every ZIP program knows. Nothing
is written under the name that a file has in the ZIP; a name that points elsewhere, or stands there
twice, is refused because no bank makes such a ZIP.
"""

import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from balie.formats.errors import UnreadableStatement

MAX_MEMBERS = 200
MAX_BYTES = 500_000_000
SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")

_CHUNK = 1_048_576
_IN_MEMORY = 8_000_000
_MAX_DIRECTORY = 1_000_000
_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 65_535
_ENCRYPTED = 0x1
_ELSEWHERE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|\Z)", re.DOTALL)
_MAX_NAME = 255
_ASIDE = "__MACOSX/"  # what a Mac adds to each file it packs; no bank has one
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
    struct.error,
)


def members_of(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of each file in the ZIP; the content is gone when the next one comes.

    Raises UnreadableStatement for a damaged ZIP and for one outside the bounds of this module.
    """
    _check_directory(source)
    try:
        archive = zipfile.ZipFile(source)
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir() and not member.filename.startswith(_ASIDE)
        ]
    except _DAMAGED as fault:
        raise UnreadableStatement(f"the ZIP is damaged ({fault})") from fault
    if not members or len(members) > MAX_MEMBERS:
        reason = f"the ZIP holds {len(members)} files; 1 to {MAX_MEMBERS} are read"
        raise UnreadableStatement(reason)
    _check_names([member.filename for member in members])
    left = MAX_BYTES
    for member in members:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
            left -= _unpack(archive, member, into=content, left=left)
            content.seek(0)
            yield member.filename, content


def _check_names(names: list[str]) -> None:
    """Refuse names with which whoever unpacks a ZIP is led astray."""
    for name in names:
        if len(name) > _MAX_NAME or _ELSEWHERE.match(name) or not name.isprintable():
            raise UnreadableStatement(f"the ZIP holds a file with the odd name {name[:80]!r}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableStatement(f"the ZIP holds two files with the name {twice}")


def _check_directory(source: IO[bytes]) -> None:
    """Refuse a directory that is too long to be read into memory, before it is read."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _END_SIZE - _MAX_COMMENT))
    tail = source.read()
    start = len(tail) - _END_SIZE
    if not tail.startswith(_END, max(start, 0)) or tail[-2:] != b"\0\0":
        start = tail.rfind(_END)
    if start < 0 or len(tail) < start + _END_SIZE:
        raise UnreadableStatement("the ZIP is damaged or cut off: its directory is missing")
    (length,) = struct.unpack_from("<I", tail, start + 12)
    if length > _MAX_DIRECTORY or b"PK\x06\x07" in tail[max(0, start - _END_SIZE) : start]:
        raise UnreadableStatement(f"the ZIP holds more files than the {MAX_MEMBERS} that are read")
    source.seek(0)


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, into: IO[bytes], left: int
) -> int:
    """Write the content of one file `into` another; returns its size in bytes."""
    name = member.filename
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableStatement(f"{name} in the ZIP is encrypted")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnreadableStatement(f"{name} in the ZIP is packed in a way that is not read")
    size = 0
    for chunk in _chunks(archive, member):
        if not size and chunk.startswith(SIGNATURES):
            raise UnreadableStatement(f"{name} in the ZIP is itself a ZIP")
        size += len(chunk)
        if size > left:
            raise UnreadableStatement(f"the ZIP unpacks to more than {MAX_BYTES:,} bytes")
        into.write(chunk)
    return size


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            while chunk := packed.read(_CHUNK):
                yield chunk
    except _DAMAGED as fault:
        raise UnreadableStatement(f"{member.filename} in the ZIP is damaged ({fault})") from fault

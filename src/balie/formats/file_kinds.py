"""What a file is, by its first bytes: what somebody may send us, and under which name it is kept.

A name says what a file wants to be, its bytes say what it is. Only kinds on the list are known;
whatever a browser could run (web pages, drawings with script) or a machine could start is not on
it. Nothing is unpacked or decoded here, so no file can be too deep or too wide (guide: A19, A24).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

UNKNOWN = "application/octet-stream"
LONGEST_NAME = 120
NAMELESS = "bestand"

# What no text holds; an escape (0x1b) is not among it, it colours many a server's log.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Separators of paths, what Windows refuses, and characters that show or hide what is not there.
_UNFIT = re.compile(r'[/\\:*?"<>|]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file: its media type, the endings it goes by, and how its bytes are known."""

    media_type: str
    endings: frozenset[str]
    fits: Callable[[bytes], bool]


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in {
        b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif",
    }  # fmt: skip


def _is_text(content: bytes) -> bool:
    """Text without control characters, in UTF-8, UTF-16 with its mark, or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return not _is_markup(content.replace(b"\0", b""))
    if _CONTROL.search(content) or content.startswith(b"#!"):
        return False
    return not _is_markup(content)


def _is_markup(content: bytes) -> bool:
    """Whether a browser could take these bytes for a page or a drawing."""
    head = content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f")[:1024].lower()
    tags = (b"<!doctype", b"<html", b"<script", b"<svg", b"<body", b"<head", b"<iframe", b"<?xml")
    return head.startswith(b"<") and any(tag in head for tag in tags)


def _kind(media_type: str, endings: str, fits: Callable[[bytes], bool]) -> FileKind:
    return FileKind(media_type=media_type, endings=frozenset(endings.split()), fits=fits)


_ZIP = _starts(b"PK\x03\x04", b"PK\x05\x06")
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

# By its ending among those whose bytes are alike; the first that fits both is what it is.
KINDS: tuple[FileKind, ...] = (
    _kind("application/pdf", "pdf", lambda content: b"%PDF-" in content[:1024]),
    _kind("image/png", "png", _starts(b"\x89PNG\r\n\x1a\n")),
    _kind("image/jpeg", "jpg jpeg jpe", _starts(b"\xff\xd8\xff")),
    _kind("image/gif", "gif", _starts(b"GIF87a", b"GIF89a")),
    _kind("image/webp", "webp", _is_webp),
    _kind("image/heic", "heic heif avif", _is_heic),
    _kind(f"{_OPEN_XML}.wordprocessingml.document", "docx", _ZIP),
    _kind(f"{_OPEN_XML}.spreadsheetml.sheet", "xlsx", _ZIP),
    _kind(f"{_OPEN_XML}.presentationml.presentation", "pptx", _ZIP),
    _kind(f"{_OPEN_DOCUMENT}.text", "odt", _ZIP),
    _kind(f"{_OPEN_DOCUMENT}.spreadsheet", "ods", _ZIP),
    _kind("application/zip", "zip", _ZIP),
    _kind("application/msword", "doc", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    _kind("application/vnd.ms-excel", "xls", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    _kind("application/gzip", "gz tgz", _starts(b"\x1f\x8b\x08")),
    _kind("message/rfc822", "eml", _is_text),
    _kind("text/calendar", "ics", _is_text),
    _kind("text/csv", "csv", _is_text),
    _kind("text/plain", "txt log md conf cfg ini pem crt csr zone", _is_text),
)
BY_ENDING: Mapping[str, FileKind] = {
    ending: kind for kind in KINDS for ending in sorted(kind.endings)
}


def kind_of(*, name: str, content: bytes) -> str:
    """Return the media type of a file whose ending and bytes agree, else `UNKNOWN`."""
    kind = BY_ENDING.get(ending_of(name))
    return kind.media_type if kind is not None and content and kind.fits(content) else UNKNOWN


def ending_of(name: str) -> str:
    """Return what follows the last point of a name, in small letters; empty without one."""
    stem, point, ending = name.rpartition(".")
    return ending.lower() if point and stem else ""


def shown_name(name: str) -> str:
    """Return the name a file is kept and shown under: its own, without path, tricks or excess.

    What turns the reading direction around or cannot be seen is left out, so that the ending one
    reads is the ending it has.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(
        one
        for one in unicodedata.normalize("NFC", last)
        if unicodedata.category(one) not in _UNSEEN
    )
    plain = " ".join(_UNFIT.sub("_", seen).split()).strip(". ")
    if len(plain) > LONGEST_NAME:
        ending = ending_of(plain)[:10]
        plain = plain[: LONGEST_NAME - len(ending) - 2] + "…" + (f".{ending}" if ending else "")
    return plain or NAMELESS

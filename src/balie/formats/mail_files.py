"""Files of a mail: a name that is safe to show and save, and a type by what the bytes say."""

import re
import unicodedata
from dataclasses import replace

from balie.formats import mail_sentences as say
from balie.formats.mail_characters import decoded
from balie.formats.mail_shapes import IncomingFile

LONGEST_NAME = 120
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
NOTHING = "application/octet-stream"
MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/x-executable"),
    (b"#!", "text/x-script"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)
MARKUP = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
SVG = re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<![^>]{0,300}>\s*)?<svg\b", re.IGNORECASE)
XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
PROGRAMS = frozenset(
    {"application/x-msdownload", "application/x-executable", "application/x-ms-shortcut"}
)
PROGRAM_NAMES = frozenset(
    "exe scr bat cmd pif js jse vbs vbe wsf wsh ps1 msi jar hta lnk cpl reg chm app iso vhd".split()
)
# What the ending promises, for endings that somebody would open without a thought.
PROMISED = {
    "pdf": "application/pdf",
    "png": "image/",
    "jpg": "image/",
    "jpeg": "image/",
    "gif": "image/",
    "webp": "image/",
    "bmp": "image/",
    "zip": "application/zip",
    "docx": "application/zip",
    "xlsx": "application/zip",
    "pptx": "application/zip",
    "odt": "application/zip",
    "ods": "application/zip",
    "txt": "text/",
    "csv": "text/",
    "log": "text/",
}
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/zip": ".zip",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
}


def detected_type(content: bytes) -> str:
    """The type that the first bytes speak of; `application/octet-stream` when of none."""
    head = content[:2048]
    kind = next((kind for magic, kind in MAGIC if head.startswith(magic)), "") or _boxed(head)
    if kind:
        return kind
    shown = head.lstrip(b"\xef\xbb\xbf\0\r\n\t ")
    for form, named in ((MARKUP, "text/html"), (SVG, "image/svg+xml"), (XML, "text/xml")):
        if form.match(shown):
            return named
    if b"%PDF-" in head[:1024]:  # readers skip what stands before it, and so do viruses
        return "application/pdf"
    return "text/plain" if head and _is_text(head) else NOTHING


def _boxed(head: bytes) -> str:
    """Formats that begin with a length."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in {b"heic", b"heix", b"mif1"} else "video/mp4"
    return ""


def _is_text(head: bytes) -> bool:
    if any(byte < 9 or 14 <= byte < 32 for byte in head):
        return False
    # The last letter may be cut in two.
    return head.isascii() or decoded(head[:-4], "utf-8")[1] == ""


def safe_name(claimed: str, *, fallback: str) -> tuple[str, bool]:
    """Return a name to show and save under, and whether the claimed one could mislead.

    It has no path, no control, direction or invisible characters, none that a file system refuses,
    and at most 120 characters with its ending kept.
    """
    base = re.split(r"[/\\]", claimed)[-1]
    visible = "".join(
        one for one in unicodedata.normalize("NFC", base) if unicodedata.category(one)[0] != "C"
    )
    misleads = visible != unicodedata.normalize("NFC", claimed)
    name = " ".join(FORBIDDEN.sub("_", visible).split()).strip(". ")
    if not name:
        return fallback, misleads
    if RESERVED.match(name):
        name = f"_{name}"
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        kept = f"{dot}{ending}" if dot and stem and len(ending) <= 16 else ""
        name = name[: LONGEST_NAME - len(kept)].rstrip(". ") + kept
    return name, misleads


def incoming_file(
    content: bytes,
    *,
    claimed_name: str,
    declared_type: str,
    limit: int,
    content_id: str = "",
    inline: bool = False,
    damaged: bool = False,
) -> IncomingFile:
    """Describe one file; over `limit` bytes its content is left out, with the problem said."""
    is_mail = declared_type == "message/rfc822"
    kind = declared_type if is_mail else detected_type(content)
    fallback = f"bijlage{ENDINGS.get(kind, ENDINGS.get(declared_type, ''))}"
    name, misleads = safe_name(claimed_name, fallback=fallback)
    ending = name.rpartition(".")[2].lower()
    promised = PROMISED.get(ending)
    problem = ""
    if len(content) > limit:
        problem = say.FILE_TOO_LARGE
    elif kind in PROGRAMS or ending in PROGRAM_NAMES:
        problem = say.FILE_PROGRAM
    elif damaged or not content:
        problem = say.FILE_DAMAGED
    elif promised and kind != NOTHING and not _keeps(kind, promised):
        problem = say.FILE_DIFFERS
    elif misleads:
        problem = say.FILE_RENAMED
    return IncomingFile(
        name=name,
        declared_type=declared_type,
        detected_type=kind,
        content=b"" if len(content) > limit else content,
        size=len(content),
        content_id=content_id,
        inline=inline,
        problem=problem,
    )


def _keeps(kind: str, promised: str) -> bool:
    if kind in {"text/html", "image/svg+xml"}:
        return False
    return kind.startswith(promised)


def with_own_names(files: list[IncomingFile]) -> tuple[IncomingFile, ...]:
    """Give each file a name of its own: `foto.jpg`, `foto (2).jpg`."""
    taken: set[str] = set()
    found = []
    for file in files:
        name, count = file.name, 1
        stem, dot, ending = name.rpartition(".")
        while name.lower() in taken:
            count += 1
            name = f"{stem} ({count}){dot}{ending}" if stem else f"{file.name} ({count})"
        taken.add(name.lower())
        found.append(file if name == file.name else replace(file, name=name))
    return tuple(found)

"""winmail.dat: in which Outlook hides text and attachments (TNEF, MS-OXTNEF).

The library trusts the counts in the file: one that says four billion keeps it busy for hours, and
it copies the rest of the file for each object. So the objects are walked here first; what it does
not need is left out, and what is sound is handed over.
"""

import logging
import struct
from dataclasses import dataclass, field

from tnefparse import TNEF

from balie.formats.mail_characters import decoded, tidy

SIGNATURE = 0x223E9F78
ATTRIBUTES = frozenset(
    {TNEF.ATTOEMCODEPAGE, TNEF.ATTBODY, TNEF.ATTMAPIPROPS, TNEF.ATTATTACHRENDDATA}
    | {TNEF.ATTATTACHTITLE, TNEF.ATTATTACHDATA, TNEF.ATTATTACHMENT}
)
MAPI = frozenset({TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT})
MAX_OBJECTS = 1_000
MAX_PROPERTIES = 2_000
MOST_COPIED = 4_000_000_000
SIZES = {0x0002: 2, 0x000B: 2, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8}
SIZES |= {0x0014: 8, 0x0040: 8, 0x0048: 16}
COUNTED = frozenset({0x0000, 0x000D, 0x001E, 0x001F, 0x0102})
# Before a message inside: the library would read that one unseen.
NESTED = bytes.fromhex("0703020000000000c000000000000046")

# What the library has to say about a file it cannot read, `unpack` says to its caller.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass(kw_only=True)
class Unpacked:
    """What was inside: texts ("" without) and files as (name, content).

    A message inside it is left where it is (`complete` is False): the file is kept as well.
    """

    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    complete: bool = True


def unpack(data: bytes) -> Unpacked | None:
    """Return what `data` holds; None when it is no TNEF that can be opened safely."""
    sound = _sound_objects(data)
    if sound is None:
        return None
    try:
        return _read(sound, complete=NESTED not in data)
    except Exception:  # noqa: BLE001  the library raises whatever its reading comes upon
        return None


def _read(data: bytes, *, complete: bool) -> Unpacked:
    tnef = TNEF(data, do_checksum=False)
    found = Unpacked(text=_text(tnef.body), html=_text(tnef.htmlbody), complete=complete)
    for attachment in tnef.attachments:
        content = attachment.data
        if isinstance(content, bytes):
            name = attachment.long_filename()
            found.files.append((_text(name).strip("\x00"), content))
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return decoded(value, "windows-1252")[0]
    if isinstance(value, list):
        return "".join(_text(one) for one in value)
    return tidy(value) if isinstance(value, str) else ""


def _sound_objects(data: bytes) -> bytes | None:
    """The file again with only the objects we read; None when its counts cannot be right."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    kept = [data[:6]]
    at, count, begun = 6, 0, False
    while at + 11 <= len(data):
        level, name, _, length = struct.unpack_from("<BHHI", data, at)
        end = at + 11 + length
        count += 1
        if end > len(data) or count > MAX_OBJECTS:
            return None
        if name in ATTRIBUTES and level in {1, 2}:
            begun = begun or name == TNEF.ATTATTACHRENDDATA
            body = data[at + 9 : end - 2]
            if name in MAPI and NESTED in body:
                at = end
                continue
            if (level == 2 and not begun) or (name in MAPI and not _is_sound_mapi(body)):
                return None
            kept.append(data[at:end])
        at = end
    return None if len(kept) * len(data) > MOST_COPIED else b"".join(kept)


def _is_sound_mapi(data: bytes) -> bool:
    """Walk the properties as the library does, and refuse what would lead it astray."""
    try:
        count = struct.unpack_from("<I", data)[0]
        at = 4
        for _ in range(count if count <= MAX_PROPERTIES else -1):
            at = _behind_property(data, at)
        return count <= MAX_PROPERTIES and at <= len(data) + 3
    except (struct.error, ValueError):
        return False


def _behind_property(data: bytes, at: int) -> int:
    kind, name = struct.unpack_from("<HH", data, at)
    at += 4
    if name >= 0x8000:
        marker = struct.unpack_from("<I", data, at + 16)[0]
        at += 24
        if marker:
            length = struct.unpack_from("<I", data, at - 4)[0]
            at += length + (-length % 4)
    many = 0
    if kind & 0x1000:
        kind ^= 0x1000
        many = struct.unpack_from("<I", data, at)[0]
        at += 4
    values = many or 1
    if values > MAX_PROPERTIES:
        raise ValueError("more values than a mail has")
    if kind in SIZES:
        at += SIZES[kind] * values
        return at + 2 if SIZES[kind] == 2 and values % 2 else at
    if kind not in COUNTED:
        raise ValueError("no type of a property")
    return _behind_counted(data, at, values, multiple=many > 0)


def _behind_counted(data: bytes, at: int, values: int, *, multiple: bool) -> int:
    for _ in range(values):
        items = 1
        if not multiple:
            items = struct.unpack_from("<I", data, at)[0]
            at += 4
        if items > MAX_PROPERTIES:
            raise ValueError("more items than a mail has")
        for _ in range(items):
            length = struct.unpack_from("<I", data, at)[0]
            at += 4 + length + (-length % 4)
            if at > len(data) + 3:
                raise ValueError("an item goes on behind the end")
    return at

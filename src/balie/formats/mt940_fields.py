"""Cuts the bytes of an MT940 file into its fields, `:61:` and the like, with what follows each.

Everything is done for a block of lines at once: a bank statement is many short lines, and a step
per line would cost more than all that is read from it.
"""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from balie.formats.errors import UnreadableStatement

MAX_BYTES = 500_000_000
MAX_LINES = 5_000_000
MAX_FIELD = 10_000
"""Characters in one field; SWIFT allows 390, some banks write more."""

_CHUNK = 65_536
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = b"\x01\x03\x1a"  # around messages, and at the end of a file
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n"})
_USUAL = frozenset({"20", "25", "28C", "60F", "61", "86", "62F"})
_NAME = re.compile(r"[0-9]{2}[A-Z]?")


def fields_of(source: IO[bytes]) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and text of each field; the text holds its further lines, with the folds.

    What stands before the first field is passed over. Raises UnreadableStatement, with the line,
    for what is no text, and for a field or a file that is too long.
    """
    next_line, line, name, text = 1, 0, "", ""
    for block in _blocks(source):
        for at, piece in enumerate(f"\n{block}".split("\n:")):
            new_name, colon, new_text = piece.partition(":")
            if at and colon and (new_name in _USUAL or _NAME.fullmatch(new_name)):
                if name:
                    yield line, name, text
                line, name, text = next_line, new_name, new_text
            elif name and piece:
                text += f"\n:{piece}" if at else piece
            if len(text) > MAX_FIELD:
                reason = f"the field :{name}: is longer than {MAX_FIELD:,} characters"
                raise UnreadableStatement(reason, line=line)
            next_line += piece.count("\n") + bool(at)
    if name:
        yield line, name, text


def _blocks(source: IO[bytes]) -> Iterator[str]:
    """Whole lines, many at a time, without the last line end."""
    size = lines = 0
    while block := source.read(_CHUNK):
        if not size and block.startswith(_BOMS):
            raise UnreadableStatement("the file starts with a byte order mark", line=1)
        if not block.endswith(b"\n"):
            block += source.readline(_CHUNK)
        text = _text(block.removesuffix(b"\n").replace(b"\r\n", b"\n"), first=lines + 1)
        size += len(block)
        lines += text.count("\n") + 1
        if len(block) >= 2 * _CHUNK:
            raise UnreadableStatement(f"a line longer than {_CHUNK:,} bytes", line=lines)
        if size > MAX_BYTES or lines > MAX_LINES:
            reason = f"the file is larger than {MAX_BYTES:,} bytes or {MAX_LINES:,} lines"
            raise UnreadableStatement(reason, line=lines)
        yield text


def _text(block: bytes, *, first: int) -> str:
    """The text of a block that begins at line `first`; an MT940 declares no charset."""
    if len(block.translate(None, _CONTROLS)) == len(block):
        try:
            return block.decode()
        except UnicodeDecodeError:
            pass  # some line is not UTF-8, not all of them
    lines = block.split(b"\n")
    return "\n".join(_text_of_line(line, number=first + at) for at, line in enumerate(lines))


def _text_of_line(line: bytes, *, number: int) -> str:
    """One line, in UTF-8 or the charset of Windows, without what stands around messages."""
    line = line.rstrip(b"\r").strip(_DELIMITERS)
    if len(line.translate(None, _CONTROLS)) != len(line):
        raise UnreadableStatement("a control character, this is no text file", line=number)
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        reason = "the text is neither UTF-8 nor Windows-1252"
        raise UnreadableStatement(reason, line=number) from None

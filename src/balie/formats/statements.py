"""The one entrance for bank statements: recognises camt, MT940 and a ZIP of those by their content.

What comes out is the same for every format (`bank_statement`). Every refusal, whatever was wrong
with bytes, ZIP, XML or text, is an UnreadableStatement that names the file and the place in it.
Reading does not judge: a statement that does not add up is yielded like any other.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from balie.formats.bank_statement import Entry, Statement, Transaction
from balie.formats.camt053 import read_camt
from balie.formats.errors import UnreadableStatement
from balie.formats.mt940 import read_mt940
from balie.formats.statement_archive import SIGNATURES, members_of

__all__ = [
    "Entry",
    "Statement",
    "Transaction",
    "UnreadableStatement",
    "read_statements",
    "read_statements_from",
]

_HEAD = 65_536
# No run of blanks may be gone through twice: 64 kB of line ends would take seconds.
_MT940 = re.compile(rb"(?:\A\s*|[\r\n\x01\x1a][ \t]*):20:")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_statements(path: Path | str) -> Iterator[Statement]:
    """Yield the statements of a file one at a time; one is in memory at a time.

    Raises UnreadableStatement when the file is not wholly as it must be. That may come after
    statements were yielded: a caller that books does so only once the last one has come.
    """
    path = Path(path)
    if "\0" in str(path):
        raise UnreadableStatement("no file has a name with a null character in it")
    try:
        with path.open("rb") as source:
            yield from _read_named(source, name=path.name)
    except UnicodeEncodeError as fault:
        raise UnreadableStatement("no file has a name that is not text") from fault
    except OSError as fault:
        reason = f"the file cannot be read: {fault.strerror or fault}"
        raise UnreadableStatement(reason, file=path.name) from fault


def read_statements_from(data: bytes, name: str) -> Iterator[Statement]:
    """Yield the statements in `data`, as `read_statements` does; `name` stands in a refusal."""
    yield from _read_named(io.BytesIO(data), name=name)


def _read_named(source: IO[bytes], *, name: str) -> Iterator[Statement]:
    """Read, and put the name of the file into a refusal."""
    try:
        start = source.read(4)
        source.seek(0)
        if not start.startswith(SIGNATURES):
            yield from _read(source)
            return
        for member, content in members_of(source):
            yield from _read_named(content, name=f"{name}/{member}")
    except UnreadableStatement as refusal:
        refusal.file = refusal.file or name
        raise


def _read(source: IO[bytes]) -> Iterator[Statement]:
    head = source.read(_HEAD)
    source.seek(0)
    start = head.removeprefix(_BOMS[0]).lstrip()
    if start.startswith(b"<") or head.startswith(_BOMS):
        return read_camt(source)
    if _MT940.search(head):
        return read_mt940(source)
    reason = "this is neither a camt.052, .053 or .054 file nor an MT940"
    if not start:
        reason = "the file is empty"
    raise UnreadableStatement(reason)

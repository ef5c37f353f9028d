"""Bytes of a mail to a tree of parts, with every limit held while walking (RFC 5322, 2045-2047).

Not the standard library's parser: that one reads the whole tree before anything can be counted,
looks at each line once for every level above it, and raises on some headers. This one splits by
boundary with one search per level, so time is bounded by size times depth. A test reads the same
mails with both.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from balie.formats import mail_sentences as say
from balie.formats.errors import UnreadableMail
from balie.formats.mail_characters import decoded
from balie.formats.mail_params import parameters
from balie.formats.mail_shapes import MailLimits

HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
LINE_END = re.compile(rb"\r?\n")
WHITE = b" \t\r\n"
NO_BASE64 = bytes(
    byte
    for byte in range(256)
    if not (chr(byte).isascii() and chr(byte).isalnum()) and byte not in b"+/="
)
BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*$)")
BOUNDARY_END = re.compile(rb"(--)?[ \t]{0,1000}\r?(?:\n|\Z)")
MOST_MISSES = 100_000
MOST_HEADERS = 2_000
IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
# One of these at least stands in whatever was sent as a mail.
KNOWN = frozenset(
    "from to cc date subject received message-id return-path mime-version sender"
    " content-type".split()
)


@dataclass(kw_only=True)
class Part:
    """One part: its headers, its place in the bytes, and the parts inside it.

    The headers begin at `top`, the body at `start`.
    """

    headers: list[tuple[str, str]]
    raw: bytes
    top: int
    start: int
    end: int
    type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The bytes as sent, still encoded."""
        return self.raw[self.start : self.end]

    def all(self, name: str) -> list[str]:
        """Values of the headers called `name` (lower case), the topmost first."""
        return [value for known, value in self.headers if known == name]

    def first(self, name: str) -> str:
        """The topmost header called `name`, "" without one."""
        return next((value for known, value in self.headers if known == name), "")

    def walk(self) -> Iterator["Part"]:
        """This part and all parts inside it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()

    def content(self, faults: list[str]) -> bytes:
        """The bytes without their transfer encoding; what is odd is added to `faults`."""
        return without_encoding(self.body, self.first("content-transfer-encoding"), faults)


@dataclass(kw_only=True)
class _Reading:
    limits: MailLimits
    faults: list[str]
    count: int = 0
    misses: int = 0


def read_parts(raw: bytes, *, limits: MailLimits, faults: list[str]) -> Part:
    """Return the tree of `raw`; raise UnreadableMail over a limit or when it is no mail."""
    if len(raw) > limits.bytes:
        raise UnreadableMail(say.TOO_LARGE)
    start = _first_header(raw)
    root = _read(raw, start, len(raw), 1, _Reading(limits=limits, faults=faults))
    if not any(name in KNOWN for name, _ in root.headers):
        raise UnreadableMail(say.NO_MAIL)
    return root


def read_headers(raw: bytes, *, limits: MailLimits) -> Part:
    """Return the head of a mail alone, whatever follows; headers beyond the limit are left out."""
    start = _first_header(raw)
    headers, body = _headers(raw, start, min(len(raw), start + limits.header_bytes))
    return Part(headers=headers, raw=raw, top=start, start=body, end=body)


def _first_header(raw: bytes) -> int:
    """Where the headers begin: behind blank lines, a byte order mark and an mbox line."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in {b"\r", b"\n", b" "}:
        start += 1
    if raw[start : start + 5] in {b"From ", b">From"} and (end := raw.find(b"\n", start)) > 0:
        return end + 1
    return start


def _headers(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int]:
    """Headers from `start`, and where the body begins: behind the blank line or at no header."""
    headers: list[tuple[str, list[bytes]]] = []
    at = start
    while at < end:
        newline = raw.find(b"\n", at, end)
        stop = end if newline < 0 else newline + 1
        line = raw[at:stop].rstrip(b"\r\n")
        if not line:
            at = stop
            break
        if line[:1] in {b" ", b"\t"} and headers:
            headers[-1][1].append(line)
        elif found := HEADER.fullmatch(line):
            if len(headers) >= MOST_HEADERS:
                break
            headers.append((found[1].decode("ascii").lower(), [found[2]]))
        else:
            break
        at = stop
    return [(name, decoded(b"".join(lines), "utf-8")[0].strip()) for name, lines in headers], at


def _read(raw: bytes, start: int, end: int, depth: int, reading: _Reading) -> Part:
    limits = reading.limits
    reading.count += 1
    if reading.count > limits.parts:
        raise UnreadableMail(say.TOO_MANY_PARTS)
    if depth > limits.depth:
        raise UnreadableMail(say.TOO_DEEP)
    headers, body = _headers(raw, start, min(end, start + limits.header_bytes + 1))
    if body - start > limits.header_bytes:
        raise UnreadableMail(say.HEADERS_TOO_LONG)
    part = Part(headers=headers, raw=raw, top=start, start=body, end=end)
    _describe(part)
    if part.type.startswith("multipart/"):
        _split(part, depth, reading)
    elif part.type in {"message/rfc822", "message/global"}:
        _open(part, depth, reading)
    return part


def _describe(part: Part) -> None:
    value, part.parameters = parameters(part.first("content-type"))
    kind = value.lower().replace(" ", "")
    part.type = kind if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,120}", kind) else "text/plain"
    value, part.disposition_parameters = parameters(part.first("content-disposition"))
    part.disposition = value.lower()


def _open(part: Part, depth: int, reading: _Reading) -> None:
    """Read the mail inside a mail; one that was encoded against the rules is decoded first."""
    if part.first("content-transfer-encoding").lower().strip() in IDENTITY:
        start = part.start + len(part.body) - len(part.body.lstrip(b"\r\n"))
        inner = _read(part.raw, start, part.end, depth + 1, reading)
    else:
        content = part.content(reading.faults)
        inner = _read(content, _first_header(content), len(content), depth + 1, reading)
    part.children.append(inner)


def _split(part: Part, depth: int, reading: _Reading) -> None:
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    if not boundary:
        reading.faults.append(say.NO_BOUNDARY)
        part.type = "text/plain"
        return
    begin: int | None = None
    closed = False
    for found in _boundaries(part, b"--" + boundary, reading):
        if begin is not None:
            part.children.append(
                _read(
                    part.raw,
                    begin,
                    _without_break(part.raw, begin, found.start() - len(boundary) - 2),
                    depth + 1,
                    reading,
                )
            )
        begin = None if found[1] else found.end()
        if found[1]:
            closed = True
            break
    if begin is not None:
        part.children.append(_read(part.raw, begin, part.end, depth + 1, reading))
    if not closed:
        reading.faults.append(say.TRUNCATED)
    if not part.children:
        part.type = "text/plain"


def _boundaries(part: Part, line: bytes, reading: _Reading) -> Iterator[re.Match[bytes]]:
    """Yield the boundary lines; group 1 marks the last. A line that only begins so is none."""
    at = part.raw.find(line, part.start, part.end)
    while at >= 0:
        behind = at + len(line)
        first = at == part.start or part.raw[at - 1 : at] == b"\n"
        found = BOUNDARY_END.match(part.raw, behind, part.end) if first else None
        if found:
            yield found
            behind = found.end()
        else:
            reading.misses += 1
            if reading.misses > MOST_MISSES:
                raise UnreadableMail(say.BOUNDARY_EVERYWHERE)
        at = part.raw.find(line, behind - 1, part.end)


def _without_break(raw: bytes, begin: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
    if end > begin and raw[end - 1 : end] == b"\n":
        end -= 1
    return end - 1 if end > begin and raw[end - 1 : end] == b"\r" else end


def without_encoding(body: bytes, encoding: str, faults: list[str]) -> bytes:
    """Return `body` without its transfer encoding, as well as it goes; never raises."""
    name = encoding.lower().strip().strip("\"';")
    if name == "base64":
        return _from_base64(body, faults)
    if name == "quoted-printable":
        if BAD_ESCAPE.search(body):
            faults.append(say.BAD_ENCODING)
        return binascii.a2b_qp(body)
    if name not in IDENTITY:
        faults.append(say.UNKNOWN_ENCODING)
    return body


def _from_base64(body: bytes, faults: list[str]) -> bytes:
    """Decode stretch by stretch: lists and gateways glue a second one behind the padding."""
    letters = body.translate(None, NO_BASE64)
    damaged = len(letters) != len(body.translate(None, WHITE))
    if letters.count(b"=") > MOST_HEADERS:
        letters, damaged = letters.replace(b"=", b""), True
    found = []
    for stretch in re.split(rb"=+", letters):
        whole = stretch[: len(stretch) - 1] if len(stretch) % 4 == 1 else stretch
        damaged = damaged or len(whole) != len(stretch)
        found.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    if damaged:
        faults.append(say.BAD_ENCODING)
    return b"".join(found)

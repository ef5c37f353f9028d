"""Bank files broken in the ways that files break, for ``bench/fuzz_statements.py``.

Most changes know what they change: an element or its text, a line, a field or a tag of MT940. The
others are those of any file: lost, doubled and flipped bytes, an end that comes too early, a
charset that is not the one it says, a ZIP around it.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "formats" / "fixtures"
MAX_SIZE = 20_000
"""Bytes of a broken file: more would only take time."""

Change = Callable[[bytes, random.Random], bytes]

FIGURES = (
    "|0|-0|00|+1|1e9|NaN|12.345|12,345|0.00|.5|5.|-12.10|999999999999999.99|2026-02-30|0000-00-00"
    "|9999-12-31|2026-12-03+14:00|0001-01-01T00:00:00Z|9999-12-31T23:59:59-14:00|111111111111111111"
).split("|")
WORDS = (
    " |EUR|USD|CRDT|DBIT|BOOK|PDNG|INFO|FUTR|OPBD|CLBD|ITBD|PRCD|XXXX|true|NOTPROVIDED|NONREF|MD06"
    "|NL64ABNA0417164301|NL36 INGB 0007 6543 21|é€ß|&amp;|\u0663|\u00a0|\u2028|\U0001f4b6|\ufeff"
    "|&#1;|&x;|]]>|2026-12-03T24:00:00|"
).split("|")
WORDS.append("a" * 300)
ELEMENTS = (
    '<Ntry></Ntry>|<Amt Ccy="EUR">1.00</Amt>|<CdtDbtInd>DBIT</CdtDbtInd>|<Sts>BOOK</Sts>|<RtrInf/>'
    "|<Sts><Cd>PDNG</Cd></Sts>|<NtryDtls><TxDtls/><TxDtls/></NtryDtls>|<Chrgs><Amt>1</Amt></Chrgs>"
    '|<Btch><NbOfTxs>x</NbOfTxs></Btch>|<!-- -->|<?x y?>|<![CDATA[ ]]>|<!DOCTYPE a>|<a xmlns=""/>'
    "|<Bal/>|<Stmt/>|<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>|<Btch/>|"
).split("|")
ELEMENTS.append("<a>" * 70)
LINES = (
    ":20:X|:25:1|:28C:1/2|:60F:C261202EUR1,|:60M:D261202USD0,01|:62F:C261203EUR0,|:62M:C261203EUR0,"
    "|:64:C261203EUR0,|:86:|:86:/EREF//MARF/|-|-}|-XXX|{4:|:99:x|:61:2602290229D1,NTRF|\x01\x03"
    "|:61:261231RC1,005NTRF|:61:261203    C1,NTRFNONREF//|:61:2601011231D999999999999999,9S103X//B"
    "|:61:000000D1,NTRF|/TRCD/00100/|NL64ABNA0417164301|"
).split("|")
TAGS = (
    "/EREF/|/MARF/|/REMI/|/RTRN/|/IBAN/|/NAME/|/CNTP/|/PREF/|/NRTX/|//|/TRTP/|/RTYP/|/ORDP//NAME/"
    "|USTD//|STRD/CUR/|ISSUER: CUR REF: 1|IBAN: |NAAM: |000>|>20|>21|\nREK: |/NAAM: |SCOR/CUR/|"
    "BETALINGSKENM. |VERZAMEL EUROBETALING "
).split("|")
FIELDS = (b":61:", b":86:", b":62F:", b":60F:", b"")
NOISE = (b"\0", b"\r", b"\n", b"\x1a", b"\xff\xfe", b"\xc3", b"\x81", b"\xe9", b"<", b">", b"&")
CHARSETS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252")
CHARSET_NAMES = ("UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "rot13")
MEMBERS = ("a.xml", "a.xml", "b/c.940", "../a", "")

_ELEMENT = re.compile(rb"<(\w+)[^<>]*>[^<>]*</\1>|<[^<>]*>")
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
_FIELD = re.compile(rb"^:[0-9]{2}[A-Z]?:", re.MULTILINE)
_FIGURE = re.compile(rb"[0-9]+(?:[.,][0-9]*)?")


def seeds() -> list[bytes]:
    """Our own fixtures, of every format and bank."""
    return [path.read_bytes() for path in sorted(FIXTURES.glob("*/*.*"))]


def broken(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """`data` with one or more things wrong with it; now and then with the end of `other`."""
    if draw.random() < 0.05:
        data = _cut_off(data, draw) + other[draw.randrange(len(other) + 1) :]
    changes = _IN_XML if data.lstrip()[:1] == b"<" else _IN_MT940
    for _ in range(draw.choice((1, 1, 1, 1, 2, 2, 3))):
        data = draw.choice(changes)(data, draw)[:MAX_SIZE]
    return _zipped(data, draw) if draw.random() < 0.03 else data


# --- Of any file ----------------------------------------------------------------------------------
def _place(data: bytes, draw: random.Random) -> int:
    return draw.randrange(len(data) + 1)


def _lose_bytes(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[:at] + data[at + draw.randint(0, 60) :]


def _double_bytes(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[: at + draw.randint(0, 400)] + data[at:]


def _flip_bit(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    flipped = bytes(byte ^ 1 << draw.randrange(8) for byte in data[at : at + 1])
    return data[:at] + flipped + data[at + 1 :]


def _add_noise(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[:at] + draw.choice(NOISE) + data[at:]


def _cut_off(data: bytes, draw: random.Random) -> bytes:
    return data[: _place(data, draw)]


def _change_charset(data: bytes, draw: random.Random) -> bytes:
    text = data.decode(errors="replace").replace("UTF-8", draw.choice(CHARSET_NAMES), 1)
    return text.encode(draw.choice(CHARSETS), errors="replace")


def _change_line_ends(data: bytes, draw: random.Random) -> bytes:
    return data.replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\n", b" \n")))


def _zipped(data: bytes, draw: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(
        stream, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    ) as made:
        for number in range(draw.randint(1, 3)):
            made.writestr(f"{number}{draw.choice(MEMBERS)}", data)
    whole = stream.getvalue()
    if draw.random() < 0.5:
        return whole
    return draw.choice((_lose_bytes, _flip_bit, _add_noise, _cut_off))(whole, draw)


# --- Of XML and MT940 -----------------------------------------------------------------------------
def _replace(pattern: re.Pattern[bytes], data: bytes, new: bytes, draw: random.Random) -> bytes:
    """Put `new` where the pattern stands, the first time from some place on."""
    found = pattern.search(data, _place(data, draw)) or pattern.search(data)
    return data if found is None else data[: found.start()] + new + data[found.end() :]


def _change_text(data: bytes, draw: random.Random) -> bytes:
    return _replace(_TEXT, data, draw.choice(draw.choice((FIGURES, WORDS))).encode(), draw)


def _change_figure(data: bytes, draw: random.Random) -> bytes:
    return _replace(_FIGURE, data, draw.choice(FIGURES).encode(), draw)


def _change_element(data: bytes, draw: random.Random) -> bytes:
    return _replace(_ELEMENT, data, draw.choice(ELEMENTS).encode(), draw)


def _lose_element(data: bytes, draw: random.Random) -> bytes:
    return _replace(_ELEMENT, data, b"", draw)


def _copy_element(data: bytes, draw: random.Random) -> bytes:
    found = _ELEMENT.search(data, _place(data, draw))
    if found is None:
        return data
    copied = found.group()
    return (
        _replace(_ELEMENT, data, copied * 2, draw)
        if draw.random() < 0.5
        else (data[: found.end()] + copied + data[found.end() :])
    )


def _change_field(data: bytes, draw: random.Random) -> bytes:
    return _replace(_FIELD, data, draw.choice(FIELDS), draw)


def _change_lines(data: bytes, draw: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    new = [draw.choice(LINES).encode(), draw.choice(lines)]
    lines[at : at + draw.randint(0, 2)] = draw.choice(([], new[:1], new[1:], new))
    return b"\n".join(lines)


def _add_tag(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[:at] + draw.choice(TAGS).encode() + data[at:]


def _fold(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[:at] + b"\n" + data[at:].replace(b"\n", b"", draw.randint(0, 2))


_IN_ANY: tuple[Change, ...] = (
    *(_lose_bytes, _double_bytes, _flip_bit, _add_noise, _cut_off),
    *(_change_charset, _change_line_ends, _change_figure),
)
_IN_XML: tuple[Change, ...] = (
    *(_change_text, _change_text, _change_text, _lose_element, _lose_element),
    *(_change_element, _copy_element, *_IN_ANY),
)
_IN_MT940: tuple[Change, ...] = (
    *(_change_lines, _change_lines, _change_lines, _add_tag, _add_tag, _add_tag),
    *(_change_field, _fold, *_IN_ANY),
)

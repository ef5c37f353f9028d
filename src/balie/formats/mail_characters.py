"""Bytes to text when the character set that is named may be wrong, unknown or hostile.

Mail says iso-8859-1 and means windows-1252 (WHATWG's encoding standard reads it so), says us-ascii
and sends UTF-8. UTF-8 that holds beyond ASCII is recognised by its bytes: text in another set that
happens to be right UTF-8 does not occur in practice.
"""

import codecs
import re

from balie.formats import mail_sentences as say

# What a database or a line cannot hold; tab and line break stay.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
NEWLINE = re.compile("\r\n?|\x85|\u2028|\u2029")
# Read as windows-1252, of which they are a part as far as mail programs care.
WESTERN = frozenset({"ascii", "iso8859-1", "cp1252"})
SAME = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "ansi_x3.110-1983": "iso8859-1",
    "unicode": "utf-16",
    "ansi": "cp1252",
}
# Python knows codecs that are no character sets (zlib, punycode: slow on purpose); these are.
KNOWN = frozenset(
    codecs.lookup(name).name
    for name in (
        "ascii utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be iso8859-1"
        " iso8859-2"
        " iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10"
        " iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp437 cp737 cp775 cp850 cp852"
        " cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp865 cp866 cp874 cp932 cp949 cp950 cp1250"
        " cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman gb18030"
        " big5 big5hkscs euc-jp iso2022-jp iso2022-kr hz"
    ).split()
)


# What windows-1252 has where latin-1 has control characters; five places stay as they are.
WINDOWS = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
# How Python marks the bytes that are no UTF-8, and what windows-1252 says they are.
STRAY = {0xDC00 + byte: WINDOWS.get(byte, chr(byte)) for byte in range(0x80, 0x100)}


def western(data: bytes) -> str:
    """Read windows-1252; the five bytes it leaves open are read as latin-1, as browsers do."""
    return data.decode("latin-1").translate(WINDOWS)


def tidy(text: str) -> str:
    """One kind of line break, and nothing that no database holds."""
    return UNWANTED.sub("", NEWLINE.sub("\n", text))


def codec_of(charset: str) -> str | None:
    """The codec that reads `charset`, None when there is no such character set."""
    name = charset.strip().strip("\"'").lower().removeprefix("charset=")
    name = re.split(r"[\s;,$*]", name.lstrip("_"), maxsplit=1)[0][:40]
    try:
        found = codecs.lookup(SAME.get(name, name or "ascii")).name
    except (LookupError, ValueError):
        return None
    return found if found in KNOWN else None


def decoded(data: bytes, charset: str) -> tuple[str, str]:
    """Return the text of `data`, and "" or the sentence that says what was odd; never raises."""
    codec = codec_of(charset)
    marked = _by_mark(data)
    if marked is not None:
        return tidy(marked), ""
    fault = say.CHARSET_UNKNOWN if codec is None else ""
    if data.isascii() and codec not in {"utf-7", "iso2022_jp", "iso2022_kr", "hz", *WIDE}:
        return tidy(data.decode("ascii")), fault
    if codec is None or codec in WESTERN or codec == "iso8859-15":
        return _western_or_utf8(data, codec, fault)
    if codec == "utf-8":
        return _utf8(data)
    return _other(data, codec)


WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})


def _by_mark(data: bytes) -> str | None:
    """Text that begins with a byte order mark says itself what it is."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                return None
    return None


def _utf8(data: bytes) -> tuple[str, str]:
    """Read UTF-8; letters in between that are none are read as windows-1252."""
    try:
        return tidy(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        return tidy(text.translate(STRAY)), say.CHARSET_LIED


def _western_or_utf8(data: bytes, codec: str | None, fault: str) -> tuple[str, str]:
    try:
        return tidy(data.decode("utf-8")), fault or say.CHARSET_LIED
    except UnicodeDecodeError:
        pass
    beyond = any(0x80 <= byte <= 0x9F for byte in data)
    if codec == "iso8859-15" and not beyond:
        return tidy(data.decode("iso8859-15")), fault
    lied = codec != "cp1252" and (beyond or codec == "ascii")
    return tidy(western(data)), fault or (say.CHARSET_LIED if lied else "")


def _other(data: bytes, codec: str) -> tuple[str, str]:
    try:
        return tidy(data.decode(codec)), ""
    except (UnicodeError, ValueError):
        pass
    try:
        return tidy(data.decode("utf-8")), say.CHARSET_LIED
    except UnicodeDecodeError:
        return tidy(data.decode(codec, "replace")), say.CHARACTERS_LOST

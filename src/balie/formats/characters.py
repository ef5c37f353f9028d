"""The characters a SEPA file may carry: letters, digits and a few signs (EPC217-08).

Names and texts are transliterated, because a customer is called what he is called. References are
never changed, only judged: a changed reference would no longer be found when it comes back.
"""

import re
import unicodedata

REFERENCE_LENGTH = 35

_LATIN = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*\Z")
_NOT_LATIN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_BLANKS = re.compile(r"\s+")
_MARKS = re.compile(r"[\u0300-\u036f\u200b-\u200f\u2060\ufeff]")
# What decomposing does not split, and the signs that have a plain way of being written.
_SPELLED_OUT = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212_=~", "-")
    | dict.fromkeys('\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u00b4`"', "'")
    | dict.fromkeys("[{<", "(")
    | dict.fromkeys("]}>", ")")
    | dict.fromkeys("\\|", "/")
    | dict(zip("øØđĐðÐłŁħĦ\u0131", "oOdDdDlLhHi", strict=True))
    | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"þ": "th", "Þ": "TH", "ŋ": "ng", "Ŋ": "NG"}
    | {"€": "EUR", "&": "+", "@": "(at)", ";": ","}
)


def latin(text: str, *, limit: int | None = None) -> str:
    """Return `text` in the SEPA character set, cut at `limit` characters.

    Accents are dropped (é becomes e), ß becomes ss, & becomes +, a line break becomes a space; what
    has no Latin form at all becomes a full stop, as EPC217-08 advises.
    """
    if _LATIN.match(text) is None:
        spelled_out = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT))
        plain = _MARKS.sub("", spelled_out).translate(_SPELLED_OUT)
        text = _NOT_LATIN.sub(".", _BLANKS.sub(" ", plain))
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    return text.strip()[:limit].rstrip()


def is_latin(text: str) -> bool:
    """Tell whether every character of `text` may stand in a SEPA file as it is."""
    return _LATIN.match(text) is not None


def reference_fault(text: str, *, longest: int = REFERENCE_LENGTH) -> str | None:
    """Say what makes `text` unfit as an identifier in a SEPA file; None when nothing does."""
    if not text:
        return "it is empty"
    if len(text) > longest:
        return f"it has {len(text)} characters, at most {longest} are allowed"
    if strange := _NOT_LATIN.search(text):
        return f"it holds {strange.group()!r}, which no SEPA file may carry"
    if text != text.strip():
        return "it starts or ends with a space"
    if text.startswith("/") or text.endswith("/") or "//" in text:
        return "it starts or ends with a slash or holds a double slash"
    return None


def is_reference(text: str) -> bool:
    """Tell whether `text` can serve as an identifier in a SEPA file (1 to 35 characters)."""
    return reference_fault(text) is None

"""Header values that machines read: words in other sets (RFC 2047) and parameters (RFC 2231)."""

import binascii
import re
import unicodedata
from urllib.parse import unquote_to_bytes

from balie.formats.mail_characters import decoded

ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\n]*)\?=")
# Between two encoded words white space is no white space (RFC 2047, 6.2).
GLUED = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?\n]*\?=)[ \t\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
PARAMETER = re.compile(
    r"""([^\s=;"]{1,80})\s{0,20}=\s{0,20}(?:"((?:[^"\\]|\\.)*)"?|([^;\s][^;]*|))""", re.DOTALL
)
NUMBERED = re.compile(r"(.+?)\*(\d{1,3})?(\*)?")
MAX_PARAMETERS = 200
LONGEST = 20_000


def one_line(text: str) -> str:
    """One line without control, direction or invisible characters, white space collapsed."""
    spaced = " ".join(text.split())
    return "".join(one for one in spaced if one.isascii() or not _is_hidden(one))


def _is_hidden(one: str) -> bool:
    return unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and one != "\u200d"


def unfolded_words(text: str) -> str:
    """Return `text` with its encoded words decoded; a letter broken over two words is one again."""
    if "=?" not in text:
        return text
    joined = GLUED.sub(r"\1", text)
    pieces: list[str] = []
    pending: list[bytes] = []
    charset, at = "", 0
    for found in ENCODED.finditer(joined):
        if pending and (found.start() > at or found[1].lower() != charset):
            pieces.append(decoded(b"".join(pending), charset)[0])
            pending = []
        pieces.append(joined[at : found.start()])
        charset = found[1].lower()
        pending.append(_word(found[2], found[3]))
        at = found.end()
    if pending:
        pieces.append(decoded(b"".join(pending), charset)[0])
    return "".join(pieces) + joined[at:]


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split `text/plain; charset="x"; name*0*=...` into the value and its parameters, decoded.

    Continuations and character sets of RFC 2231 are put together; a name sent as encoded word,
    against the rules and by everybody, is decoded too. The first of two equals counts.
    """
    head, semicolon, rest = value.partition(";")
    if not semicolon:
        return head.strip(), {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, found in enumerate(PARAMETER.finditer(rest[:LONGEST])):
        if count >= MAX_PARAMETERS:
            break
        name = found[1].lower()
        text = found[3].strip() if found[2] is None else re.sub(r"\\(.)", r"\1", found[2])
        numbered = NUMBERED.fullmatch(name)
        if numbered is None:
            plain.setdefault(name, text)
        else:
            order = int(numbered[2] or 0)
            extended = bool(numbered[3]) or numbered[2] is None
            pieces.setdefault(numbered[1], {}).setdefault(order, (text, extended))
    result = {name: unfolded_words(text) for name, text in plain.items()}
    result.update({name: _joined(found) for name, found in pieces.items()})
    return head.strip(), result


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """Join `name*0*=utf-8''a%20b` and its continuations; bytes are joined before decoding."""
    charset, data = "utf-8", b""
    for place, order in enumerate(sorted(pieces)):
        text, extended = pieces[order]
        if place == 0 and extended and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
    return decoded(data, charset or "utf-8")[0]

"""The code of a bank proof: a reference in a range of its own.

`ADRES-BCDF-GHJK-LMNP`: consonants only. Without a digit it reads as no invoice number, RF
reference, betalingskenmerk or customer number, and without a dot as no domain name; so neither the
matcher nor a person takes it for anything else (DESIGN section 3). The last two letters check it.
"""

import re

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
PREFIX = "ADRES"
_BODY, _CHECK = 10, 2
CODES = len(LETTERS) ** _BODY
_MODULUS = 397  # the largest prime below 20 * 20
_GAP = r"[\s.,:/\-]*"
# A bank folds a line anywhere and keeps or drops blanks; capitals are not kept by all.
_WRITTEN = re.compile(r"\s*".join(PREFIX) + rf"((?:{_GAP}[{LETTERS}]){{{_BODY + _CHECK}}})")
_NO_LETTER = re.compile(r"[^A-Z]")


def format_code(number: int) -> str:
    """Return the code of a number from 0 up to `CODES`. Raises ValueError for another."""
    if not 0 <= number < CODES:
        raise ValueError(f"A code has a number from 0 up to {CODES}, not {number}.")
    letters = _letters(number, _BODY) + _letters(number % _MODULUS, _CHECK)
    groups = (letters[start : start + 4] for start in range(0, len(letters), 4))
    return "-".join((PREFIX, *groups))


def find_codes(text: str) -> list[str]:
    """Return the codes in what a payer wrote, each once, as we write them.

    Only whole ones with the right check letters; blanks, dashes, folds and case do not count.
    """
    found = []
    for written in _WRITTEN.finditer(text.upper()):
        letters = _NO_LETTER.sub("", written[1])
        code = format_code(_number(letters[:_BODY]))
        if code.replace("-", "") == PREFIX + letters:
            found.append(code)
    return list(dict.fromkeys(found))


def _letters(number: int, count: int) -> str:
    letters = []
    for _ in range(count):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(reversed(letters))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(LETTERS) + LETTERS.index(letter)
    return number

"""What a payer wrote, made ready to be read: tidied, unfolded, cut up as it is understood.

A bank folds a text at a width of its own, through words and numbers, and may lose the blank that
stood there. So a folded text has several readings; `readings` gives them all, and `Scan` is one of
them while it is being read. What has been understood is masked, so that nothing is read twice and
all places stay where they are.
"""

import re
import unicodedata
from dataclasses import dataclass

# Stands in for a number that was understood; a lone digit right after it may belong to it.
NUMBER_MASK = "|"
# Stands in for anything else that was understood.
MASK = "~"

# Glued before a number or a domain these are words of their own: "factuur2026-00123".
_PAYING_WORDS = (
    "account bedrag betaald betaling betalingskenmerk betr betreft customer debiteur debiteurennr"
    " debiteurennummer debiteurnr debiteurnummer domein domeinen domeinnaam fac facnr fact factnr"
    " factuur factuurnr factuurnummer facturen fak faktuur faktuurnr factuurno hosting inv inzake"
    " invoice invoicenr invoicenumber kenmerk klant klantcode klantid klantnr klantno klantnummer"
    " no nota notanr nr nrs number nummer nummers omschr omschrijving ref referentie reference"
    " relatie relatienr relatienummer rek rekening rekeningnr termijn voldaan webhosting"
)
WORDS = frozenset(_PAYING_WORDS.split())
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]|[|~\x00-\x09\x0b-\x1f\x7f]")
_FOLD_AT_BLANK = re.compile(r" +\n *|\n +|\A\n+|\n+\Z|\n\n+")
_FOLD_IN_DIGITS = re.compile(r"(?<=[0-9])\n(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Mention:
    """Something in the text or a reference that names items, customers, or nobody.

    `kind` is a code of matching_evidence, or "small" (one or two digits that are the sequence of an
    open item), or "other_domain" (a domain of no customer with something open). A `sure` mention
    names beyond doubt; one that is only unsure because of a fold is `folded`. `shape` is what to
    look for typing errors in: a year with the digits of a sequence, or letters with the digits of
    a customer number.
    """

    kind: str
    text: str
    items: tuple[int, ...] = ()
    customers: tuple[int, ...] = ()
    sure: bool = False
    folded: bool = False
    shape: tuple[str, str] | None = None


class Scan:
    """One reading while it is being read: what is left of it and what was found."""

    __slots__ = ("mentions", "rest", "shown")

    def __init__(self, reading: str) -> None:
        self.rest = reading.lower()
        # Some capitals of other scripts grow when made small; places must stay the same.
        self.shown = reading if len(reading) == len(self.rest) else self.rest
        self.mentions: list[Mention] = []

    def cut(self, start: int, end: int, mask: str) -> str:
        """Mask a part of the text and return it as it was typed, in one line."""
        self.rest = self.rest[:start] + mask * (end - start) + self.rest[end:]
        return " ".join(self.shown[start:end].split())

    def mask_all(self, pattern: re.Pattern[str], mask: str = MASK) -> None:
        """Mask every place that fits the pattern."""
        self.rest = pattern.sub(lambda found: mask * len(found[0]), self.rest)


def readings(text: str) -> tuple[str, ...]:
    """Return the ways to read a text with folds, that with all folds closed first.

    A fold beside a blank is that blank. Any other fold is closed in the first reading and open (a
    line feed) in the last; in between, folds inside digits are closed and the others open.
    """
    tidied = _FOLD_AT_BLANK.sub(" ", tidy_text(text))
    if "\n" not in tidied:
        return (tidied,)
    found = (tidied.replace("\n", ""), _FOLD_IN_DIGITS.sub("", tidied), tidied)
    return tuple(dict.fromkeys(found))


def tidy_text(text: str) -> str:
    """Return a text in one form: plain dashes, digits and blanks, nothing invisible, same case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES)
        text = "".join(map(_plain_digit, _INVISIBLE.sub("", text)))
    return _BLANKS.sub(" ", text.replace("\r\n", "\n"))


def is_word(letters: str) -> bool:
    """Tell whether letters glued to a number are a word of their own."""
    return letters in WORDS


def _plain_digit(character: str) -> str:
    if character.isascii() or not character.isdecimal():
        return character
    return str(unicodedata.decimal(character))

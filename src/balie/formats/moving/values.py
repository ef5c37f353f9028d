"""Values of a row: text, days, amounts, account numbers. What is wrong is noted, with its place.

A spreadsheet turns what looks like a number into one. What it did to an IBAN or a code cannot be
undone, so it is refused with the way to prevent it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from balie.formats.iban import is_valid_iban, normalise_iban
from balie.formats.moving.records import Remark
from balie.formats.moving.tables import Row, Value

AS_TEXT = "import the sheet again with this column as text, or take it from the source"
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TWO_DIGITS = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,2}")
_AMOUNT = re.compile(r"-?\d+|-?\d{1,3}(?:\.\d{3})*,\d+|-?\d{1,3}(?:,\d{3})*\.\d+|-?\d+[.,]\d+")
_NO_DAY = frozenset({"", "0000-00-00", "0000-00-00 00:00:00", "00-00-0000"})
_COUNTRIES = {"nederland": "NL", "netherlands": "NL", "the netherlands": "NL", "belgië": "BE"}
_COUNTRIES |= {"belgie": "BE", "belgium": "BE", "duitsland": "DE", "germany": "DE"}
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_HOUSE = re.compile(r"(.*\D)\s+(\d+\s*[-/]?\s*[A-Za-z0-9]{0,5})")


class Fields:
    """The values of one row. Reading notes faults and goes on, so that all are named at once."""

    def __init__(self, row: Row) -> None:
        self.line = row.line
        self.values: Mapping[str, Value] = row.values
        self.faults: list[Remark] = []
        self.warnings: list[Remark] = []

    def wrong(self, column: str, text: str) -> None:
        """Note that a value cannot be used."""
        self.faults.append(Remark(line=self.line, column=column, text=text))

    def doubt(self, column: str, text: str) -> None:
        """Note something a person should know; the row is used all the same."""
        self.warnings.append(Remark(line=self.line, column=column, text=text))

    def text(self, *columns: str, longest: int = 200, required: bool = False) -> str:
        """Return the first of these columns that holds something."""
        column, found = self._first(columns)
        if not found and required:
            self.wrong(columns[0], "is empty; fill it in")
        if len(found) > longest:
            self.wrong(column, f"has {len(found)} characters, {longest} fit; shorten it")
        return found

    def code(self, *columns: str, longest: int = 60, required: bool = True) -> str:
        """Return a code or number that is text: a debtor, a mandate, an invoice."""
        found = self.text(*columns, longest=longest, required=required)
        if _SCIENTIFIC.fullmatch(found):
            self.wrong(columns[0], f"{found!r} was made a number by a spreadsheet; {AS_TEXT}")
        return found

    def day(self, *columns: str, required: bool = False) -> date | None:
        """Return a day written 2026-11-23 or 23-11-2026; zeroes mean none."""
        column, found = self._first(columns)
        if found in _NO_DAY:
            if required:
                self.wrong(columns[0], "is empty; fill in a day, such as 2026-11-23")
            return None
        match = _DAY.fullmatch(found)
        if match is None:
            why = (
                "has a year of two digits; write four, such as 2026-11-23"
                if _TWO_DIGITS.fullmatch(found)
                else "is a day number of a spreadsheet; write it as 2026-11-23"
                if found.isdigit()
                else "is no day; write it as 2026-11-23"
            )
            self.wrong(column, f"{found!r} {why}")
            return None
        year, month, day, other_day, other_month, other_year = match.groups()
        try:
            return date(int(year or other_year), int(month or other_month), int(day or other_day))
        except ValueError:
            self.wrong(column, f"{found!r} does not exist; write a day that does")
            return None

    def cents(self, *columns: str, required: bool = True) -> int:
        """Return an amount in cents: 1234.56, 1234,56, 1.234,56; nothing is zero."""
        column, found = self._first(columns)
        if not found:
            if required:
                self.wrong(columns[0], "is empty; fill in an amount, such as 12,10")
            return 0
        amount = decimal(found)
        if amount is None:
            self.wrong(column, f"{found!r} is no amount; write it as 1234,56")
            return 0
        cents = amount * 100
        if cents != cents.to_integral_value():
            self.wrong(column, f"{found!r} does not end in whole cents; write it as 1234,56")
            return 0
        if abs(cents) >= 10**12:
            self.wrong(column, f"{found!r} is too large to be an amount")
            return 0
        return int(cents)

    def rate(self, *columns: str) -> int:
        """Return a VAT rate in basis points: 21 is 2100."""
        column, found = self._first(columns)
        rate = decimal(found.rstrip("%").strip()) if found else None
        if rate is None or not 0 <= rate <= 100:
            self.wrong(column, f"{found!r} is no VAT rate; write 21, 9 or 0")
            return 0
        return int(rate * 100)

    def iban(self, column: str) -> str:
        """Return an IBAN that checks; a mangled one is named as such."""
        found = self.text(column, longest=60, required=True)
        number = normalise_iban(found)
        if found and (_SCIENTIFIC.fullmatch(found) or number.isdigit()):
            why = "was an IBAN until a spreadsheet made it a number"
            self.wrong(column, f"{found!r} {why}; {AS_TEXT}")
        elif found and not is_valid_iban(number):
            why = "is no IBAN: its length or check digits are wrong"
            self.wrong(column, f"{found!r} {why}; {AS_TEXT}")
        return number

    def country(self, *columns: str) -> str:
        """Return a country as two letters; nothing is the Netherlands."""
        column, found = self._first(columns)
        code = _COUNTRIES.get(found.lower(), found.upper()) or "NL"
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            self.wrong(column, f"{found!r} is no country of two letters, such as NL")
        return code

    def email(self, *columns: str) -> str:
        """Return an e-mail address; without one nobody can sign in."""
        column, found = self._first(columns)
        if found and not (_EMAIL.fullmatch(found) and len(found) <= 254):
            self.wrong(column, f"{found!r} is no e-mail address; correct it or leave it empty")
        if not found:
            self.doubt(columns[0], "no e-mail address: nobody can sign in or be mailed yet")
        return found

    def kvk(self, *columns: str) -> str:
        """Return a KvK number of eight digits."""
        column, found = self._first(columns)
        number = re.sub(r"[\s.]", "", found)
        if number and not (number.isdigit() and len(number) == 8):
            why = "is no KvK number of 8 digits; was a zero in front lost?"
            self.wrong(column, f"{found!r} {why} {AS_TEXT}")
        return number

    def house(self, street: str) -> tuple[str, str]:
        """Split `Kade 12 a` into street and house number."""
        found = _HOUSE.fullmatch(street.strip())
        if found is None:
            self.doubt("address", f"no house number found in {street!r}; add it at the desk")
            return street[:70], ""
        return found[1].strip()[:70], found[2].strip()[:16]

    def _first(self, columns: Sequence[str]) -> tuple[str, str]:
        for column in columns:
            value = self.values.get(column, "")
            if isinstance(value, str) and value.strip():
                return column, value.strip()
        return columns[0], ""


def decimal(text: str) -> Decimal | None:
    """Return the number a text writes; None for none, and where a point may mean thousands."""
    tidy = re.sub(r"[\s\u00a0\u202f]|€|EUR", "", text).replace("\u2212", "-")
    if not _AMOUNT.fullmatch(tidy) or re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", tidy):
        return None
    point = max(tidy.rfind("."), tidy.rfind(","))
    if point >= 0:
        tidy = re.sub(r"[.,]", "", tidy[:point]) + "." + tidy[point + 1 :]
    try:
        return Decimal(tidy)
    except InvalidOperation:
        return None

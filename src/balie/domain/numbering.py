"""The numbers on our documents: how they look, how they are read back, what a customer quotes.

An invoice is F2026-00123 (series, year, sequence without gaps), its credit note C2026-00004, a
customer K10023, a ticket T-2026-00012. The payment reference of an invoice is ISO 11649 over its
number, so whoever has the one can compute the other.
"""

import re
from dataclasses import dataclass
from typing import Self

from balie.formats.references import rf_reference

SEQUENCE_DIGITS = 5
CUSTOMER_LETTER = "K"
_DOCUMENT = re.compile(r"([A-Z]{1,4})([0-9]{4})-([0-9]{5,12})")
_CUSTOMER = re.compile(r"K?[\s.\-]*([1-9][0-9]{4,11})", re.IGNORECASE)


class UnableToReadNumber(ValueError):
    """What was given is no number of ours; the message shows what one looks like."""


@dataclass(frozen=True, order=True, slots=True)
class InvoiceNumber:
    """The number of an invoice or a credit note; sorted by series, year and sequence.

    Raises ValueError when the series is not one to four capitals, the year has not four digits or
    the sequence is not positive or over twelve digits.
    """

    series: str
    year: int
    sequence: int

    def __post_init__(self) -> None:
        if not (self.series.isascii() and self.series.isalpha() and self.series.isupper()):
            raise ValueError(f"A series is one to four capitals, not {self.series!r}.")
        if len(self.series) > 4 or not 1000 <= self.year <= 9999:
            raise ValueError(
                f"A series has at most four letters and a year four digits:"
                f" not {self.series!r} and {self.year}."
            )
        if not 1 <= self.sequence < 10**12:
            raise ValueError(f"A sequence counts from 1, not {self.sequence}.")

    def __str__(self) -> str:
        return f"{self.series}{self.year}-{self.sequence:0{SEQUENCE_DIGITS}d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number exactly as we write it; for what customers type there is the matcher.

        Raises UnableToReadNumber.
        """
        found = _DOCUMENT.fullmatch(text)
        if found is not None and int(found[3]) > 0 and int(found[2]) >= 1000:
            number = cls(series=found[1], year=int(found[2]), sequence=int(found[3]))
            if str(number) == text:
                return number
        raise UnableToReadNumber(f"{text!r} is no invoice number. One looks like F2026-00123.")


def payment_reference(number: InvoiceNumber) -> str:
    """Return the RF reference of an invoice, 25 characters at most, different for each number.

    Letters, four digits of the year and the sequence can be told apart again, so no two numbers
    share a reference.
    """
    return rf_reference(f"{number.series}{number.year}{number.sequence:0{SEQUENCE_DIGITS}d}")


def format_customer_number(sequence: int) -> str:
    """Return the number a customer knows himself by: `K10023`, from five digits without zeroes."""
    if not 10**4 <= sequence < 10**12:
        raise ValueError(f"Customers are numbered from 10000, not {sequence}.")
    return f"{CUSTOMER_LETTER}{sequence}"


def normalise_customer_number(text: str) -> str | None:
    """Return a customer number as we write it, from what somebody typed; None when it is none.

    Case, blanks, dots and dashes do not count and the letter may be missing.
    """
    found = _CUSTOMER.fullmatch(text.strip())
    return f"{CUSTOMER_LETTER}{found[1]}" if found else None


def format_ticket_number(year: int, sequence: int) -> str:
    """Return the number of a ticket: `T-2026-00012`."""
    if not 1000 <= year <= 9999 or sequence < 1:
        raise ValueError(f"A ticket counts from 1 within a year: not {sequence} in {year}.")
    return f"T-{year}-{sequence:0{SEQUENCE_DIGITS}d}"

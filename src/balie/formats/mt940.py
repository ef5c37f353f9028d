"""Reads MT940 (SWIFT customer statement) in the shapes of the Dutch banks, as statements.

Each bank wraps the message in a header of its own (`{1:F01…`, `0000 01INGBNL2A…`, `ABNANL2A`,
`:940:`), so whatever stands before a `:20:` or after a closing balance is passed over. Within a
statement every line has its place, or the file is refused. `mt940_text` takes apart what the bank
says in `:86:`.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import IO, Any, NamedTuple

from balie.formats.bank_statement import MOST_CENTS, Entry, Statement, filled
from balie.formats.errors import UnreadableStatement
from balie.formats.mt940_fields import MAX_FIELD, fields_of
from balie.formats.mt940_free import iban_in
from balie.formats.mt940_text import details_of

MAX_INFO_LINES = 200
"""Lines about one entry, in as many `:86:` as the bank likes."""
MAX_ENTRIES = 500_000

_BALANCE = re.compile(r"([CDcd])([0-9]{6})([A-Z]{3})([0-9]{1,15})(?:,([0-9]*))?")
_ENTRY = re.compile(
    r"([0-9]{6})"  # value date
    r"([0-9]{4}|[ ]{4})?"  # entry date, without the year
    r"([Rr]?)([CDcd])[A-Za-z]?"  # R for a reversal, credit or debit, funds code
    r"([0-9]{1,15})(?:,([0-9]*))?"  # amount
    r"([NSF][A-Z0-9 ]{3})"  # type
    r"(.*)"  # reference of the customer // reference of the bank
)
_BEFORE_ENTRIES = frozenset({"13", "13D", "21"})
_AFTER_ENTRIES = frozenset({"64", "65", "86"})
_LAST = frozenset({"62F", "62M"})  # what follows these on further lines stands around the message
_FOLDED = frozenset({"28", "28C", "61", "86"})  # ING's own number may go on on a second line


def read_mt940(source: IO[bytes]) -> Iterator[Statement]:
    """Yield the statements of an MT940 file one at a time.

    Raises UnreadableStatement, with the line, for the first thing that is not as it must be; what
    was yielded before that belongs to a file that is refused as a whole.
    """
    reading = _Reading()
    for line, name, text in fields_of(source):
        statement = reading.take(line, name, text)
        if statement is not None:
            yield statement
    yield reading.finish()


class _Balance(NamedTuple):
    cents: int
    on: date
    currency: str


class _Reading:
    """Where the reading stands: the field it is at, and the statement that is open."""

    def __init__(self) -> None:
        self._line = 1  # of the field
        self._field = ""
        self._is_closed = True  # a statement is open from its :20: to its closing balance
        self._started = 0  # line of the last :20:
        self._reset()

    def _reset(self) -> None:
        self._statement_id: str | None = None
        self._account: str | None = None
        self._statement_number: str | None = None
        self._opening: _Balance | None = None
        self._closing: _Balance | None = None
        self._entries: list[Entry] = []
        self._entry: dict[str, Any] | None = None  # fields of a :61: that waits for its :86:
        self._references = ("", "")
        self._supplement: list[str] = []
        self._info: list[str] = []

    def take(self, line: int, name: str, text: str) -> Statement | None:
        """Read one field; returns the statement before it when this field begins a new one."""
        self._line, self._field = line, name
        finished = self._begin_statement() if name == "20" else None
        if self._is_closed:
            if name not in _AFTER_ENTRIES or not self._started:
                raise UnreadableStatement(
                    f"the field :{name}: stands outside a statement", line=line
                )
            return None
        lines = self._lines(text) if "\n" in text else [text]
        if name == "86":
            self._describe_entry(lines)
        elif name == "61":
            self._end_entry()
            self._begin_entry(lines)
        else:
            self._take_other(name, lines)
        return finished

    def finish(self) -> Statement:
        """The last statement, at the end of the file."""
        if not self._started:
            raise UnreadableStatement("the file holds no statement", line=self._line)
        return self._statement()

    def _lines(self, text: str) -> list[str]:
        """The first line of a field and what is not blank; only some may have more than one."""
        lines = text.split("\n")
        if not all(map(str.strip, lines)):
            lines = lines[:1] + [line for line in lines[1:] if line.strip()]
        if self._field in _LAST:
            return lines[:1]
        if "\n-}" in text:
            line = self._line + text[: text.index("\n-}")].count("\n") + 1
            raise UnreadableStatement("the statement ends without a closing balance", line=line)
        if len(lines) > 1 and self._field not in _FOLDED:
            line = self._line + text.split("\n").index(lines[1], 1)
            reason = f"the field :{self._field}: goes on on a second line"
            raise UnreadableStatement(reason, line=line)
        return lines

    def _begin_statement(self) -> Statement | None:
        finished = self._statement() if self._started else None
        self._reset()
        self._started, self._is_closed = self._line, False
        return finished

    def _statement(self) -> Statement:
        opening, closing, account = self._opening, self._closing, self._account
        if opening is None or closing is None or account is None:
            missing = "account (:25:)" if account is None else "opening balance (:60F:)"
            if account is not None and opening is not None:
                missing = "closing balance (:62F:)"
            reason = f"the statement that begins here has no {missing}"
            raise UnreadableStatement(reason, line=self._started)
        return Statement(
            format="MT940",
            account=account,
            iban=iban_in(account, currency=opening.currency),
            statement_id=self._statement_id,
            number=self._statement_number,
            currency=opening.currency,
            opening_cents=opening.cents,
            opening_on=opening.on,
            closing_cents=closing.cents,
            closing_on=closing.on,
            entries=tuple(self._entries),
        )

    def _take_other(self, name: str, lines: list[str]) -> None:
        """A field that is neither `:61:` nor `:86:`: of the statement as a whole."""
        text = lines[0].strip()
        if name in _LAST:
            self._end_entry()
            self._closing = self._balance(text)
            self._is_closed = True
        elif name in {"60F", "60M"} and self._opening is None:
            self._opening = self._balance(text)
        elif name == "20":
            self._statement_id = filled(text)
        elif name in {"25", "25P"} and self._account is None and filled(text):
            self._account = text
        elif name in {"28", "28C"} and self._statement_number is None:
            self._statement_number = filled("".join(map(str.strip, lines)))
        elif name not in _BEFORE_ENTRIES:
            raise self._bad_field("is empty, is repeated or does not belong in an MT940")

    def _describe_entry(self, lines: list[str]) -> None:
        """A `:86:` tells of the last `:61:`; Rabobank's old form has one for each line of text."""
        if self._entry is None:
            raise self._bad_field("describes no entry")
        self._info = self._info + lines if self._info else lines
        if len(self._info) > MAX_INFO_LINES or sum(map(len, self._info)) > MAX_FIELD:
            most = f"{MAX_INFO_LINES} lines or {MAX_FIELD:,} characters"
            raise self._bad_field(f"makes more than {most} about one entry")

    def _bad_field(self, reason: str) -> UnreadableStatement:
        return UnreadableStatement(f"the field :{self._field}: {reason}", line=self._line)

    def _balance(self, text: str) -> _Balance:
        match = _BALANCE.fullmatch(text)
        if match is None:
            raise self._bad_field(f"holds no balance: {text[:40]!r}")
        mark, on, currency, whole, decimals = match.groups()
        cents = self._cents(whole, decimals)
        if self._opening is not None and self._opening.currency != currency:
            raise self._bad_field(f"is in {currency}, the opening balance was not")
        return _Balance(cents if mark in "Cc" else -cents, self._day(on), currency)

    def _begin_entry(self, lines: list[str]) -> None:
        text = lines[0].strip()
        match = _ENTRY.fullmatch(text)
        if match is None:
            raise self._bad_field(f"is not an entry: {text[:60]!r}")
        if self._opening is None:
            raise self._bad_field("stands before the opening balance")
        value, entry, reversal, mark, whole, decimals, type_code, rest = match.groups()
        cents = self._cents(whole, decimals)
        value_date, booked_on = self._days(value, entry)
        self._entry = {
            "amount_cents": cents if (mark in "Cc") != bool(reversal) else -cents,
            "value_date": value_date,
            "booked_on": booked_on,
            "bank_transaction_code": type_code.strip(),
            "reversal": bool(reversal),
        }
        reference, _, bank_reference = rest.partition("//")
        self._references = (reference, bank_reference.strip())
        self._supplement = lines[1:]

    def _end_entry(self) -> None:
        """Everything about the last `:61:` has been read."""
        entry = self._entry
        if entry is None:
            return
        reference, bank_reference = self._references
        details = details_of(
            info=self._info,
            reference=reference,
            bank_reference=bank_reference,
            supplement=self._supplement,
            incoming=entry["amount_cents"] >= 0,
        )
        self._entries.append(Entry.of(entry | details))
        if len(self._entries) > MAX_ENTRIES:
            reason = f"one statement has more than {MAX_ENTRIES:,} entries"
            raise UnreadableStatement(reason, line=self._line)
        self._entry, self._info = None, []

    def _cents(self, whole: str, decimals: str | None) -> int:
        if decimals and len(decimals) > 2:
            raise self._bad_field(f"has an amount with more than 2 decimals: {whole},{decimals}")
        cents = int(whole + (decimals or "").ljust(2, "0"))
        if cents > MOST_CENTS:
            raise self._bad_field(f"has an amount that no account holds: {whole},{decimals or ''}")
        return cents

    def _day(self, text: str) -> date:
        day = _day_of(text)
        if day is None:
            raise self._bad_field(f"has a date that does not exist: {text}")
        return day

    def _days(self, value: str, entry: str | None) -> tuple[date, date]:
        """Value date and booking date; without the second the first is both."""
        value_date, booked_on = _days_of(value, entry)
        if value_date is None:
            raise self._bad_field(f"has a date that does not exist: {value}")
        if booked_on is None:
            raise self._bad_field(f"has a booking date that does not exist: {entry}")
        return value_date, booked_on


@lru_cache(maxsize=1024)  # a statement has few days and many entries
def _days_of(value: str, entry: str | None) -> tuple[date | None, date | None]:
    value_date = _day_of(value)
    if value_date is None or entry is None or entry.isspace():
        return value_date, value_date
    return value_date, _nearest_day(entry, value_date)


def _day_of(text: str) -> date | None:
    """The day YYMMDD of this century."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _nearest_day(text: str, value_date: date) -> date | None:
    """The day MMDD closest to the value date: at a turn of the year the two differ in year."""
    days = [_day_of(f"{(value_date.year + step) % 100:02}{text}") for step in (-1, 0, 1)]
    found = [day for day in days if day is not None]
    return min(found, key=lambda day: abs(day - value_date), default=None)

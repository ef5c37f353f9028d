"""Reads MT940 (SWIFT customer statement) in the shapes of the Dutch banks, as statements.

Each bank wraps the message in a header of its own (`{1:F01…`, `0000 01INGBNL2A…`, `ABNANL2A`,
`:940:`), so whatever stands before a `:20:` or after a closing balance is passed over. Within a
statement every line has its place, or the file is refused. `mt940_text` takes apart what the bank
says in `:86:`.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import IO, Any, NamedTuple

from balie.formats.bank_statement import Entry, Statement, filled
from balie.formats.errors import UnreadableStatement
from balie.formats.mt940_free import iban_in
from balie.formats.mt940_text import details_of

MAX_BYTES = 500_000_000
MAX_LINES = 5_000_000
MAX_LINE = 10_000
"""Characters in one line."""
MAX_FIELD = 10_000
"""Characters in one field, and about one entry; SWIFT allows 390, some banks write more."""
MAX_INFO_LINES = 200
"""Lines about one entry, in as many `:86:` as the bank likes."""
MAX_ENTRIES = 500_000

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 65_536
_DELIMITERS = b"\x01\x03\x1a"  # around messages, and at the end of a file
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n"})
_FIELD = re.compile(r":([0-9]{2}[A-Z]?):(.*)")
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
_FOLDED = frozenset({"28", "28C", "61", "86"})  # ING's own number may go on on a second line


def read_mt940(source: IO[bytes]) -> Iterator[Statement]:
    """Yield the statements of an MT940 file one at a time.

    Raises UnreadableStatement, with the line, for the first thing that is not as it must be; what
    was yielded before that belongs to a file that is refused as a whole.
    """
    reading = _Reading()
    for lines in _blocks(source):
        yield from reading.take(lines)
    yield reading.finish()


def _blocks(source: IO[bytes]) -> Iterator[list[str]]:
    """The lines without their ends, many at a time: most work is done once for all of them."""
    size = number = 0
    while block := source.read(_CHUNK):
        if not size and block.startswith(_BOMS):
            raise UnreadableStatement("the file starts with a byte order mark", line=1)
        if not block.endswith(b"\n"):
            block += source.readline(4 * MAX_LINE + 2)
        lines = _texts(block.removesuffix(b"\n").replace(b"\r\n", b"\n"), number=number)
        longest = max(lines, key=len)
        if len(longest) > MAX_LINE:
            line = number + lines.index(longest) + 1
            raise UnreadableStatement(f"a line longer than {MAX_LINE:,} characters", line=line)
        size += len(block)
        number += len(lines)
        if size > MAX_BYTES or number > MAX_LINES:
            reason = f"the file is larger than {MAX_BYTES:,} bytes or {MAX_LINES:,} lines"
            raise UnreadableStatement(reason, line=number)
        yield lines


def _texts(block: bytes, *, number: int) -> list[str]:
    """The lines of `block`, which come after line `number`; an MT940 declares no charset."""
    if len(block.translate(None, _CONTROLS)) == len(block):
        try:
            return block.decode().split("\n")
        except UnicodeDecodeError:
            pass  # some line is not UTF-8, not all of them
    return [_text(line, number=number + at) for at, line in enumerate(block.split(b"\n"), start=1)]


def _text(line: bytes, *, number: int) -> str:
    """One line, in UTF-8 or the charset of Windows, without what stands around messages."""
    line = line.rstrip(b"\r").strip(_DELIMITERS)
    if len(line.translate(None, _CONTROLS)) != len(line):
        raise UnreadableStatement("a control character, this is no text file", line=number)
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        reason = "the text is neither UTF-8 nor Windows-1252"
        raise UnreadableStatement(reason, line=number) from None


class _Balance(NamedTuple):
    cents: int
    on: date
    currency: str


class _Reading:
    """Where the reading stands: the statement that is open, and the field that may still go on."""

    def __init__(self) -> None:
        self.number = 0
        self._field = ""  # empty outside a statement
        self._field_number = 0
        self._field_lines: list[str] = []
        self._field_length = 0
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
        self._line: dict[str, Any] | None = None  # fields of a :61: that waits for its :86:
        self._references = ("", "")
        self._supplement: list[str] = []
        self._info: list[str] = []
        self._info_length = 0

    def refuse(self, reason: str, *, line: int | None = None) -> UnreadableStatement:
        """The refusal for `reason` at the line where the reading stands, or at `line`."""
        return UnreadableStatement(reason, line=line or self.number)

    def take(self, lines: list[str]) -> Iterator[Statement]:
        """Read these lines; yields each statement once a line begins the next one."""
        for line in lines:
            self.number += 1
            match = _FIELD.match(line) if line[:1] == ":" else None
            if match is None:
                self._go_on(line)
                continue
            self._end_field()
            name, text = match.groups()
            if name == "20":
                if self._started:
                    yield self._statement()
                self._reset()
                self._started, self._is_closed = self.number, False
            elif self._is_closed and (name not in _AFTER_ENTRIES or not self._started):
                raise self.refuse(f"the field :{name}: stands outside a statement")
            self._field, self._field_number = name, self.number
            self._field_lines, self._field_length = [text], len(text)
            if name in {"62F", "62M"}:
                self._end_entry()
                self._closing = self._balance(text)
                self._is_closed = True

    def finish(self) -> Statement:
        """The last statement, at the end of the file."""
        self._end_field()
        if not self._started:
            raise self.refuse("the file holds no statement")
        return self._statement()

    def _go_on(self, line: str) -> None:
        """A line that begins no field: more of the last one, or something around the messages."""
        if self._is_closed or not line.strip():
            return
        if self._field not in _FOLDED:
            raise self.refuse(f"the field :{self._field}: goes on on a second line")
        if line.startswith("-}"):
            raise self.refuse("the statement ends without a closing balance")
        self._field_lines.append(line)
        self._field_length += len(line) + 1
        if self._field_length > MAX_FIELD:
            raise self.refuse(f"the field :{self._field}: is longer than {MAX_FIELD:,} characters")

    def _statement(self) -> Statement:
        opening, closing, account = self._opening, self._closing, self._account
        if opening is None or closing is None or account is None:
            missing = "account (:25:)" if account is None else "opening balance (:60F:)"
            if account is not None and opening is not None:
                missing = "closing balance (:62F:)"
            raise self.refuse(
                f"the statement that begins here has no {missing}", line=self._started
            )
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

    def _end_field(self) -> None:
        """The field that was being read is complete: put it where it belongs."""
        name = self._field
        if self._is_closed or not name:
            return
        text = self._field_lines[0].strip()
        if name == "61":
            self._end_entry()
            self._begin_entry(text)
        elif name == "86":
            self._describe_entry()
        elif name in {"60F", "60M"} and self._opening is None:
            self._opening = self._balance(text)
        elif name == "20":
            self._statement_id = filled(text)
        elif name in {"25", "25P"} and self._account is None and filled(text):
            self._account = text
        elif name in {"28", "28C"} and self._statement_number is None:
            self._statement_number = filled("".join(map(str.strip, self._field_lines)))
        elif name not in _BEFORE_ENTRIES:
            raise self._bad_field("is empty, is repeated or does not belong in an MT940")

    def _describe_entry(self) -> None:
        """A `:86:` tells of the last `:61:`; Rabobank's old form has one for each line of text."""
        if self._line is None:
            raise self._bad_field("describes no entry")
        self._info += self._field_lines
        self._info_length += self._field_length
        if len(self._info) > MAX_INFO_LINES or self._info_length > MAX_FIELD:
            most = f"{MAX_INFO_LINES} lines or {MAX_FIELD:,} characters"
            raise self._bad_field(f"makes more than {most} about one entry")

    def _bad_field(self, reason: str) -> UnreadableStatement:
        return self.refuse(f"the field :{self._field}: {reason}", line=self._field_number)

    def _balance(self, text: str) -> _Balance:
        match = _BALANCE.fullmatch(text.strip())
        if match is None:
            raise self._bad_field(f"holds no balance: {text[:40]!r}")
        mark, on, currency, whole, decimals = match.groups()
        cents = self._cents(whole, decimals)
        if self._opening is not None and self._opening.currency != currency:
            raise self._bad_field(f"is in {currency}, the opening balance was not")
        return _Balance(cents if mark in "Cc" else -cents, self._day(on), currency)

    def _begin_entry(self, text: str) -> None:
        match = _ENTRY.fullmatch(text)
        if match is None:
            raise self._bad_field(f"is not an entry: {text[:60]!r}")
        if self._opening is None:
            raise self._bad_field("stands before the opening balance")
        value, entry, reversal, mark, whole, decimals, type_code, rest = match.groups()
        cents = self._cents(whole, decimals)
        value_date, booked_on = self._days(value, entry)
        self._line = {
            "amount_cents": cents if (mark in "Cc") != bool(reversal) else -cents,
            "value_date": value_date,
            "booked_on": booked_on,
            "bank_transaction_code": type_code.strip(),
            "reversal": bool(reversal),
        }
        reference, _, bank_reference = rest.partition("//")
        self._references = (reference, bank_reference.strip())
        self._supplement = self._field_lines[1:]

    def _end_entry(self) -> None:
        """Everything about the last `:61:` has been read."""
        line = self._line
        if line is None:
            return
        reference, bank_reference = self._references
        details = details_of(
            info=self._info,
            reference=reference,
            bank_reference=bank_reference,
            supplement=self._supplement,
            incoming=line["amount_cents"] >= 0,
        )
        self._entries.append(Entry.of(line | details))
        if len(self._entries) > MAX_ENTRIES:
            raise self.refuse(f"one statement has more than {MAX_ENTRIES:,} entries")
        self._line, self._info, self._info_length = None, [], 0

    def _cents(self, whole: str, decimals: str | None) -> int:
        if decimals and len(decimals) > 2:
            raise self._bad_field(f"has an amount with more than 2 decimals: {whole},{decimals}")
        return int(whole) * 100 + int((decimals or "").ljust(2, "0"))

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

"""Bytes of a table to rows of text: CSV as spreadsheets and databases write it, or JSON answers.

Encodings: UTF-8 with or without mark, UTF-16 with mark, else Windows-1252. Separators: semicolon,
comma, tab. Nothing of a password ever leaves this module.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from balie.formats.moving.records import BrokenFile

LARGEST_FILE = 64 * 1024 * 1024
_SECRET = re.compile(
    r"passw|passwd|^pass$|^pw$|secret|token|securityq|cardnum|cvv|hash", re.IGNORECASE
)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ";,\t"

Value = str | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True)
class Row:
    """One row: the line it began on (or its number in a JSON list) and its values by column."""

    line: int
    values: Mapping[str, Value]


def is_json(content: bytes) -> bool:
    """Tell whether a file is JSON and not a table."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def table_rows(content: bytes) -> tuple[list[str], list[Row]]:
    """Return the columns of a CSV file and its rows; empty lines do not count.

    Raises BrokenFile for what is no table, and for a row with more or fewer cells than columns.
    """
    text = _decoded(content)
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=header.count)
    if separator not in header:
        raise BrokenFile(
            "line 1: there are no columns separated by ; or , here; save the sheet as CSV"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines = _lines(reader)
    _, names = next(lines)
    columns = [_column(name) for name in names]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise BrokenFile(f"line 1: column {twice[0]} stands there twice; keep one of them")
    return columns, [_row(line, columns, cells) for line, cells in lines]


def json_rows(content: bytes) -> tuple[list[str], list[Row]]:
    """Return the rows of one or more JSON answers, whatever they are wrapped in.

    Raises BrokenFile for an answer that is an error, or that holds fewer rows than it says.
    """
    try:
        read = json.loads(_decoded(content), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise BrokenFile(f"this is no JSON ({error}); ask for the answer again") from error
    answers = read if isinstance(read, list) else [read]
    found: list[dict[str, Value]] = []
    announced = 0
    for answer in answers:
        if not isinstance(answer, dict):
            raise BrokenFile("a list of rows or of answers is expected; this holds something else")
        _refuse_error(answer)
        wrapped = _wrapped(answer)
        announced = max(announced, _whole(answer.get("totalresults")))
        found += [answer] if wrapped is None else wrapped
    if announced > len(found):
        raise BrokenFile(
            f"the answers hold {len(found)} of {announced} rows; ask for the other pages too"
            " (limitstart and limitnum, or offset and limit) and put all answers in one list"
        )
    rows = [Row(number, _clean(row)) for number, row in enumerate(found, start=1)]
    return sorted({name for row in rows for name in row.values}), rows


def listed(value: object) -> list[dict[str, Value]]:
    """Return a list that may be one element, a dict around it, or an empty text."""
    if isinstance(value, dict):
        inner = [one for one in value.values() if isinstance(one, dict | list)]
        if len(value) == 1 and inner:
            return listed(inner[0])
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise BrokenFile(f"larger than {LARGEST_FILE // 1024 // 1024} MB; split the file")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise BrokenFile("this is no text; save the sheet as CSV, not as a workbook")
    if not text.strip():
        raise BrokenFile("the file is empty")
    return text


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenFile(
                f"line {before + 1}: {error}; look for a quotation mark that is not closed"
            ) from error
        line, before = before + 1, reader.line_num  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells):
            yield line, cells


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise BrokenFile(
            f"line {line}: {len(cells)} cells under {len(columns)} columns; a value with the"
            " separator in it must stand between quotation marks"
        )
    return Row(line, _clean(dict(zip(columns, cells, strict=True))))


def _column(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().strip('"').lower())


def _clean(row: Mapping[str, object]) -> dict[str, Value]:
    """Return the row with text for every value and nothing secret, names in lower case."""
    return {
        _column(name): _text(value)
        for name, value in row.items()
        if name and not _SECRET.search(_column(name))
    }


def _text(value: object) -> Value:
    if isinstance(value, dict):
        return dict(_clean(value))
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else unescape(str(value)).strip()


def _refuse_error(answer: Mapping[str, object]) -> None:
    if "error" in {answer.get("result"), answer.get("status")} and (
        "message" in answer or "errors" in answer
    ):
        why = answer.get("message") or answer.get("errors")
        raise BrokenFile(f"this answer is an error and holds no rows: {why}")


def _wrapped(answer: Mapping[str, object]) -> list[dict[str, Value]] | None:
    """Return the rows inside an answer; None when it is a row itself."""
    if not {"result", "controller", "totalresults"} & set(answer):
        return None
    holders = [value for value in answer.values() if isinstance(value, dict | list)]
    plain = {"invoiceid", "clientid", "Identifier", "id"} & set(answer)
    return None if plain else [row for value in holders for row in listed(value)]


def _whole(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else 0

"""Tables for bookkeepers: CSV and XLSX, in which no text is ever a formula.

A name that begins with = + - @ is run by a spreadsheet that opens a CSV (OWASP: CSV injection), so
it gets an apostrophe in front there; in a workbook it is written as what it is, text.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import xlsxwriter

Cell = str | int | date | None
Kind = Literal["text", "cents", "count", "day"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_SHEET_NAME = 31
WIDTHS: dict[Kind, int] = {"text": 28, "cents": 14, "count": 10, "day": 12}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name in files, its heading for people, and what its cells are."""

    name: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table. Cents are whole numbers here and amounts in the files."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def to_csv(sheet: Sheet) -> bytes:
    """Return a CSV as Dutch spreadsheets open it: UTF-8 with a mark, semicolons, comma decimals."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [_csv_cell(cell, column.kind) for cell, column in zip(row, sheet.columns, strict=True)]
        )
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if kind == "cents" and isinstance(cell, int):
        return f"{Decimal(cell) / 100:.2f}".replace(".", ",")
    if isinstance(cell, date | int):
        return str(cell)
    return harmless(cell)


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text


def to_xlsx(sheet: Sheet) -> bytes:
    """Return a workbook of one sheet: amounts are numbers, days are days, text is only text."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        page = book.add_worksheet(_sheet_name(sheet.title))
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "cents": book.add_format({"num_format": "#,##0.00"}),
            "count": book.add_format({"num_format": "0"}),
            "day": book.add_format({"num_format": "dd-mm-yyyy"}),
        }
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, WIDTHS[column.kind])
            page.write_string(0, place, column.heading, head)
        for number, row in enumerate(sheet.rows, start=1):
            for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
                if cell is None:
                    continue
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, formats["day"])
                elif isinstance(cell, int):
                    # A decimal of two places survives: a workbook holds binary fractions.
                    value = cell / 100 if column.kind == "cents" else cell
                    page.write_number(number, place, value, formats.get(column.kind))
                else:
                    page.write_string(number, place, cell)
    return content.getvalue()


def _sheet_name(title: str) -> str:
    allowed = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)
    return allowed[:LONGEST_SHEET_NAME].strip() or "Balie"

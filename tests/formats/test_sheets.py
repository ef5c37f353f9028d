"""Tables for bookkeepers: amounts and days as such, and no text that becomes a formula."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from balie.formats.sheets import Column, Sheet, to_csv, to_xlsx

COLUMNS = (
    Column(name="name", heading="Naam"),
    Column(name="day", heading="Dag", kind="day"),
    Column(name="amount", heading="Bedrag", kind="cents"),
    Column(name="count", heading="Aantal", kind="count"),
)
HOSTILE = [
    '=HYPERLINK("https://elders.example","klik")',
    "+31501234567",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "{=1+1}",
    "https://elders.example",
]


def sheet(name: str) -> Sheet:
    return Sheet(
        name="t", title="Titel: [1]", columns=COLUMNS, rows=[[name, date(2026, 11, 23), -1205, 3]]
    )


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_opens_in_a_dutch_spreadsheet() -> None:
    content = to_csv(sheet("Café; de 'Linde'"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert csv_rows(content) == [
        ["Naam", "Dag", "Bedrag", "Aantal"],
        ["Café; de 'Linde'", "2026-11-23", "-12,05", "3"],
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula(text: str) -> None:
    (cell, *_), *_rest = csv_rows(to_csv(sheet(text)))[1:]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(sheet(text))))
    written = book.worksheets[0]["A2"]

    assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert written.data_type == "s"
    assert written.hyperlink is None


def test_workbook_holds_amounts_days_and_counts() -> None:
    page = openpyxl.load_workbook(io.BytesIO(to_xlsx(sheet("x")))).worksheets[0]

    assert page.title == "Titel   1"
    assert [cell.value for cell in page[1]] == ["Naam", "Dag", "Bedrag", "Aantal"]
    assert page["B2"].value.date() == date(2026, 11, 23)
    assert (page["C2"].value, page["D2"].value) == (-12.05, 3)

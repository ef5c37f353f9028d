"""Tables with which a company moves in: every encoding and separator, and what a sheet mangles."""

import json
from datetime import date

import pytest

from balie.formats.moving import own
from balie.formats.moving.records import BrokenFile, InvoiceRecord, MandateRecord, Moving
from balie.formats.moving.tables import json_rows, table_rows
from balie.formats.moving.values import decimal

HEAD = "debtor_code;name;street;postcode;city;email"
MANDATES = (
    "debtor_code;account_name;iban;mandate_id;signed_on;last_collected_on;original_mandate_id"
)
INVOICES = "invoice_number;debtor_code;issued_on;due_on;vat_rate;net;vat;open"


def said(moving: Moving) -> list[str]:
    return [str(fault) for fault in moving.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_table_is_read_in_every_encoding_and_separator(encoding: str, separator: str) -> None:
    text = f"{HEAD}\r\nDB1;Café Zeezïcht;Kade 1;8911 CJ;Leeuwarden;a@b.example\r\n"

    moving = own.read(text.replace(";", separator).encode(encoding), kind="customers")

    assert [record.raw["name"] for record in moving.records] == ["Café Zeezïcht"]
    assert said(moving) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is empty"),
        ("debtor_code", "line 1: there are no columns separated by ; or , here"),
        ("debtor_code;name", "line 1: column city, postcode, street is missing"),
        (f"{HEAD};name", "line 1: column name stands there twice"),
        (f"{HEAD}\nDB1;A;B", "line 2: 3 cells under 6 columns"),
        (f'{HEAD}\nDB1;"A', "line 2: unexpected end of data"),
        ("PK\x03\x04\x00\x00", "this is no text; save the sheet as CSV"),
    ],
)
def test_what_is_no_table_is_refused_whole(text: str, fault: str) -> None:
    with pytest.raises(BrokenFile) as refused:
        own.read(text.encode(), kind="customers")

    assert str(refused.value).startswith(fault)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12,10", 1210),
        ("12.10", 1210),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("€ 1.234,56", 123456),
        ("-5", -500),
        ("0.005", None),
        ("1.234", None),
        ("twaalf", None),
    ],
)
def test_amount_is_read_or_named(text: str, cents: int | None) -> None:
    row = f"{INVOICES}\nF1;DB1;2026-01-02;;0;{text};0;0"

    moving = own.read(row.encode(), kind="invoices")

    if cents is None:
        assert said(moving) != []
        assert said(moving)[0].startswith("line 2, column net:")
    else:
        assert [one.net_cents for one in moving.records if isinstance(one, InvoiceRecord)] == [
            cents
        ]


def test_decimal_of_a_dutch_thousand_without_cents_is_a_doubt() -> None:
    assert decimal("1.234") is None
    assert decimal("1234") == 1234
    assert decimal("12345.67") == decimal("12.345,67")


def test_every_mangled_value_is_named_with_line_and_column() -> None:
    rows = [
        "DB1;Jansen;NL39 RABO 0300 0652 64;M-1;2020-05-01;2026-10-01;",
        "DB2;Jansen;3,00652E+17;M-2;01-05-2020;;",
        "DB3;Jansen;300065264;M-3;01-02-03;;",
        "DB4;Jansen;NL39RABO0300065265;M-4;43952;;",
        "DB5;Jansen;NL39RABO0300065264;1,2E+10;31-02-2020;;",
    ]

    moving = own.read("\n".join([MANDATES, *rows]).encode(), kind="mandates")

    assert [record.key for record in moving.records] == ["M-1"]
    assert [fault.split(";")[0] for fault in said(moving)] == [
        "line 3, column iban: '3,00652E+17' was an IBAN until a spreadsheet made it a number",
        "line 4, column signed_on: '01-02-03' has a year of two digits",
        "line 4, column iban: '300065264' was an IBAN until a spreadsheet made it a number",
        "line 5, column signed_on: '43952' is a day number of a spreadsheet",
        (
            "line 5, column iban: 'NL39RABO0300065265' is no IBAN: its length or check digits are"
            " wrong"
        ),
        "line 6, column signed_on: '31-02-2020' does not exist",
        "line 6, column mandate_id: '1,2E+10' was made a number by a spreadsheet",
    ]


def test_mandate_keeps_its_case_its_days_and_that_it_changed() -> None:
    rows = [
        "DB1;Jansen;NL39RABO0300065264;Abc-1;2009-11-01;2026-10-01;Old-9",
        "DB2;Jansen;NL39RABO0300065264;abc-2;1-5-2020;0000-00-00;",
    ]

    moving = own.read("\n".join([MANDATES, *rows]).encode(), kind="mandates")

    first, second = (one for one in moving.records if isinstance(one, MandateRecord))
    assert (first.reference, first.needs_amendment) == ("Abc-1", True)
    assert (second.signed_on, second.last_collected_on) == (date(2020, 5, 1), None)
    assert [warning.column for warning in moving.warnings] == ["signed_on"]


def test_rows_of_one_invoice_make_one_invoice_or_none() -> None:
    rows = [
        "F1;DB1;2026-01-02;2026-01-16;21;100,00;21,00;121,00",
        "F1;DB1;2026-01-02;2026-01-16;9;10,00;0,90;0",
        "F2;DB1;2026-01-02;;21;100,00;21,00;0",
        "F2;DB1;2026-01-02;;9;10,00;kapot;0",
        "F3;DB1;2026-01-02;;21;100,00;21,00;121,01",
        "F4;DB1;2026-01-02;;21;-100,00;-21,00;-121,00",
    ]

    moving = own.read("\n".join([INVOICES, *rows]).encode(), kind="invoices")

    assert [(one.key, one.total_cents, one.open_cents) for one in moving.records] == [  # type: ignore[attr-defined]
        ("F1", 13190, 12100),
        ("F4", -12100, -12100),
    ]
    assert [fault.line for fault in moving.faults] == [5, 6]


def test_same_key_twice_is_taken_once() -> None:
    row = "DB1;Jansen;Kade 1;8911 CJ;Leeuwarden;a@b.example"

    moving = own.read(f"{HEAD}\n{row}\n{row}".encode(), kind="customers")

    assert len(moving.records) == 1
    assert said(moving) == ["line 3: DB1 stands on line 2 already; keep one"]


def test_column_that_is_none_of_ours_is_said() -> None:
    text = f"{HEAD};shoe_size\nDB1;Jansen;Kade 1;8911 CJ;Leeuwarden;a@b.example;44"

    moving = own.read(text.encode(), kind="customers")

    assert [str(one) for one in moving.warnings] == [
        "line 1, column shoe_size: is no column of ours; it is kept, but not used"
    ]


def test_no_password_leaves_the_reader() -> None:
    row = {
        "id": 1,
        "username": "u",
        "password": "KANARIE",
        "deep": {"sshpass": "x", "Pw": "KANARIE"},
    }

    _, rows = json_rows(json.dumps([row]).encode())
    columns, table = table_rows(b"id;password;gatewaytoken\n1;KANARIE;KANARIE")

    assert "KANARIE" not in str(rows)
    assert rows[0].values["username"] == "u"
    assert "KANARIE" not in str(table)
    assert "password" in columns

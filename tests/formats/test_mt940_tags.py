"""The tags of an MT940 description: folds, slashes, and what a payer may not forge."""

from dataclasses import fields
from typing import Any

import pytest

from balie.formats.statements import read_statements_from

HEAD = ":20:X\n:25:NL64ABNA0417164301\n:28C:1\n:60F:C261202EUR0,\n"
TAIL = "\n:62F:C261203EUR0,\n"
LEFT_OUT = {"amount_cents", "booked_on", "value_date", "bank_transaction_code"}


def read_86(text: str, *, line: str = "2612031203D1,NTRFNONREF") -> dict[str, Any]:
    """What is filled of an entry with this description, without amount and dates."""
    return read_entry(f":61:{line}\n:86:{text}")


def read_entry(text: str) -> dict[str, Any]:
    (statement,) = read_statements_from(f"{HEAD}{text}{TAIL}".encode(), "x.940")
    (entry,) = statement.entries
    filled = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return {
        name: value
        for name, value in filled.items()
        if name not in LEFT_OUT and value not in (None, (), 0, False)
    }


def test_tag_that_is_folded_over_two_lines_is_still_a_tag() -> None:
    found = read_86("/TRTP/SEPA OVERBOEKING/NAME/J. JANSEN/RE\nMI/factuur 20\n26-1/ER\nEF/E1")

    assert found == {
        "counterparty_name": "J. JANSEN",
        "text": "factuur 20\n26-1",
        "end_to_end_id": "E1",
    }


def test_slash_in_what_people_write_is_text() -> None:
    found = read_86("/TRTP/X/NAME/A/B/REMI//1/2 http://x.example/eref/3/EREF/E1")

    assert found == {
        "counterparty_name": "A/B",
        "text": "/1/2 http://x.example/eref/3",
        "end_to_end_id": "E1",
    }


def test_payer_cannot_put_tags_of_his_own_before_those_of_the_bank() -> None:
    found = read_86(
        "/TRTP/SEPA OVERBOEKING/IBAN/NL30RABO0301234567/NAME/J. JANSEN/REMI/x"
        "/IBAN/NL36INGB0007654321/NAME/ANDER/EREF/VALS/RTRN/MD06/EREF/ECHT",
        line="2612031203C1,N654NONREF",
    )

    assert found == {
        "counterparty_iban": "NL30RABO0301234567",
        "counterparty_name": "J. JANSEN",
        "end_to_end_id": "ECHT",
        "text": "x/IBAN/NL36INGB0007654321/NAME/ANDER/EREF/VALS/RTRN/MD06",
    }


def test_reason_behind_the_text_counts_only_on_money_that_went_out() -> None:
    text = "/EREF/E1/REMI/factuur 1/RTRN/AM04/ISDT/2026-12-03"

    assert read_86(text)["return_reason"] == "AM04"
    assert "return_reason" not in read_86(text, line="2612031203C1,N541EREF")


def test_repeated_tag_before_the_text_belongs_to_the_value_it_stands_in() -> None:
    found = read_86("/IBAN/NL30RABO0301234567/NAME/X/IBAN/NL36INGB0007654321/REMI/y")

    assert found["counterparty_iban"] == "NL30RABO0301234567"
    assert found["counterparty_name"] == "X/IBAN/NL36INGB0007654321"


@pytest.mark.parametrize(
    ("cntp", "name", "iban"),
    [
        ("NL30RABO0301234567/RABONL2U/J. Jansen/Utrecht/", "J. Jansen", "NL30RABO0301234567"),
        ("NL30RABO0301234567/RABONL2U/Aap / Noot B.V.//", "Aap / Noot B.V.", "NL30RABO0301234567"),
        ("DE83700111109999999999//", None, "DE83700111109999999999"),
        ("0009876543////", None, None),
        ("//", None, None),
    ],
)
def test_ing_counterparty_may_miss_any_part(cntp: str, name: str | None, iban: str | None) -> None:
    found = read_86(f"/CNTP/{cntp}/REMI/USTD//tekst/")

    assert found.get("counterparty_name") == name
    assert found.get("counterparty_iban") == iban
    assert found["text"] == "tekst"


def test_text_without_any_form_stays_text() -> None:
    assert read_86("zomaar /REMI/ iets\nvan 2 regels  ") == {
        "text": "zomaar /REMI/ iets\nvan 2 regels"
    }


def test_entry_without_description_says_nothing() -> None:
    assert read_entry(":61:2612031203D1,NTRFNONREF") == {}

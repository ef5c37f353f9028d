"""What each Dutch bank says about an entry in MT940, told in the same fields."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from balie.formats.bank_statement import Entry
from balie.formats.statements import read_statements

FILES = Path(__file__).parent / "fixtures" / "mt940"


def entry(name: str, index: int) -> dict[str, Any]:
    """What is filled of one entry of a file, without amount and dates."""
    entries = [each for statement in read_statements(FILES / name) for each in statement.entries]
    return said(entries[index])


def said(entry: Entry) -> dict[str, Any]:
    filled = {field.name: getattr(entry, field.name) for field in fields(entry)}
    left_out = {"amount_cents", "booked_on", "value_date", "bank_transaction_code"}
    return {
        name: value
        for name, value in filled.items()
        if name not in left_out and value not in (None, (), 0, False)
    }


BAKER = {
    "counterparty_name": "BAKKERIJ DE KORENAAR VOF",
    "counterparty_iban": "NL30RABO0301234567",
}


@pytest.mark.parametrize(
    ("name", "index", "expected"),
    [
        (
            "abnamro.sta",
            0,
            {
                "batch_payment_information_id": "BAL-B-000777",
                "batch_transactions": 3,
                "text": "SEPA Incasso batch",
            },
        ),
        (
            "abnamro.sta",
            1,
            {
                **BAKER,
                "end_to_end_id": "BAL-C-004711",
                "mandate_reference": "BAL-2001-1",
                "return_reason": "AC04",
                "return_text": "SEPA Incasso Terugboeking",
                "text": "Factuur 2026-00\n0981 korenaar.example",
            },
        ),
        (
            "abnamro.sta",
            2,
            {
                "counterparty_name": "K. VAN DER LINDEN",
                "counterparty_iban": "NL36INGB0007654321",
                "end_to_end_id": "BAL-C-004712",
                "mandate_reference": "BAL-2002-1",
                "return_reason": "MS02",
                "return_text": "SEPA Incasso niet uitgevoerd",
                "text": "Factuur 2026-000982",
            },
        ),
        ("abnamro.sta", 3, {**BAKER, "text": "factuur 2026-000930"}),
        (
            "abnamro.sta",
            4,
            {
                "counterparty_name": "K. VAN DER LINDEN",
                "counterparty_iban": "NL36INGB0007654321",
                "structured_reference": "1000202600001234",
                "text": "SEPA ACCEPTGIRO",
            },
        ),
        (
            "abnamro_columns.sta",
            0,
            {
                "counterparty_name": "STICHTING ZONNEWEIDE",
                "counterparty_iban": "NL36INGB0007654321",
                "end_to_end_id": "ZW-7541410",
                "text": "FACTUUR 2026-00001 2 ZONNEWEIDE.EXAMPLE",
            },
        ),
        (
            "abnamro_columns.sta",
            1,
            {
                "counterparty_name": "VOORBEELD ENERGIE B.V.",
                "counterparty_iban": "NL88RABO0123987654",
                "end_to_end_id": "2026-01-11 10:20:47/0000000007",
                "mandate_reference": "VE-8001",
                "text": "TERMIJN JANUARI",
            },
        ),
        (
            "abnamro_columns.sta",
            2,
            {
                "counterparty_name": "WATERSCHAP DE VOORBEELDEN",
                "counterparty_iban": "NL88RABO0123987654",
                "structured_reference": "1000202600001234",
                "text": "SEPA ACCEPTGIROBETALING",
            },
        ),
        (
            "ing.sta",
            0,
            {
                "bank_reference": "26337000001001",
                "batch_payment_information_id": "BAL-B-000456",
                "batch_transactions": 3,
                "proprietary_code": "01000",
                "text": "TOTAAL 3\n POSTEN",
            },
        ),
        (
            "ing.sta",
            1,
            {
                "bank_reference": "26337000001002",
                "counterparty_name": "J. Jansen",
                "counterparty_iban": "NL30RABO0301234567",
                "end_to_end_id": "BAL-C-0001",
                "mandate_reference": "BAL-1001-1",
                "proprietary_code": "01315",
                "return_reason": "MS03",
                "text": "Factuur 2026-000123 voor\nbeeld.example",
            },
        ),
        (
            "ing.sta",
            2,
            {
                "bank_reference": "26337000001003",
                "counterparty_name": "M. de Groot",
                "counterparty_iban": "NL71INGB0009876543",
                "end_to_end_id": "BAL-R-0009",
                "proprietary_code": "00190",
                "return_reason": "AC04",
                "text": "Terugbetaling 2026-000871",
            },
        ),
        (
            "ing.sta",
            3,
            {
                "bank_reference": "26337000001004",
                "counterparty_name": "De Vries Zn",
                "counterparty_iban": "NL64ABNA0417164301",
                "end_to_end_id": "15814016000676480",
                "proprietary_code": "00108",
                "structured_reference": "1000202600001234",
            },
        ),
        (
            "ing.sta",
            4,
            {
                "bank_reference": "26337000001005",
                "counterparty_name": "De Vries Zn",
                "counterparty_iban": "NL64ABNA0417164301",
                "proprietary_code": "00100",
                "structured_reference": "1000202600001234",
            },
        ),
        (
            "ing.sta",
            5,
            {
                "bank_reference": "26337000001006",
                "proprietary_code": "00370",
                "text": "NAAR Zakelijke Spaarrekening 22-11\n-2026 reserve",
            },
        ),
        (
            "ing_old.sta",
            2,
            {
                "counterparty_name": "B BEER / BEER B.V.",
                "counterparty_iban": "NL03ABNA0598712345",
                "text": (
                    "NL03ABNA0598712345 ABNANL2A B BEER / BEER B.V. NOTPROVIDED factuur 2\n013-17"
                ),
            },
        ),
        (
            "ing_old.sta",
            4,
            {
                "counterparty_name": "P. Voorbeeld",
                "counterparty_iban": "NL03ABNA0598712345",
                "end_to_end_id": "20130703P01234",
                "mandate_reference": "MND-120123",
                "text": (
                    "0009876543 Europese Incasso doorlopend NL03ABNA0598712345 ABNANL2A\n"
                    "P. Voorbeeld NL69ZZZ123456780000 MND-120123 20130703P01234 CONTRIBUTIE"
                ),
            },
        ),
        (
            "ing_old.sta",
            5,
            {
                "batch_payment_information_id": "BAL-B-000777",
                "batch_transactions": 3,
                "text": "VERZAMEL EUROBETALING BAL-B-000777 REMI TOTAAL 3 POSTEN",
            },
        ),
        (
            "rabobank.swi",
            1,
            {
                "counterparty_name": "Kapsalon Knip / Krul",
                "counterparty_iban": "NL36INGB0007654321",
                "end_to_end_id": "BAL-C-004711",
                "mandate_reference": "BAL-2001-1",
                "return_reason": "MD06",
                "text": "2026-000981/11.3.2026 knip.example\nNR. 7/2026",
            },
        ),
        (
            "rabobank.swi",
            2,
            {
                "counterparty_name": "STG. DE BRUG",
                "counterparty_iban": "NL64ABNA0417164301",
                "end_to_end_id": "1134027115",
                "text": "Onze betaling: factuur 2026-000930 -\n- zie ook bijlage",
            },
        ),
        (
            "rabobank.swi",
            3,
            {"counterparty_name": "Belastingen", "structured_reference": "1000202600001234"},
        ),
        (
            "rabobank_old.swi",
            2,
            {
                "counterparty_name": "Waterschap",
                "structured_reference": "1000202600001234",
                "text": "BETALINGSKENM.  1000202600001234\nAANSLAG 2012",
            },
        ),
        ("rabobank_old.swi", 3, {"counterparty_name": "B. DE HAAN HOLDING"}),
        (
            "knab.940",
            0,
            {
                "bank_reference": "KN0001",
                "counterparty_name": "TELEFOON VOORBEELD",
                "counterparty_iban": "NL88RABO0123987654",
                "end_to_end_id": "DD2EFAD446A45379D13C0",
                "mandate_reference": "007-M15730",
                "text": "NOTA:9999999999, FAC\nTUURNUMMER:88888888",
            },
        ),
        (
            "knab_old.940",
            1,
            {
                "bank_reference": "B4G29PGDCK1QFV3E",
                "counterparty_name": "STICHTING ZONNEWEIDE",
                "counterparty_iban": "NL36INGB0007654321",
                "text": "12160475 0050001631430920 ORDERID: 264267 VOORBEELD ONLINE NE\nDERLAND",
            },
        ),
        (
            "triodos.940",
            1,
            {
                "counterparty_name": "Voorbeeld N.V.",
                "counterparty_iban": "NL30RABO0301234567",
                "text": "Factuurnummer 202601-00\n1",
            },
        ),
        (
            "triodos_old.940",
            0,
            {
                "counterparty_iban": "NL30RABO0301234567",
                "text": "VOORBEELD N.V. DORPSSTRAAT \n12 STORTING AANDELEN ZAAK N\nR 40000",
            },
        ),
        (
            "bunq.sta",
            2,
            {
                "counterparty_name": "Stichting Betaal inzake voorbeeld.example",
                "counterparty_iban": "NL36INGB0007654321",
                "text": (
                    "M2438111M122IZHS 0030003724612388 Order 2026-000431 voorbeeld.example 5/6"
                ),
            },
        ),
        (
            "asn.940",
            1,
            {
                "counterparty_name": "stichting voorbeeld",
                "counterparty_iban": "NL68SNSB0901234567",
                "text": (
                    "000000000000000000000000000000000 0000000000000000 Betaling aan V\n"
                    "B 99999999999 factuur 2020-000012"
                ),
            },
        ),
        (
            "asn.940",
            3,
            {
                "counterparty_name": "waterschap",
                "structured_reference": "1000202600001234",
                "text": "AAN WATERSCHAP,NL88RABO0123987654,SCT20200101000000000009\n44",
            },
        ),
        (
            "van_lanschot.940",
            1,
            {
                "counterparty_name": "BEN",
                "counterparty_iban": "NL03ABNA0598712345",
                "end_to_end_id": "1234432100005555",
                "mandate_reference": "BEN123409999999999999999990",
                "text": "Ke\nnmerk: 1234.4321.0000.5555 Omschrijving: Servicecontract",
            },
        ),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else "",
)
def test_entry_of_each_bank_is_told_in_the_same_fields(
    name: str, index: int, expected: dict[str, Any]
) -> None:
    assert entry(name, index) == expected


def test_type_of_the_line_is_the_bank_transaction_code() -> None:
    codes = {
        name: next(iter(read_statements(FILES / name))).entries[1].bank_transaction_code
        for name in ("abnamro.sta", "ing.sta", "rabobank.swi", "ing_old.sta")
    }

    assert codes == {
        "abnamro.sta": "N245",
        "ing.sta": "NRTI",
        "rabobank.swi": "N541",
        "ing_old.sta": "NOV",
    }


def test_value_date_of_a_return_may_lie_in_another_year() -> None:
    statement = next(iter(read_statements(FILES / "abnamro.sta")))

    assert statement.entries[1].booked_on == date(2026, 12, 31)
    assert statement.entries[1].value_date == date(2027, 1, 1)

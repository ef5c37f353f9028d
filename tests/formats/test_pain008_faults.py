"""The direct debit file is refused with everything that is wrong with it, before the first byte."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from balie.formats.pain008 import (
    Address,
    Amendment,
    Creditor,
    DirectDebit,
    DirectDebitFile,
    InvalidDirectDebitFile,
    PaymentBlock,
    Version,
    write_pain008,
)

DEBIT = DirectDebit(
    end_to_end_id="DL-C-1",
    amount_cents=1210,
    mandate_reference="DL-1001-1",
    signed_on=date(2026, 1, 15),
    debtor_name="J. Jansen",
    debtor_iban="NL39RABO0300065264",
    remittance_information="Factuur F2026-0001",
)
BLOCK = PaymentBlock(
    payment_information_id="DL-B-1",
    collection_date=date(2026, 12, 1),
    sequence_type="RCUR",
    scheme="CORE",
    collections=(DEBIT,),
)
FILE = DirectDebitFile(
    message_id="DL-F-1",
    created_at=datetime(2026, 11, 27, 8, 15, tzinfo=UTC),
    creditor=Creditor(
        name="De Linde Hosting B.V.",
        iban="NL91ABNA0417164300",
        bic="ABNANL2A",
        creditor_identifier="NL69ZZZ123456780000",
    ),
    blocks=(BLOCK,),
)


def faulty_paths(file: DirectDebitFile, *, version: Version = "pain.008.001.08") -> list[str]:
    stream = io.BytesIO()
    try:
        write_pain008(file, stream, version=version)
    except InvalidDirectDebitFile as refusal:
        assert stream.getvalue() == b""
        return [fault.path for fault in refusal.faults]
    return []


def with_debit(**changes: Any) -> DirectDebitFile:
    return replace(FILE, blocks=(replace(BLOCK, collections=(replace(DEBIT, **changes),)),))


def test_file_without_faults_is_written() -> None:
    assert faulty_paths(FILE) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_cents", 0),
        ("amount_cents", -1210),
        ("amount_cents", 99_999_999_999 + 1),
        ("debtor_iban", "NL92ABNA0417164300"),
        ("debtor_iban", "NL39 RABO 0300 0652 64"),
        ("debtor_iban", "SA0380000000608010167519"),
        ("debtor_iban", ""),
        ("end_to_end_id", ""),
        ("end_to_end_id", "E" * 36),
        ("end_to_end_id", "a//b"),
        ("end_to_end_id", "a&b"),
        ("mandate_reference", "/a"),
        ("mandate_reference", "M" * 36),
        ("debtor_name", ""),
        ("debtor_name", "王"),
        ("debtor_bic", "NOTABIC"),
        ("remittance_information", " "),
        ("remittance_information", "x" * 141),
        ("signed_on", date(2026, 12, 2)),
    ],
)
def test_debit_with_a_fault_is_refused_where_it_stands(field: str, value: object) -> None:
    assert faulty_paths(with_debit(**{field: value})) == [f"blocks[0].collections[0].{field}"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"message_id": "x" * 36}, "message_id"),
        ({"message_id": ""}, "message_id"),
        ({"created_at": datetime(2026, 11, 27, 8, 15)}, "created_at"),  # noqa: DTZ001
        ({"blocks": ()}, "blocks"),
    ],
)
def test_file_with_a_fault_in_its_head_is_refused(changes: dict[str, Any], path: str) -> None:
    assert faulty_paths(replace(FILE, **changes)) == [path]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("iban", "NL91ABNA0417164301"),
        ("iban", "nl91abna0417164300"),
        ("bic", "ABNA"),
        ("creditor_identifier", "NL68ZZZ123456780000"),
    ],
)
def test_creditor_with_a_fault_is_refused(field: str, value: str) -> None:
    changes: dict[str, Any] = {field: value}

    assert faulty_paths(replace(FILE, creditor=replace(FILE.creditor, **changes))) == [
        f"creditor.{field}"
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payment_information_id", "a/"),
        ("sequence_type", "FRST"),
        ("scheme", "COR1"),
        ("collections", ()),
    ],
)
def test_block_with_a_fault_is_refused(field: str, value: object) -> None:
    changes: dict[str, Any] = {field: value}

    assert faulty_paths(replace(FILE, blocks=(replace(BLOCK, **changes),))) == [
        f"blocks[0].{field}"
    ]


def test_end_to_end_id_used_twice_is_refused_also_across_blocks() -> None:
    other = replace(BLOCK, payment_information_id="DL-B-2")

    assert faulty_paths(replace(FILE, blocks=(BLOCK, other))) == ["blocks[1].collections[0]"]


def test_payment_information_id_used_twice_is_refused() -> None:
    other = replace(BLOCK, collections=(replace(DEBIT, end_to_end_id="DL-C-2"),))

    assert faulty_paths(replace(FILE, blocks=(BLOCK, other))) == ["blocks[1]"]


@pytest.mark.parametrize(
    ("amendment", "path"),
    [
        (Amendment(), ""),
        (Amendment(original_mandate_reference="a//b"), ".original_mandate_reference"),
        (Amendment(original_creditor_name=""), ".original_creditor_name"),
        (Amendment(original_creditor_identifier="NL00"), ".original_creditor_identifier"),
        (Amendment(original_debtor_account="NL00"), ".original_debtor_account"),
    ],
)
def test_amendment_with_a_fault_is_refused(amendment: Amendment, path: str) -> None:
    assert faulty_paths(with_debit(amendment=amendment)) == [
        f"blocks[0].collections[0].amendment{path}"
    ]


def test_debtor_outside_the_eea_without_address_or_bic_is_refused() -> None:
    address = Address(street="A", house_number="1", postcode="8001", city="Zug", country="CH")
    swiss: dict[str, Any] = {"debtor_iban": "CH9300762011623852957"}
    path = "blocks[0].collections[0].debtor_address"

    assert faulty_paths(with_debit(**swiss)) == [path]
    assert faulty_paths(with_debit(**swiss, debtor_address=address)) == [path]
    swiss["debtor_bic"] = "UBSWCHZH80A"
    assert faulty_paths(with_debit(**swiss, debtor_address=address)) == []
    assert faulty_paths(with_debit(**swiss, debtor_address=replace(address, city=""))) == [path]
    assert faulty_paths(with_debit(**swiss, debtor_address=replace(address, country="ch"))) == [
        path
    ]
    assert faulty_paths(with_debit(**swiss, debtor_address=address), version="pain.008.001.02") == [
        "blocks[0].collections[0].debtor_iban"
    ]


def test_all_faults_are_told_at_once_and_no_iban_is_shown_whole() -> None:
    bad = replace(DEBIT, amount_cents=0, debtor_iban="NL92ABNA0417164300", end_to_end_id="")
    file = replace(FILE, message_id="", blocks=(replace(BLOCK, collections=(bad,) * 30),))

    with pytest.raises(InvalidDirectDebitFile) as caught:
        write_pain008(file, io.BytesIO())

    message = str(caught.value)
    assert len(caught.value.faults) == 1 + 30 * 3 + 29  # 29 share their empty id with the first
    assert message.splitlines()[0] == ("message_id: '' is no reference: it is empty; make it anew")
    assert message.splitlines()[-1] == "and 100 more"
    assert "NL92 •••• 4300" in message
    assert "NL92ABNA0417164300" not in message

"""The direct debit file: valid for the official schema, and as another library would write it."""

import io
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sepaxml import SepaDD

from balie.formats.pain008 import (
    SMNDA,
    Address,
    Amendment,
    Creditor,
    DirectDebit,
    DirectDebitFile,
    PaymentBlock,
    Version,
    write_pain008,
)
from tests.support.bank_schemas import schema_faults

NEW = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}"
CREDITOR = Creditor(
    name="De Linde Hosting B.V.",
    iban="NL91ABNA0417164300",
    bic="ABNANL2A",
    creditor_identifier="NL69ZZZ123456780000",
)
DEBIT = DirectDebit(
    end_to_end_id="DL-C-0001",
    amount_cents=1210,
    mandate_reference="DL-1001-1",
    signed_on=date(2026, 1, 15),
    debtor_name="J. Jansen",
    debtor_iban="NL39RABO0300065264",
    remittance_information="Factuur F2026-0001 jansen.example",
)
SECOND = replace(
    DEBIT,
    end_to_end_id="DL-C-0002",
    amount_cents=2420,
    mandate_reference="DL-1002-1",
    debtor_name="De Vries & Zn",
    debtor_iban="NL20INGB0001234567",
)
SWISS = replace(
    DEBIT,
    end_to_end_id="DL-C-0003",
    debtor_iban="CH9300762011623852957",
    debtor_bic="UBSWCHZH80A",
    debtor_address=Address(
        street="Bahnhofstraße", house_number="1", postcode="8001", city="Zürich", country="CH"
    ),
)
BLOCK = PaymentBlock(
    payment_information_id="DL-B-0001",
    collection_date=date(2026, 12, 1),
    sequence_type="RCUR",
    scheme="CORE",
    collections=(DEBIT, SECOND),
)
FILE = DirectDebitFile(
    message_id="DL-F-0001",
    created_at=datetime(2026, 11, 27, 8, 15, 30, 123456, tzinfo=UTC),
    creditor=CREDITOR,
    blocks=(BLOCK,),
)


def with_debits(*debits: DirectDebit) -> DirectDebitFile:
    return replace(FILE, blocks=(replace(BLOCK, collections=debits),))


def written(file: DirectDebitFile, *, version: Version = "pain.008.001.08") -> bytes:
    stream = io.BytesIO()
    write_pain008(file, stream, version=version)
    return stream.getvalue()


def leaves(data: bytes) -> list[tuple[str, str]]:
    """Every element with text, in the order of the file, with its path below the document."""

    def walk(element: ET.Element, path: str) -> list[tuple[str, str]]:
        below = f"{path}/{element.tag.rpartition('}')[2]}"
        own = [(below, element.text)] if element.text and element.text.strip() else []
        return own + [leaf for child in element for leaf in walk(child, below)]

    return [leaf for child in ET.fromstring(data) for leaf in walk(child, "")]  # noqa: S314


def texts(data: bytes, name: str) -> list[str]:
    return [text for path, text in leaves(data) if path.endswith(f"/{name}")]


def test_file_with_two_debits_is_written_to_the_letter() -> None:
    head, block, first, second, *tail = written(with_debits(DEBIT, SECOND)).decode().split("\n")[2:]

    assert head == (
        "<GrpHdr><MsgId>DL-F-0001</MsgId><CreDtTm>2026-11-27T09:15:30</CreDtTm>"
        "<NbOfTxs>2</NbOfTxs><CtrlSum>36.30</CtrlSum>"
        "<InitgPty><Nm>De Linde Hosting B.V.</Nm></InitgPty></GrpHdr>"
    )
    assert block.startswith("<PmtInf><PmtInfId>DL-B-0001</PmtInfId><PmtMtd>DD</PmtMtd>")
    assert first == (
        "<DrctDbtTxInf><PmtId><InstrId>DL-C-0001</InstrId><EndToEndId>DL-C-0001</EndToEndId></PmtId>"
        '<InstdAmt Ccy="EUR">12.10</InstdAmt><DrctDbtTx><MndtRltdInf><MndtId>DL-1001-1</MndtId>'
        "<DtOfSgntr>2026-01-15</DtOfSgntr></MndtRltdInf></DrctDbtTx>"
        "<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>"
        "<Dbtr><Nm>J. Jansen</Nm></Dbtr>"
        "<DbtrAcct><Id><IBAN>NL39RABO0300065264</IBAN></Id></DbtrAcct>"
        "<RmtInf><Ustrd>Factuur F2026-0001 jansen.example</Ustrd></RmtInf></DrctDbtTxInf>"
    )
    assert "<Nm>De Vries + Zn</Nm>" in second
    assert tail == ["</PmtInf>", "</CstmrDrctDbtInitn></Document>", ""]


@pytest.mark.parametrize("version", ["pain.008.001.08", "pain.008.001.02"])
def test_file_is_valid_for_the_official_schema(version: Version) -> None:
    amended = replace(
        DEBIT,
        end_to_end_id="DL-C-0009",
        debtor_bic="RABONL2U",
        amendment=Amendment(
            original_mandate_reference="OUD-1",
            original_creditor_name="Oude Naam B.V.",
            original_creditor_identifier="NL42ZZZ123456780001",
            original_debtor_account=SMNDA,
        ),
    )
    once = replace(
        BLOCK,
        payment_information_id="DL-B-0002",
        sequence_type="OOFF",
        collections=(replace(DEBIT, end_to_end_id="DL-C-0010"),),
    )
    file = replace(FILE, blocks=(replace(BLOCK, collections=(DEBIT, SECOND, amended)), once))

    data = written(file, version=version)

    assert schema_faults(data, name=version) == []
    assert texts(data, "NbOfTxs") == ["4", "3", "1"]
    assert texts(data, "CtrlSum") == ["60.50", "48.40", "12.10"]


def test_schema_finds_a_planted_fault() -> None:
    data = written(FILE).replace(b"<SeqTp>RCUR</SeqTp>", b"<SeqTp>WRONG</SeqTp>")

    assert schema_faults(data, name="pain.008.001.08") != []


def test_file_says_what_another_library_says() -> None:
    theirs = SepaDD(
        {
            "name": CREDITOR.name,
            "IBAN": CREDITOR.iban,
            "BIC": CREDITOR.bic,
            "batch": True,
            "creditor_id": CREDITOR.creditor_identifier,
            "currency": "EUR",
        },
        schema="pain.008.001.08",
    )
    for debit in (DEBIT, SECOND):
        theirs.add_payment(
            {
                "name": debit.debtor_name.replace("&", "+"),
                "IBAN": debit.debtor_iban,
                "amount": debit.amount_cents,
                "type": "RCUR",
                "collection_date": BLOCK.collection_date,
                "mandate_id": debit.mandate_reference,
                "mandate_date": debit.signed_on,
                "description": debit.remittance_information,
                "endtoend_id": debit.end_to_end_id,
            }
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = theirs.export(validate=True)

    # It draws its own ids, names itself in the header and leaves out the optional InstrId.
    drawn = ("/MsgId", "/CreDtTm", "/PmtInfId", "/InstrId", "/InitgPty/Id/OrgId/Othr/Id")
    ours = [leaf for leaf in leaves(written(FILE)) if not leaf[0].endswith(drawn)]
    assert ours == [leaf for leaf in leaves(exported) if not leaf[0].endswith(drawn)]


def test_file_is_the_same_bytes_each_time() -> None:
    assert written(FILE) == written(replace(FILE, blocks=(replace(BLOCK),)))
    assert b"\r" not in written(FILE)


def test_debtor_outside_the_eea_is_written_with_bic_and_structured_address() -> None:
    data = written(with_debits(SWISS))

    assert schema_faults(data, name="pain.008.001.08") == []
    assert texts(data, "DbtrAgt/FinInstnId/BICFI") == ["UBSWCHZH80A"]
    assert [leaf for leaf in leaves(data) if "/PstlAdr/" in leaf[0]] == [
        ("/CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/StrtNm", "Bahnhofstrasse"),
        ("/CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/BldgNb", "1"),
        ("/CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/PstCd", "8001"),
        ("/CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/TwnNm", "Zurich"),
        ("/CstmrDrctDbtInitn/PmtInf/DrctDbtTxInf/Dbtr/PstlAdr/Ctry", "CH"),
    ]


def test_debtor_within_the_eea_is_written_without_the_address() -> None:
    data = written(with_debits(replace(DEBIT, debtor_address=SWISS.debtor_address)))

    assert b"PstlAdr" not in data


def test_amendment_of_the_account_names_the_former_iban_when_it_is_known() -> None:
    amendment = Amendment(original_debtor_account="NL20INGB0001234567")

    data = written(with_debits(replace(DEBIT, amendment=amendment)))

    assert texts(data, "AmdmntInd") == ["true"]
    assert texts(data, "AmdmntInfDtls/OrgnlDbtrAcct/Id/IBAN") == ["NL20INGB0001234567"]
    assert schema_faults(data, name="pain.008.001.08") == []


def test_name_and_text_are_transliterated_and_the_name_is_cut() -> None:
    odd = replace(DEBIT, debtor_name="é" * 80, remittance_information="Factuur <1> & 2")

    data = written(with_debits(odd))

    assert texts(data, "Dbtr/Nm") == ["e" * 70]
    assert texts(data, "Ustrd") == ["Factuur (1) + 2"]


def test_creation_moment_is_local_time_also_in_summer() -> None:
    summer = replace(FILE, created_at=datetime(2027, 7, 1, 22, 30, tzinfo=UTC))

    assert texts(written(summer), "CreDtTm") == ["2027-07-02T00:30:00"]


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.text(min_size=1), min_size=1, max_size=4),
    amount=st.integers(min_value=1, max_value=99_999_999_999),
    text=st.text(min_size=1, max_size=60),
)
def test_file_of_any_names_and_texts_is_valid(names: list[str], amount: int, text: str) -> None:
    debits = tuple(
        replace(
            DEBIT,
            end_to_end_id=f"E{place}",
            amount_cents=amount,
            debtor_name=f"J{name}",
            remittance_information=f"F1 {text}"[:30],
        )
        for place, name in enumerate(names)
    )

    data = written(with_debits(*debits))

    assert schema_faults(data, name="pain.008.001.08") == []
    assert texts(data, "EndToEndId") == [debit.end_to_end_id for debit in debits]

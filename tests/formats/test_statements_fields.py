"""What a program that reads statements may count on: names, types, None for what is not said."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from balie.formats.errors import UnreadableStatement
from balie.formats.statements import (
    Entry,
    Statement,
    Transaction,
    read_statements,
    read_statements_from,
)

FIXTURES = Path(__file__).parent / "fixtures"
FILES = sorted(path for folder in ("camt", "mt940") for path in FIXTURES.glob(f"{folder}/*"))
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
DAY = "<BookgDt><Dt>2026-12-03</Dt></BookgDt>"
MT940 = """:20:{0}
:25:NL64ABNA0417164301
:28C:{0}
:60F:C261202EUR1000,
:61:2612031203D12,10NTRF{0}//{0}
:86:{1}
:62F:C261203EUR987,90
-
"""
CAMT = (
    f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><Stmt><Id>{{0}}</Id>'
    "<ElctrncSeqNb>{0}</ElctrncSeqNb><CreDtTm>2026-12-04T02:00:00</CreDtTm>"
    "<Acct><Id><IBAN>NL64ABNA0417164301</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    '<Ntry><Amt Ccy="EUR">12.10</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    f"{DAY}<AcctSvcrRef>{{0}}</AcctSvcrRef><BkTxCd><Domn><Cd>{{0}}</Cd></Domn><Prtry><Cd>{{0}}</Cd>"
    "</Prtry></BkTxCd><NtryDtls><Btch><MsgId>{0}</MsgId><PmtInfId>{0}</PmtInfId></Btch><TxDtls>"
    "<Refs><EndToEndId>{0}</EndToEndId><MndtId>{0}</MndtId></Refs><RltdPties><Cdtr><Pty><Nm>{0}"
    "</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>{0}</Id></Othr></Id></CdtrAcct></RltdPties><RmtInf>"
    "<Ustrd>{0}</Ustrd><Strd><CdtrRefInf><Ref>{0}</Ref></CdtrRefInf><AddtlRmtInf>{0}</AddtlRmtInf>"
    "</Strd></RmtInf><RtrInf><Orgtr><Nm>{0}</Nm></Orgtr><Rsn><Prtry>{0}</Prtry></Rsn>"
    "<AddtlInf>{0}</AddtlInf></RtrInf><AddtlTxInf>{0}</AddtlTxInf></TxDtls></NtryDtls>"
    "<AddtlNtryInf>{0}</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>"
)
TEXTS = [
    "bank_reference",
    "counterparty_name",
    "counterparty_iban",
    "end_to_end_id",
    "mandate_reference",
    "batch_message_id",
    "batch_payment_information_id",
    "structured_reference",
    "text",
    "return_reason",
    "return_started_by",
    "return_text",
    "proprietary_code",
]


def everything(statements: list[Statement]) -> Iterator[Transaction]:
    for statement in statements:
        for entry in (*statement.entries, *statement.pending):
            yield entry
            yield from entry.transactions


def is_said(value: object) -> bool:
    """Whether a field that may be None holds something."""
    return not isinstance(value, str) or value.strip().upper() not in {
        "",
        "NOTPROVIDED",
        "NONREF",
    }


def test_statement_has_the_fields_that_importing_relies_on() -> None:
    assert {field.name for field in fields(Statement)} == {
        *("format", "account", "iban", "statement_id", "number", "currency"),
        *("opening_cents", "opening_on", "closing_cents", "closing_on", "entries", "pending"),
    }


def test_entry_and_its_payments_have_the_same_fields() -> None:
    names = [field.name for field in fields(Entry)]

    assert names == [field.name for field in fields(Transaction)]
    assert set(names) == {
        *("amount_cents", "booked_on", "value_date", "charges_cents", "reversal"),
        *("bank_transaction_code", "batch_transactions", "transactions"),
        *TEXTS,
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_field_of_every_bank_has_its_type(path: Path) -> None:
    statements = list(read_statements(path))

    for statement in statements:
        assert type(statement.account) is str
        assert type(statement.entries) is tuple
        assert type(statement.pending) is tuple
        assert all(is_said(getattr(statement, field.name)) for field in fields(Statement))
    for payment in everything(statements):
        assert type(payment.amount_cents) is int
        assert type(payment.charges_cents) is int
        assert type(payment.booked_on) is date
        assert not isinstance(payment.value_date, datetime)
        assert type(payment.transactions) is tuple
        assert all(is_said(getattr(payment, field.name)) for field in fields(payment))


def test_what_was_read_cannot_be_changed() -> None:
    (statement,) = read_statements_from(MT940.format("1", "x").encode(), "x.940")
    (entry,) = statement.entries

    for read in (statement, entry):
        assert is_dataclass(read)
        name: Any = fields(read)[0].name
        with pytest.raises(FrozenInstanceError):
            setattr(read, name, 0)


def test_entry_made_by_a_reader_is_like_any_other() -> None:
    said: dict[str, Any] = {"amount_cents": 1, "booked_on": date(2026, 12, 3), "text": "x"}

    assert Entry.of(said) == Entry(**said)
    assert hash(Entry.of(said)) == hash(Entry(**said))
    assert repr(Entry.of(said)) == repr(Entry(**said))
    assert type(Transaction.of(said)) is Transaction


@pytest.mark.parametrize("nothing", ["NOTPROVIDED", "NONREF", "", " ", "NotProvided"])
def test_what_a_bank_fills_in_for_nothing_is_none(nothing: str) -> None:
    (camt,) = read_statements_from(CAMT.format(nothing).encode(), "x.xml")
    (mt940,) = read_statements_from(MT940.format(nothing, nothing).encode(), "x.940")

    assert [camt.statement_id, camt.number, mt940.statement_id, mt940.number] == [None] * 4
    (entry,) = camt.entries
    (payment,) = entry.transactions
    for each in (entry, payment, *mt940.entries):
        assert {name: getattr(each, name) for name in TEXTS} == dict.fromkeys(TEXTS)
    assert entry.bank_transaction_code is None


@pytest.mark.parametrize(
    "text",
    [
        "/TRTP/{0}/IBAN/{0}/BIC/{0}/NAME/{0}/REMI/{0}/EREF/{0}/MARF/{0}/PREF/{0}",
        "/RTYP/{0}/MARF/{0}/RTRN/{0}/IBAN/{0}/NAME/{0}/REMI/ISSUER: CUR   REF: {0}/EREF/{0}",
        "/EREF/{0}//MARF/{0}//CNTP/{0}/{0}/{0}/{0}//REMI/STRD/CUR/{0}/",
        "/EREF/{0}//CNTP/{0}/{0}/{0}/{0}//REMI/USTD//{0}/",
        "/ORDP//NAME/{0}/REMI//REMI/{0}/CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF/{0}",
        "IBAN: {0} NAAM: {0} KENMERK: {0} MACHTIGING: {0} OMSCHRIJVING: {0}",
        "REK: {0}/NAAM: {0}",
        "VERZAMEL EUROBETALING {0} REMI TOTAAL 1 POSTEN",
    ],
)
@pytest.mark.parametrize("nothing", ["NOTPROVIDED", "NONREF"])
def test_nothing_in_a_tag_is_none(text: str, nothing: str) -> None:
    data = MT940.format("NONREF", text.format(nothing)).encode()
    (statement,) = read_statements_from(data, "x.940")
    (entry,) = statement.entries

    assert all(is_said(getattr(entry, name)) for name in TEXTS)
    assert entry.end_to_end_id is None
    assert entry.structured_reference is None


def test_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableStatement, match="cannot be read") as refused:
        list(read_statements(tmp_path))

    assert refused.value.file == tmp_path.name


def test_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="null character"):
        list(read_statements("a\0b"))


def test_namespace_may_have_a_prefix() -> None:
    plain = CAMT.format("1")
    prefixed = plain.replace("</", "</ns2:").replace("<", "<ns2:").replace("<ns2:/ns2:", "</ns2:")
    prefixed = prefixed.replace(" xmlns=", " xmlns:ns2=")

    assert list(read_statements_from(prefixed.encode(), "x")) == list(
        read_statements_from(plain.encode(), "x")
    )


@pytest.mark.parametrize("end", ["\r\n", "\n\n"])
def test_line_ends_of_xml_make_no_difference(end: str) -> None:
    text = (FIXTURES / "camt" / "camt.053.001.08.xml").read_text()

    changed = list(read_statements_from(text.replace("\n", end).encode(), "x.xml"))

    assert changed == list(read_statements_from(text.encode(), "x.xml"))


def test_mt940_cut_off_inside_an_entry_is_refused() -> None:
    data = MT940.format("1", "/TRTP/X/NAME/J. JANSEN/REMI/factuur").encode()
    end = data.index(b":62F:")

    for at in range(1, end + len(b":62F:C261203EUR")):
        with pytest.raises(UnreadableStatement):
            list(read_statements_from(data[:at], "x.940"))


def test_camt_cut_off_anywhere_is_refused() -> None:
    data = CAMT.format("1").encode()

    for at in range(len(data)):
        with pytest.raises(UnreadableStatement):
            list(read_statements_from(data[:at], "x.xml"))

"""A camt file that is not as it must be is refused whole, with line and path."""

import pytest

from balie.formats.errors import UnreadableStatement
from balie.formats.statements import read_statements_from

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
HEAD = (
    "<Id>1</Id><CreDtTm>2026-12-04T02:00:00</CreDtTm>"
    "<Acct><Id><IBAN>NL64ABNA0417164301</IBAN></Id><Ccy>EUR</Ccy></Acct>"
)
ENTRY_HEAD = (
    '<Amt Ccy="EUR">12.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-12-03</Dt></BookgDt>"
)


def file_of(statement: str, *, namespace: str = NAMESPACE) -> bytes:
    return (
        f'<Document xmlns="{namespace}"><BkToCstmrStmt><Stmt>{statement}</Stmt>'
        "</BkToCstmrStmt></Document>"
    ).encode()


def balance(code: str, amount: str) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-03</Dt></Dt></Bal>"
    )


@pytest.mark.parametrize(
    ("old", "new", "reason", "element"),
    [
        ("<CdtDbtInd>CRDT</CdtDbtInd>", "", "debit/credit indicator is missing", "CdtDbtInd"),
        (">CRDT<", ">CREDIT<", "debit/credit indicator says CREDIT", "CdtDbtInd"),
        ("12.10", "12.101", "more than 2 decimals", "Amt"),
        ("12.10", "-12.10", "'-12.10' is not an amount", "Amt"),
        ("12.10", "12,10", "'12,10' is not an amount", "Amt"),
        ("12.10", "1" * 16, "is not an amount", "Amt"),
        ("12.10", ".", "is not an amount", "Amt"),
        ("12.10", "", "amount is missing", "Amt"),
        (' Ccy="EUR"', "", "no currency", "Amt"),
        ('"EUR"', '"USD"', "in USD and the account in EUR", "Amt"),
        ("<Cd>BOOK</Cd>", "<Prtry>X</Prtry>", "status of the entry is X", "Sts"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "", "status of the entry is None", "Sts"),
        ("2026-12-03", "2026-12-32", "'2026-12-32' is not a date", "BookgDt"),
        ("2026-12-03", "20261203", "'20261203' is not a date", "BookgDt"),
        ("<Dt>2026-12-03</Dt>", "<DtTm>9999-12-31T23:59:59Z</DtTm>", "not a date", "BookgDt"),
        ("<BookgDt><Dt>2026-12-03</Dt></BookgDt>", "", "neither a booking date", "BookgDt"),
        ("</Sts>", "</Sts><RvslInd>ja</RvslInd>", "neither true nor false", "RvslInd"),
        ("</Sts>", '</Sts><Amt Ccy="EUR">1</Amt>', "stands twice", "Amt"),
    ],
)
def test_entry_that_is_not_as_it_must_be_refuses_the_file(
    old: str, new: str, reason: str, element: str
) -> None:
    data = file_of(f"{HEAD}\n<Ntry>{ENTRY_HEAD.replace(old, new)}</Ntry>")

    with pytest.raises(UnreadableStatement) as refused:
        list(read_statements_from(data, "december.xml"))

    assert reason in refused.value.reason
    assert refused.value.path == f"Document/BkToCstmrStmt/Stmt/Ntry/{element}"
    assert refused.value.line == 2
    assert str(refused.value).startswith("december.xml, line 2, Document/")


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<Id>1</Id>", "of which account"),
        (f"{HEAD}{balance('XXXX', '1.00')}", "unknown type XXXX"),
        (f"{HEAD}{balance('OPBD', '1.00')}{balance('OPBD', '2.00')}", "two different balances"),
        (
            HEAD + balance("OPBD", "1.00").replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""),
            "indicator is missing",
        ),
        (
            f"{HEAD}<Ntry>{ENTRY_HEAD}<NtryDtls><TxDtls/><TxDtls/></NtryDtls></Ntry>",
            "one of several payments has no amount",
        ),
        (
            f"{HEAD}<Ntry>{ENTRY_HEAD}<NtryDtls><Btch><NbOfTxs>4x</NbOfTxs></Btch></NtryDtls></Ntry>",
            "not a number of payments",
        ),
    ],
)
def test_statement_that_is_not_as_it_must_be_refuses_the_file(inside: str, reason: str) -> None:
    with pytest.raises(UnreadableStatement, match=reason):
        list(read_statements_from(file_of(inside), "camt.xml"))


def test_statement_with_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balie.formats.camt053.MAX_ENTRIES", 2)
    entries = f"<Ntry>{ENTRY_HEAD}</Ntry>" * 3

    with pytest.raises(UnreadableStatement, match="more than 2 entries"):
        list(read_statements_from(file_of(HEAD + entries), "camt.xml"))


def test_file_without_a_statement_is_refused() -> None:
    data = f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt/></Document>'.encode()

    with pytest.raises(UnreadableStatement, match="holds no statement"):
        list(read_statements_from(data, "camt.xml"))


@pytest.mark.parametrize("version", ["01", "99", "8"])
def test_namespace_of_another_version_is_refused(version: str) -> None:
    namespace = NAMESPACE.replace(".08", f".{version}")

    with pytest.raises(UnreadableStatement, match="is not a document that is read here"):
        list(read_statements_from(file_of(HEAD, namespace=namespace), "camt.xml"))

"""What the bank says in a camt file, in every version: amounts, parties, reasons, batches."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from balie.formats.bank_statement import Entry, Statement, Transaction
from balie.formats.camt053_shape import MESSAGES, ROOTS, VERSIONS
from balie.formats.statements import read_statements, read_statements_from
from tests.support.bank_schemas import schema_faults

FILES = Path(__file__).parent / "fixtures" / "camt"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
HEAD = (
    "<Id>1</Id><CreDtTm>2026-12-04T02:00:00</CreDtTm>"
    "<Acct><Id><IBAN>NL64ABNA0417164301</IBAN></Id><Ccy>EUR</Ccy></Acct>"
)
ENTRY_HEAD = (
    '<Amt Ccy="EUR">12.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-12-03</Dt></BookgDt>"
)
THIRD = date(2026, 12, 3)
FIRST = date(2026, 12, 1)


def read(name: str) -> list[Statement]:
    return list(read_statements(FILES / name))


def file_of(statement: str, *, namespace: str = NAMESPACE) -> bytes:
    return (
        f'<Document xmlns="{namespace}"><BkToCstmrStmt><Stmt>{statement}</Stmt>'
        "</BkToCstmrStmt></Document>"
    ).encode()


def entry_of(inside: str) -> Entry:
    data = file_of(f"{HEAD}<Ntry>{inside}</Ntry>")
    (statement,) = read_statements_from(data, "camt.xml")
    (entry,) = statement.entries
    return entry


def balance(code: str, amount: str) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-03</Dt></Dt></Bal>"
    )


@pytest.mark.parametrize("path", sorted(FILES.glob("*.xml")), ids=lambda path: path.name)
def test_our_own_camt_files_are_valid_by_the_official_schema(path: Path) -> None:
    assert schema_faults(path.read_bytes(), name=path.stem) == []


def test_statement_head_says_account_number_and_balances() -> None:
    first, second = read("camt.053.001.02.xml")

    assert first.format == "camt.053.001.02"
    assert (first.account, first.iban) == ("NL36INGB0007654321", "NL36INGB0007654321")
    assert (first.statement_id, first.number, first.currency) == ("26337", "337", "EUR")
    assert (first.opening_cents, first.opening_on) == (-100000, date(2026, 12, 2))
    assert (first.closing_cents, first.closing_on) == (-159605, THIRD)
    assert first.difference_cents == 0
    assert first.adds_up
    assert (second.account, second.iban, second.currency) == ("D85909804", None, "USD")
    assert second.difference_cents == 50
    assert not second.adds_up


def test_batch_of_returns_has_one_transaction_per_debtor_in_version_02() -> None:
    entry = read("camt.053.001.02.xml")[0].entries[0]

    common: dict[str, Any] = {
        "booked_on": THIRD,
        "value_date": FIRST,
        "batch_message_id": "BAL-F-000123",
        "batch_payment_information_id": "BAL-B-000456",
        "batch_transactions": 2,
        "bank_transaction_code": "PMNT/IDDT/UPDD",
        "proprietary_code": "01315",
    }
    first = Transaction(
        amount_cents=-56405,
        counterparty_name="J. Jansen",
        counterparty_iban="NL30RABO0301234567",
        end_to_end_id="BAL-C-0001",
        mandate_reference="BAL-1001-1",
        return_reason="AC06",
        return_started_by="bank",
        return_text="/RTYP/RTRN",
        **common,
    )
    second = Transaction(
        amount_cents=-10000,
        counterparty_name="K. van der Linden",
        counterparty_iban="NL88RABO0123987654",
        end_to_end_id="BAL-C-0002",
        mandate_reference="BAL-1002-1",
        return_reason="MD06",
        return_started_by="party",
        **common,
    )
    assert entry == Entry(
        amount_cents=-66405,
        bank_reference="26337000001001",
        transactions=(first, second),
        **common,
    )


def test_charges_are_told_apart_from_the_amount_that_came_back() -> None:
    old = read("camt.053.001.02.xml")[0].entries[1]
    newer = read("camt.053.001.04.xml")[0].entries[0]

    assert (old.amount_cents, old.charges_cents, old.return_reason) == (-5300, 300, "OWN1")
    assert (newer.amount_cents, newer.charges_cents, newer.return_reason) == (-5300, 300, "AM04")
    assert newer.counterparty_name == "Café de Kroon"


def test_pending_entry_stands_apart_and_takes_the_day_of_the_report() -> None:
    statement = read("camt.053.001.02.xml")[0]

    (pending,) = statement.pending
    assert (pending.amount_cents, pending.booked_on) == (999, date(2026, 12, 4))
    assert pending.text == "Nog niet verwerkt"
    assert pending not in statement.entries


def test_transfer_keeps_line_folds_and_leaves_out_what_the_bank_did_not_know() -> None:
    entry = read("camt.053.001.02.xml")[0].entries[2]

    assert entry.text == "factuur 2026-000930\nzonneweide.example\nmet dank"
    assert entry.end_to_end_id is None
    assert entry.bank_reference is None
    assert entry.counterparty_name == "Stichting Zonneweide & Co"
    assert entry.counterparty_iban == "NL64ABNA0417164301"
    assert entry.booked_on == THIRD


def test_entry_with_one_payment_says_what_the_payment_says() -> None:
    entry = read("camt.053.001.08.xml")[0].entries[3]

    (payment,) = entry.transactions
    assert payment.end_to_end_id is None
    assert (entry.amount_cents, payment.amount_cents) == (6140, 6140)
    assert entry.structured_reference == payment.structured_reference == "RF55202600001234"
    assert entry.text == payment.text == "2026-000931\nen de vorige\n1000202600001234"


def test_batch_total_without_details_keeps_its_identification() -> None:
    entry = read("camt.053.001.08.xml")[0].entries[0]

    assert entry.transactions == ()
    assert entry.batch_message_id == "BAL-F-000124"
    assert entry.batch_payment_information_id == "BAL-B-000457"
    assert entry.batch_transactions == 3


def test_own_repayment_that_came_back_names_the_other_party_and_not_us() -> None:
    entry = read("camt.053.001.08.xml")[0].entries[2]

    assert (entry.amount_cents, entry.return_reason) == (2000, "AC04")
    assert entry.counterparty_name == "M. de Groot"
    assert entry.counterparty_iban == "NL71INGB0009876543"


def test_returned_party_is_found_whatever_role_the_bank_gave_it() -> None:
    swapped, as_debtor = read("camt.053.001.08.xml")[0].entries[1].transactions

    assert (swapped.counterparty_name, swapped.return_started_by) == ("J. Jansen", "bank")
    assert (as_debtor.counterparty_name, as_debtor.return_started_by) == ("De Brug + Zn", "party")
    assert as_debtor.counterparty_iban == "NL36INGB0007654321"


def test_own_name_is_no_counterparty_unless_a_return_names_nobody_else() -> None:
    party = (
        "<RltdPties><Dbtr><Pty><Nm>Iemand</Nm></Pty></Dbtr>"
        "<DbtrAcct><Id><IBAN>NL64ABNA0417164301</IBAN></Id></DbtrAcct></RltdPties>"
    )
    plain = entry_of(f"{ENTRY_HEAD}<NtryDtls><TxDtls>{party}</TxDtls></NtryDtls>")
    returned = entry_of(
        f"{ENTRY_HEAD}<NtryDtls><TxDtls>{party}<RtrInf><Rsn><Cd>MD01</Cd></Rsn></RtrInf>"
        "</TxDtls></NtryDtls>"
    )

    assert (plain.counterparty_name, plain.counterparty_iban) == (None, None)
    assert (returned.counterparty_name, returned.counterparty_iban) == ("Iemand", None)


def test_entry_without_a_booking_date_takes_its_value_date() -> None:
    entry = entry_of(ENTRY_HEAD.replace("BookgDt", "ValDt"))

    assert (entry.booked_on, entry.value_date) == (THIRD, THIRD)


def test_charges_without_an_amount_are_none() -> None:
    total = '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">3.00</TtlChrgsAndTaxAmt></Chrgs>'

    assert entry_of(ENTRY_HEAD + total).charges_cents == 0


def test_charges_of_the_parts_are_the_charges_of_the_entry() -> None:
    amount = '<Amt Ccy="EUR">6.05</Amt><CdtDbtInd>{}</CdtDbtInd>'
    charge = '<Chrgs><Rcrd><Amt Ccy="EUR">{}</Amt><CdtDbtInd>{}</CdtDbtInd></Rcrd></Chrgs>'
    entry = entry_of(
        f"{ENTRY_HEAD}<NtryDtls>"
        f"<TxDtls>{amount.format('CRDT')}{charge.format('0.50', 'DBIT')}</TxDtls>"
        f"<TxDtls>{amount.format('DBIT')}{charge.format('0.20', 'CRDT')}</TxDtls></NtryDtls>"
    )

    assert [payment.amount_cents for payment in entry.transactions] == [605, -605]
    assert [payment.charges_cents for payment in entry.transactions] == [50, -20]
    assert entry.charges_cents == 30


@pytest.mark.parametrize("payments", [1, 2])
def test_charges_told_beside_the_amounts_are_taken_in(payments: int) -> None:
    part = (
        '<TxDtls><Amt Ccy="EUR">50.00</Amt><Chrgs><Rcrd><Amt Ccy="EUR">3.00</Amt>'
        "<CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs></TxDtls>"
    )
    head = ENTRY_HEAD.replace("CRDT", "DBIT").replace("12.10", f"{53 * payments}.00")
    entry = entry_of(f"{head}<NtryDtls>{part * payments}</NtryDtls>")

    assert (entry.amount_cents, entry.charges_cents) == (-5300 * payments, 300 * payments)
    assert [each.amount_cents for each in entry.transactions] == [-5300] * payments


def test_references_of_the_entry_go_before_those_of_its_payment() -> None:
    reference = "<Refs><AcctSvcrRef>P</AcctSvcrRef></Refs>"
    code = "<BkTxCd><Prtry><Cd>{}</Cd></Prtry></BkTxCd>"
    entry = entry_of(
        f"{ENTRY_HEAD}<AcctSvcrRef>E</AcctSvcrRef>{code.format('100')}<NtryDtls>"
        f"<TxDtls>{reference}{code.format('200')}</TxDtls></NtryDtls>"
    )

    (payment,) = entry.transactions
    assert (entry.bank_reference, entry.proprietary_code) == ("E", "100")
    assert (payment.bank_reference, payment.proprietary_code) == ("P", "200")


def test_amount_of_the_entry_is_what_the_account_says() -> None:
    part = '<TxDtls><Amt Ccy="EUR">10.00</Amt></TxDtls>'
    entry = entry_of(f"{ENTRY_HEAD}<NtryDtls>{part}</NtryDtls>")

    assert entry.amount_cents == 1210
    assert [each.amount_cents for each in entry.transactions] == [1000]


def test_notice_and_report_have_no_balances() -> None:
    (notice,) = read("camt.054.001.02.xml")
    (report,) = read("camt.052.001.08.xml")

    assert (notice.format, notice.opening_cents, notice.closing_cents) == (
        "camt.054.001.02",
        None,
        None,
    )
    assert notice.difference_cents is None
    assert not notice.adds_up
    assert [entry.amount_cents for entry in notice.entries] == [1210]
    assert (report.format, report.entries) == ("camt.052.001.08", ())
    assert [entry.amount_cents for entry in report.pending] == [6140]


def test_pages_of_one_statement_meet_at_the_interim_balance() -> None:
    first, second = read("camt.053.001.04.xml")

    assert (first.opening_cents, first.closing_cents) == (10000, 4700)
    assert (second.opening_cents, second.closing_cents) == (4700, 4700)
    assert first.adds_up
    assert second.adds_up


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        ([("OPBD", "1.00"), ("PRCD", "2.00"), ("CLBD", "3.00")], (100, 300)),
        ([("PRCD", "2.00"), ("CLBD", "3.00")], (200, 300)),
        ([("ITBD", "2.00"), ("ITBD", "3.00")], (200, 300)),
        ([("ITBD", "2.00")], (None, None)),
        ([("CLAV", "2.00")], (None, None)),
        ([("OPBD", "1.00")], (100, None)),
    ],
)
def test_opening_and_closing_balance_are_the_booked_ones(
    balances: list[tuple[str, str]], expected: tuple[int | None, int | None]
) -> None:
    inside = "".join(balance(code, amount) for code, amount in balances)
    (statement,) = read_statements_from(file_of(HEAD + inside), "camt.xml")

    assert (statement.opening_cents, statement.closing_cents) == expected


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_version_is_read(message: str, version: str) -> None:
    body, statement = MESSAGES[message]
    status = "<Sts>BOOK</Sts>" if int(version) < 7 else "<Sts><Cd>BOOK</Cd></Sts>"
    party = "<Nm>J. Jansen</Nm>" if int(version) < 7 else "<Pty><Nm>J. Jansen</Nm></Pty>"
    amount = '<Amt Ccy="EUR">12.10</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{message}.001.{version}"
    data = (
        f'<Document xmlns="{namespace}"><{body}>'
        "<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-12-04T02:00:00</CreDtTm></GrpHdr>"
        f"<{statement}>{HEAD}"
        f"{'' if message == 'camt.054' else balance('OPBD', '1.00')}"
        f"<Ntry>{amount}{status}<BookgDt><Dt>2026-12-03</Dt></BookgDt><BkTxCd/><NtryDtls><TxDtls>"
        f"{'' if version == '02' else amount}<RltdPties><Cdtr>{party}</Cdtr></RltdPties>"
        "</TxDtls></NtryDtls></Ntry>"
        f"</{statement}></{body}></Document>"
    ).encode()

    (found,) = read_statements_from(data, "camt.xml")

    assert schema_faults(data, name=f"{message}.001.{version}") == []
    assert found.format == f"{message}.001.{version}"
    assert [entry.amount_cents for entry in found.entries] == [-1210]
    assert [entry.counterparty_name for entry in found.entries] == ["J. Jansen"]
    assert namespace in ROOTS


def test_elements_of_another_namespace_say_nothing() -> None:
    foreign = f'<x:Extra xmlns:x="urn:example:bank"><x:Ntry>{ENTRY_HEAD}</x:Ntry></x:Extra>'
    (statement,) = read_statements_from(file_of(HEAD + foreign), "camt.xml")

    assert statement.entries == ()

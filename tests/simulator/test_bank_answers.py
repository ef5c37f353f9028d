"""The simulated bank as its creditor meets it: what it takes, what it rejects, what it answers."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from balie.formats.pain002 import BlockStatus, Status
from balie.simulator.bank import SimulatedBank, UnableToReceive
from balie.simulator.bank_orders import UnreadableOrder
from tests.support.bank_files import (
    DE_VRIES,
    JANSEN,
    OUR_IBAN,
    answer_of,
    debit,
    order,
    rejections,
)

FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.fixture
def bank() -> SimulatedBank:
    return SimulatedBank.open(iban=OUR_IBAN, opened_on=date(2026, 11, 2))


def test_order_without_objections_is_accepted(bank: SimulatedBank) -> None:
    report = answer_of(bank.receive_file(order(debit("C-1"), debit("C-2")), at=FRIDAY))

    assert report.original_message_id == "F-1"
    assert report.original_message_name == "pain.008.001.08"
    assert report.group == Status(status="ACCP")
    assert report.blocks == (BlockStatus(payment_information_id="B-1", status="ACCP"),)
    assert report.transactions == ()


@pytest.mark.parametrize("target", [DE_VRIES, "NL20 INGB 0001 2345 67", "C-2"])
def test_debit_planned_to_be_rejected_is_named_with_its_reason(
    bank: SimulatedBank, target: str
) -> None:
    bank.plan_reject(target, reason="AC04")

    answer = bank.receive_file(order(debit("C-1"), debit("C-2", iban=DE_VRIES)), at=FRIDAY)

    report = answer_of(answer)
    assert report.group_status == "PART"
    assert [block.status for block in report.blocks] == ["PART"]
    assert rejections(report) == {"C-2": "AC04"}


def test_planned_rejection_happens_once(bank: SimulatedBank) -> None:
    bank.plan_reject(JANSEN)

    first = answer_of(bank.receive_file(order(debit("C-1"), number=1), at=FRIDAY))
    second = answer_of(bank.receive_file(order(debit("C-2"), number=2), at=FRIDAY))

    assert rejections(first) == {"C-1": "AC01"}
    assert rejections(second) == {}


def test_order_of_which_every_debit_is_rejected_is_rejected(bank: SimulatedBank) -> None:
    bank.plan_reject(JANSEN)

    report = answer_of(bank.receive_file(order(debit("C-1")), at=FRIDAY))

    assert report.group_status == "RJCT"
    assert [block.status for block in report.blocks] == ["RJCT"]
    assert rejections(report) == {"C-1": "AC01"}


def test_answer_is_shaped_as_the_schema_has_it(bank: SimulatedBank) -> None:
    bank.plan_reject("C-2")

    answer = bank.receive_file(order(debit("C-1"), debit("C-2")), at=FRIDAY)

    assert answer.decode().replace("\n", "") == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>PSR-00000001</MsgId><CreDtTm>2026-11-27T10:30:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>F-1</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><OrgnlNbOfTxs>2</OrgnlNbOfTxs>"
        "<OrgnlCtrlSum>24.20</OrgnlCtrlSum><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>"
        "<TxInfAndSts><OrgnlInstrId>C-2</OrgnlInstrId><OrgnlEndToEndId>C-2</OrgnlEndToEndId>"
        "<TxSts>RJCT</TxSts><StsRsnInf><Orgtr><Id><OrgId><AnyBIC>RABONL2U</AnyBIC></OrgId></Id>"
        "</Orgtr><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf><OrgnlTxRef>"
        '<Amt><InstdAmt Ccy="EUR">12.10</InstdAmt></Amt><ReqdColltnDt>2026-12-01</ReqdColltnDt>'
        "<MndtRltdInf><MndtId>M-C-2</MndtId></MndtRltdInf></OrgnlTxRef></TxInfAndSts>"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )


def test_file_handed_in_twice_is_rejected_whole_and_booked_once(bank: SimulatedBank) -> None:
    data = order(debit("C-1"))

    bank.receive_file(data, at=FRIDAY)
    report = answer_of(bank.receive_file(data, at=FRIDAY))

    assert report.group == Status(
        status="RJCT", reason_code="AM05", additional="MsgId was received before"
    )
    assert report.blocks == ()
    close_through(bank, date(2026, 12, 1))
    assert bank.balance_cents == 1210 - 1495


def test_end_to_end_id_used_before_is_rejected(bank: SimulatedBank) -> None:
    bank.receive_file(order(debit("C-1"), number=1), at=FRIDAY)

    report = answer_of(bank.receive_file(order(debit("C-1"), debit("C-2"), number=2), at=FRIDAY))

    assert rejections(report) == {"C-1": "AM05"}
    close_through(bank, date(2026, 12, 1))
    assert bank.balance_cents == 2 * 1210 - 1495


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"<GrpHdr><MsgId>F-1</MsgId>", b"<GrpHdr><MsgId>F-2</MsgId>", None),
        (b"<CtrlSum>12.10</CtrlSum><InitgPty>", b"<CtrlSum>12.11</CtrlSum><InitgPty>", "FF01"),
        (b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>2</NbOfTxs>", "FF01"),
        (OUR_IBAN.encode(), b"NL02ABNA0123456789", "BE05"),
    ],
)
def test_order_changed_on_the_way_is_rejected(
    bank: SimulatedBank, before: bytes, after: bytes, reason: str | None
) -> None:
    data = order(debit("C-1"))
    assert before in data

    report = answer_of(bank.receive_file(data.replace(before, after), at=FRIDAY))

    said = [report.group, *report.blocks]
    assert [status.reason_code for status in said if status.reason_code] == (
        [reason] if reason else []
    )
    assert report.group.is_rejected == (reason is not None)


def test_payment_block_handed_in_again_under_another_message_is_rejected(
    bank: SimulatedBank,
) -> None:
    data = order(debit("C-1"))
    bank.receive_file(data, at=FRIDAY)

    report = answer_of(bank.receive_file(data.replace(b">F-1<", b">F-2<"), at=FRIDAY))

    assert [(block.status, block.reason_code) for block in report.blocks] == [("RJCT", "AM05")]


def test_debit_of_an_impossible_account_is_rejected(bank: SimulatedBank) -> None:
    data = order(debit("C-1"), debit("C-2", iban=DE_VRIES))

    report = answer_of(bank.receive_file(data.replace(b"NL39RABO", b"NL38RABO"), at=FRIDAY))

    assert rejections(report) == {"C-1": "AC01"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"pain.008.001.08", b"pain.001.001.09", "not a document that is read here"),
        (b"</Document>", b"", "ends too early"),
        (b'Ccy="EUR"', b'Ccy="USD"', "in euros"),
        (b"<ReqdColltnDt>2026-12-01<", b"<ReqdColltnDt>soon<", "no date"),
        (b">12.10<", b">12,10<", "no amount"),
        (b"<NbOfTxs>1<", b"<NbOfTxs>one<", "no number"),
        (b"<EndToEndId>C-1</EndToEndId>", b"", "end_to_end_id is missing"),
        (b"CstmrDrctDbtInitn", b"CstmrCdtTrfInitn", "no order to collect"),
    ],
)
def test_file_that_is_no_order_is_refused_without_an_answer(
    bank: SimulatedBank, before: bytes, after: bytes, reason: str
) -> None:
    data = order(debit("C-1"))
    assert before in data
    state = bank.to_json()

    with pytest.raises(UnreadableOrder, match=reason):
        bank.receive_file(data.replace(before, after), at=FRIDAY)

    assert bank.to_json() == state


def test_file_from_before_the_last_closed_day_is_not_taken(bank: SimulatedBank) -> None:
    close_through(bank, date(2026, 11, 30))

    with pytest.raises(UnableToReceive, match="2026-11-30 was closed"):
        bank.receive_file(order(debit("C-1")), at=FRIDAY)
    with pytest.raises(ValueError, match="aware"):
        bank.receive_file(order(debit("C-1")), at=FRIDAY.replace(tzinfo=None))


def test_file_in_the_older_version_is_taken_too(bank: SimulatedBank) -> None:
    data = order(debit("C-1")).replace(b".001.08", b".001.02").replace(b"BICFI", b"BIC")

    report = answer_of(bank.receive_file(data, at=FRIDAY))

    assert report.group_status == "ACCP"
    assert report.original_message_name == "pain.008.001.02"


def test_amounts_are_taken_to_the_cent(bank: SimulatedBank) -> None:
    big = replace(debit("C-1"), amount_cents=99_999_999_999)

    bank.receive_file(order(big, debit("C-2", amount_cents=1)), at=FRIDAY)
    close_through(bank, date(2026, 12, 1))

    assert bank.balance_cents == 100_000_000_000 - 1495


def close_through(bank: SimulatedBank, last: date) -> None:
    """Close every day up to and including `last`."""
    for ordinal in range(bank.closed_on.toordinal() + 1, last.toordinal() + 1):
        bank.close_day(date.fromordinal(ordinal))

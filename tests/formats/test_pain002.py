"""The bank's answer: what it says on each level, and that a broken one is refused as a whole."""

import pytest

from balie.formats.errors import UnreadableFile
from balie.formats.pain002 import (
    BlockStatus,
    Status,
    StatusReport,
    TransactionStatus,
    UnreadableStatusReport,
    read_pain002,
)

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
GROUP = (
    "<OrgnlGrpInfAndSts><OrgnlMsgId>DL-F-1</OrgnlMsgId><OrgnlMsgNmId>PAIN.008.001.08</OrgnlMsgNmId>"
    "<GrpSts>{status}</GrpSts>{reason}</OrgnlGrpInfAndSts>"
)
REJECTED_BLOCK = """
<OrgnlPmtInfAndSts>
 <OrgnlPmtInfId>DL-B-1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>
 <TxInfAndSts>
  <StsId>1</StsId><OrgnlInstrId>DL-C-3</OrgnlInstrId><OrgnlEndToEndId>DL-C-3</OrgnlEndToEndId>
  <TxSts>RJCT</TxSts>
  <StsRsnInf><Orgtr><Id><OrgId><AnyBIC>INGBNL2A</AnyBIC></OrgId></Id></Orgtr>
   <Rsn><Cd>AC01</Cd></Rsn><AddtlInf>Rekening</AddtlInf><AddtlInf> onbekend </AddtlInf></StsRsnInf>
  <OrgnlTxRef><Amt><InstdAmt Ccy="EUR">121.00</InstdAmt></Amt></OrgnlTxRef>
 </TxInfAndSts>
 <TxInfAndSts>
  <OrgnlInstrId>DL-C-4</OrgnlInstrId><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId>
  <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Prtry>EIST</Prtry></Rsn></StsRsnInf>
 </TxInfAndSts>
</OrgnlPmtInfAndSts>
"""


def report(*, body: str, status: str = "PART", reason: str = "", namespace: str = NAMESPACE) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{namespace}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-30T14:00:00</CreDtTm></GrpHdr>"
        f"{GROUP.format(status=status, reason=reason)}{body}</CstmrPmtStsRpt></Document>"
    )


def read(text: str) -> StatusReport:
    return read_pain002(text.encode())


@pytest.mark.parametrize("version", ["03", "10"])
def test_report_with_two_rejected_transactions_is_read(version: str) -> None:
    found = read(report(body=REJECTED_BLOCK, namespace=NAMESPACE.replace(".10", f".{version}")))

    assert found == StatusReport(
        message_id="BANK-1",
        original_message_id="DL-F-1",
        original_message_name="pain.008.001.08",
        group=Status(status="PART"),
        blocks=(BlockStatus(payment_information_id="DL-B-1", status="PART"),),
        transactions=(
            TransactionStatus(
                end_to_end_id="DL-C-3",
                payment_information_id="DL-B-1",
                status="RJCT",
                reason_code="AC01",
                additional="Rekening onbekend",
            ),
            TransactionStatus(
                end_to_end_id="DL-C-4",
                payment_information_id="DL-B-1",
                status="RJCT",
                reason_code="EIST",
            ),
        ),
    )
    assert found.group_status == "PART"
    assert [transaction.is_rejected for transaction in found.transactions] == [True, True]


def test_report_that_rejects_the_file_gives_the_reason_and_no_transactions() -> None:
    reason = "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn><AddtlInf>Schema</AddtlInf></StsRsnInf>"

    found = read(report(body="", status="RJCT", reason=reason))

    assert found.group == Status(status="RJCT", reason_code="FF01", additional="Schema")
    assert found.group.is_rejected
    assert found.blocks == ()
    assert found.transactions == ()


def test_report_that_rejects_a_block_gives_its_reason() -> None:
    body = (
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>DL-B-1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>DL-B-2</OrgnlPmtInfId></OrgnlPmtInfAndSts>"
    )

    found = read(report(body=body))

    assert found.blocks == (
        BlockStatus(payment_information_id="DL-B-1", status="RJCT", reason_code="DT01"),
        BlockStatus(payment_information_id="DL-B-2"),
    )
    assert not found.blocks[1].is_rejected


def test_report_of_acceptance_names_nothing_but_the_file() -> None:
    found = read(report(body="", status="ACCP"))

    assert found.group == Status(status="ACCP")


VALID = report(body=REJECTED_BLOCK)


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("", "ends too early"),
        ("no xml at all", "not well-formed"),
        (VALID[:-30], "ends too early"),
        ("\ufeff" + VALID, "byte order mark"),
        (VALID.replace("pain.002.001.10", "pain.002.001.99"), "not a document that is read here"),
        (VALID.replace("CstmrPmtStsRpt", "CstmrDrctDbtInitn"), "no status report"),
        (VALID.replace("<OrgnlMsgId>DL-F-1</OrgnlMsgId>", ""), "OrgnlMsgId is missing"),
        (VALID.replace("<OrgnlMsgId>DL-F-1<", "<OrgnlMsgId> <"), "OrgnlMsgId is missing"),
        (VALID.replace(">DL-F-1<", f">{'x' * 36}<"), "longer than 35"),
        (VALID.replace("<MsgId>BANK-1</MsgId>", ""), "GrpHdr/MsgId is missing"),
        (VALID.replace("<OrgnlPmtInfId>DL-B-1</OrgnlPmtInfId>", ""), "OrgnlPmtInfId is missing"),
        (VALID.replace("<OrgnlInstrId>DL-C-4</OrgnlInstrId>", ""), "OrgnlEndToEndId is missing"),
        (VALID.replace("<TxSts>RJCT</TxSts>", "<TxSts>no, sorry</TxSts>"), "is no status"),
        (VALID.replace(">AC01<", f">{'9' * 40}<"), "reason code is longer"),
        (VALID.replace("<PmtInfSts>PART</PmtInfSts>", "<PmtInfSts>PART</PmtInfSts>" * 2), "twice"),
        (
            VALID.replace(GROUP.format(status="PART", reason=""), ""),
            "does not say which file it answers",
        ),
        (
            VALID.replace(
                '"UTF-8"?>', '"UTF-8"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            ),
            "DOCTYPE",
        ),
    ],
)
def test_damaged_report_is_refused_as_a_whole(damaged: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(damaged)

    assert type(caught.value) is UnreadableStatusReport
    assert str(caught.value).endswith("nothing of it was taken over.")


def test_refusal_says_where() -> None:
    text = VALID.replace("<TxSts>RJCT</TxSts>", "<TxSts>?</TxSts>")

    with pytest.raises(UnreadableStatusReport) as caught:
        read(text)

    assert caught.value.line == 4
    assert caught.value.path == "TxInfAndSts"

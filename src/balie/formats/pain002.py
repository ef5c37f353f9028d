"""Read the bank's answer to a file of ours: pain.002.001.10 and .03 (payment status report).

An answer speaks on three levels: file, block and transaction. A rejected file or block lists no
transactions and is rejected with all below it. A transaction that is not named was not accepted by
that: only a booked credit says that it was collected.
"""

import re
from dataclasses import dataclass
from io import BytesIO

from balie.formats.errors import UnreadableFile
from balie.formats.xml import Record, Shape, read_records

VERSIONS = ("03", "10")
REJECTED = "RJCT"

_STATUS = re.compile(r"[A-Z]{4}\Z")
_NAMESPACE = re.compile(rb"[\"']urn:iso:std:iso:20022:tech:xsd:pain\.002\.")
_HEAD = 4096
_IDENTIFIER_LENGTH = 35
_REASON = Shape(texts={"Rsn/Cd": "code", "Rsn/Prtry": "own_code", "AddtlInf": "additional*"})
_TRANSACTION = Shape(
    texts={
        "OrgnlInstrId": "instruction_id",
        "OrgnlEndToEndId": "end_to_end_id",
        "TxSts": "status",
    },
    records={"StsRsnInf": _REASON},
)
_BLOCK = Shape(
    texts={"OrgnlPmtInfId": "payment_information_id", "PmtInfSts": "status"},
    records={"StsRsnInf": _REASON, "TxInfAndSts": _TRANSACTION},
)
_GROUP = Shape(
    texts={"OrgnlMsgId": "message_id", "OrgnlMsgNmId": "message_name", "GrpSts": "status"},
    records={"StsRsnInf": _REASON},
)
_REPORT = Shape(
    texts={"GrpHdr/MsgId": "message_id"},
    records={"OrgnlGrpInfAndSts": _GROUP, "OrgnlPmtInfAndSts": _BLOCK},
)
_ROOTS = {
    f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}": Shape(
        records={"CstmrPmtStsRpt": _REPORT}
    )
    for version in VERSIONS
}


class UnreadableStatusReport(UnreadableFile):
    """A status report was refused as a whole; what the bank did with our file is still unknown."""

    advice = "Download the answer again from the bank, unchanged; nothing of it was taken over."


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the bank says on one level; every part of it may be absent.

    `status` is one of ACTC, ACCP, ACSP, ACSC, PART, PDNG, RCVD, RJCT, or one that came up later.
    `reason_code` is an ISO code (AM04) or the bank's own; `additional` its explanation in words.
    """

    status: str | None = None
    reason_code: str | None = None
    additional: str | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether this level was rejected, and with it everything below."""
        return self.status == REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStatus(Status):
    """The answer to one payment block."""

    payment_information_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionStatus(Status):
    """The answer to one collection; `payment_information_id` names the block it stood in."""

    end_to_end_id: str
    payment_information_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """One answer. `original_message_name` is in lower case, such as `pain.008.001.08`."""

    message_id: str
    original_message_id: str
    original_message_name: str
    group: Status
    blocks: tuple[BlockStatus, ...]
    transactions: tuple[TransactionStatus, ...]

    @property
    def group_status(self) -> str | None:
        """The status of the file as a whole."""
        return self.group.status


def looks_like_pain002(data: bytes) -> bool:
    """Tell by its name space whether a file is a status report, in whatever version."""
    return _NAMESPACE.search(data[:_HEAD]) is not None


def read_pain002(data: bytes) -> StatusReport:
    """Read a status report: the bytes of the file.

    Raises UnreadableStatusReport, with line and path, for anything that is not one: the file is
    refused as a whole.
    """
    for document in read_records(BytesIO(data), roots=_ROOTS, error=UnreadableStatusReport):
        reports = document.inner("CstmrPmtStsRpt")
        if len(reports) != 1:
            raise _refusal(document, "it holds no status report, or more than one")
        report = _report(reports[0])
    return report


def _report(record: Record) -> StatusReport:
    groups = record.inner("OrgnlGrpInfAndSts")
    if len(groups) != 1:
        raise _refusal(record, "it does not say which file it answers")
    group, blocks = groups[0], record.inner("OrgnlPmtInfAndSts")
    return StatusReport(
        message_id=_required(record, "message_id", path="GrpHdr/MsgId"),
        original_message_id=_required(group, "message_id", path="OrgnlMsgId"),
        original_message_name=_required(group, "message_name", path="OrgnlMsgNmId").lower(),
        group=Status(
            status=_status(group),
            reason_code=_reason_code(group),
            additional=_additional(group),
        ),
        blocks=tuple(_block(block) for block in blocks),
        transactions=tuple(
            _transaction(transaction, block=block)
            for block in blocks
            for transaction in block.inner("TxInfAndSts")
        ),
    )


def _block(record: Record) -> BlockStatus:
    return BlockStatus(
        payment_information_id=_required(record, "payment_information_id", path="OrgnlPmtInfId"),
        status=_status(record),
        reason_code=_reason_code(record),
        additional=_additional(record),
    )


def _transaction(record: Record, *, block: Record) -> TransactionStatus:
    """One transaction; without an end-to-end id the instruction id, equal in our files, tells."""
    key = "instruction_id"
    if record.text("end_to_end_id") not in {None, "NOTPROVIDED"}:
        key = "end_to_end_id"
    return TransactionStatus(
        end_to_end_id=_required(record, key, path="OrgnlEndToEndId"),
        payment_information_id=_required(block, "payment_information_id", path="OrgnlPmtInfId"),
        status=_status(record),
        reason_code=_reason_code(record),
        additional=_additional(record),
    )


def _status(record: Record) -> str | None:
    status = record.text("status")
    if status is not None and _STATUS.match(status) is None:
        raise _refusal(record, f"{status[:20]!r} is no status")
    return status


def _reason_code(record: Record) -> str | None:
    """The first reason, which is the one that decided."""
    for reason in record.inner("StsRsnInf"):
        code = reason.text("code") or reason.text("own_code")
        if code is not None:
            if len(code) > _IDENTIFIER_LENGTH:
                raise _refusal(reason, "a reason code is longer than 35 characters")
            return code
    return None


def _additional(record: Record) -> str | None:
    lines = [
        line.strip() for reason in record.inner("StsRsnInf") for line in reason.all("additional")
    ]
    return " ".join(line for line in lines if line) or None


def _required(record: Record, key: str, *, path: str) -> str:
    text = record.text(key)
    if text is None or len(text) > _IDENTIFIER_LENGTH:
        raise _refusal(record, f"{path} is missing, empty or longer than 35 characters")
    return text


def _refusal(record: Record, reason: str) -> UnreadableStatusReport:
    return UnreadableStatusReport(reason, line=record.line, path=record.name)

"""What the simulated bank answers to an order: pain.002.001.10, valid for the official schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from balie.formats.iban import bank_of
from balie.simulator.bank_orders import Order, OrderedBlock, OrderedDebit

ACCEPTED, PARTLY, REJECTED = "ACCP", "PART", "RJCT"
_LOCAL = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why something was rejected: an ISO reason code, and words where the code needs them."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAnswer:
    """The answer to one block: rejected as a whole, or with `rejected` debits by end-to-end id."""

    block: OrderedBlock
    objection: Objection | None
    rejected: dict[str, Objection]

    @property
    def status(self) -> str:
        """ACCP, PART or RJCT; a block of which every debit was rejected is rejected."""
        return overall(
            any_accepted=self.objection is None and len(self.rejected) < len(self.block.debits),
            any_rejected=self.objection is not None or bool(self.rejected),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a file; with an `objection` it is rejected as a whole and names no blocks."""

    order: Order
    objection: Objection | None
    blocks: tuple[BlockAnswer, ...]

    @property
    def status(self) -> str:
        """ACCP, PART or RJCT, following from the blocks."""
        if self.objection is not None:
            return REJECTED
        return overall(
            any_accepted=any(block.status != REJECTED for block in self.blocks),
            any_rejected=any(block.status != ACCEPTED for block in self.blocks),
        )


def overall(*, any_accepted: bool, any_rejected: bool) -> str:
    """Return the status of a whole of which some parts were accepted, or rejected, or both."""
    if not any_rejected:
        return ACCEPTED
    return PARTLY if any_accepted else REJECTED


def write_pain002(answer: Answer, *, message_id: str, at: datetime) -> bytes:
    """Return the answer as a file. `at` is aware; the file carries it in Dutch local time."""
    return "".join(_pieces(answer, message_id=message_id, at=at)).encode()


def _pieces(answer: Answer, *, message_id: str, at: datetime) -> Iterator[str]:
    order = answer.order
    created = at.astimezone(_LOCAL).strftime("%Y-%m-%dT%H:%M:%S")
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>\n'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{created}</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(order.message_id)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{order.message_name}</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>{order.count}</OrgnlNbOfTxs>"
        f"<OrgnlCtrlSum>{euros(order.total_cents)}</OrgnlCtrlSum>"
        f"<GrpSts>{answer.status}</GrpSts>{_objection(answer.objection)}</OrgnlGrpInfAndSts>\n"
    )
    for block in answer.blocks:
        yield (
            "<OrgnlPmtInfAndSts>"
            f"<OrgnlPmtInfId>{escape(block.block.payment_information_id)}</OrgnlPmtInfId>"
            f"<PmtInfSts>{block.status}</PmtInfSts>{_objection(block.objection)}\n"
        )
        for debit in block.block.debits:
            if (objection := block.rejected.get(debit.end_to_end_id)) is not None:
                yield _transaction(debit, block=block.block, objection=objection)
        yield "</OrgnlPmtInfAndSts>\n"
    yield "</CstmrPmtStsRpt></Document>\n"


def _transaction(debit: OrderedDebit, *, block: OrderedBlock, objection: Objection) -> str:
    reference = escape(debit.end_to_end_id)
    bank = bank_of(debit.debtor_iban)
    by = (
        ""
        if bank is None
        else f"<Orgtr><Id><OrgId><AnyBIC>{bank.bic}</AnyBIC></OrgId></Id></Orgtr>"
    )
    return (
        f"<TxInfAndSts><OrgnlInstrId>{reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{REJECTED}</TxSts>"
        f"{_objection(objection, by=by)}<OrgnlTxRef>"
        f'<Amt><InstdAmt Ccy="EUR">{euros(debit.amount_cents)}</InstdAmt></Amt>'
        f"<ReqdColltnDt>{block.collection_date.isoformat()}</ReqdColltnDt><MndtRltdInf>"
        f"<MndtId>{escape(debit.mandate_reference)}</MndtId></MndtRltdInf></OrgnlTxRef>"
        "</TxInfAndSts>\n"
    )


def _objection(objection: Objection | None, *, by: str = "") -> str:
    if objection is None:
        return ""
    words = f"<AddtlInf>{escape(objection.text)}</AddtlInf>" if objection.text else ""
    return f"<StsRsnInf>{by}<Rsn><Cd>{objection.reason}</Cd></Rsn>{words}</StsRsnInf>"


def euros(cents: int) -> str:
    """Return an amount that is not negative as ISO 20022 writes it: 1210 becomes 12.10."""
    return f"{cents // 100}.{cents % 100:02d}"

"""What the simulated bank reads: an order to collect (pain.008.001.08 or .02), as it arrives."""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from balie.formats.errors import UnreadableFile
from balie.formats.xml import Record, Shape, read_records

_EUROS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,2})?\Z")
_COUNT = re.compile(r"[0-9]{1,15}\Z")
_DEBIT = Shape(
    texts={
        "PmtId/EndToEndId": "end_to_end_id",
        "InstdAmt": "amount",
        "InstdAmt@Ccy": "currency",
        "DrctDbtTx/MndtRltdInf/MndtId": "mandate_reference",
        "Dbtr/Nm": "debtor_name",
        "DbtrAcct/Id/IBAN": "debtor_iban",
    }
)
_BLOCK = Shape(
    texts={
        "PmtInfId": "payment_information_id",
        "NbOfTxs": "count",
        "CtrlSum": "total",
        "ReqdColltnDt": "collection_date",
        "CdtrAcct/Id/IBAN": "creditor_iban",
    },
    records={"DrctDbtTxInf": _DEBIT},
)
_ORDER = Shape(
    texts={
        "GrpHdr/MsgId": "message_id",
        "GrpHdr/NbOfTxs": "count",
        "GrpHdr/CtrlSum": "total",
    },
    records={"PmtInf": _BLOCK},
)
_ROOTS = {
    f"urn:iso:std:iso:20022:tech:xsd:{name}": Shape(records={"CstmrDrctDbtInitn": _ORDER})
    for name in ("pain.008.001.08", "pain.008.001.02")
}


class UnreadableOrder(UnreadableFile):
    """The bank cannot read what was handed in; it takes nothing of it and answers nothing."""

    advice = "Hand in a pain.008.001.08 file."


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedDebit:
    """One debit as the creditor ordered it."""

    end_to_end_id: str
    amount_cents: int
    mandate_reference: str
    debtor_name: str
    debtor_iban: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedBlock:
    """One payment block; `count` and `total_cents` are what the creditor says of it."""

    payment_information_id: str
    count: int
    total_cents: int
    collection_date: date
    creditor_iban: str
    debits: tuple[OrderedDebit, ...]

    @property
    def adds_up(self) -> bool:
        """Whether number and sum of the debits are what the creditor says."""
        said = (self.count, self.total_cents)
        return said == (len(self.debits), sum(debit.amount_cents for debit in self.debits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One file; `message_name` is its version, such as `pain.008.001.08`."""

    message_id: str
    message_name: str
    count: int
    total_cents: int
    blocks: tuple[OrderedBlock, ...]

    @property
    def adds_up(self) -> bool:
        """Whether number and sum over the blocks are what the creditor says of the file."""
        count = sum(block.count for block in self.blocks)
        total = sum(block.total_cents for block in self.blocks)
        return (self.count, self.total_cents) == (count, total)


def read_order(data: bytes) -> Order:
    """Read an order to collect. Raises UnreadableOrder with line and path when it is none."""
    for document in read_records(BytesIO(data), roots=_ROOTS, error=UnreadableOrder):
        orders = document.inner("CstmrDrctDbtInitn")
        if len(orders) != 1:
            raise _refusal(document, "it holds no order to collect, or more than one")
        order = _order(orders[0])
    return order


def _order(record: Record) -> Order:
    return Order(
        message_id=_text(record, "message_id"),
        message_name=record.namespace.rpartition(":")[2],
        count=_count(record),
        total_cents=_cents(record, "total"),
        blocks=tuple(_block(block) for block in record.inner("PmtInf")),
    )


def _block(record: Record) -> OrderedBlock:
    return OrderedBlock(
        payment_information_id=_text(record, "payment_information_id"),
        count=_count(record),
        total_cents=_cents(record, "total"),
        collection_date=_day(record, "collection_date"),
        creditor_iban=_text(record, "creditor_iban"),
        debits=tuple(_debit(debit) for debit in record.inner("DrctDbtTxInf")),
    )


def _debit(record: Record) -> OrderedDebit:
    if record.text("currency") != "EUR":
        raise _refusal(record, "a SEPA direct debit is in euros")
    return OrderedDebit(
        end_to_end_id=_text(record, "end_to_end_id"),
        amount_cents=_cents(record, "amount"),
        mandate_reference=_text(record, "mandate_reference"),
        debtor_name=_text(record, "debtor_name"),
        debtor_iban=_text(record, "debtor_iban"),
    )


def _text(record: Record, key: str) -> str:
    text = record.text(key)
    if text is None:
        raise _refusal(record, f"{key} is missing")
    return text


def _count(record: Record) -> int:
    text = _text(record, "count")
    if _COUNT.match(text) is None:
        raise _refusal(record, "the number of transactions is no number")
    return int(text)


def _cents(record: Record, key: str) -> int:
    text = _text(record, key)
    if _EUROS.match(text) is None:
        raise _refusal(record, f"{key} is no amount in euros and cents")
    euros, _, cents = text.partition(".")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def _day(record: Record, key: str) -> date:
    try:
        return date.fromisoformat(_text(record, key))
    except ValueError as fault:
        raise _refusal(record, f"{key} is no date") from fault


def _refusal(record: Record, reason: str) -> UnreadableOrder:
    return UnreadableOrder(reason, line=record.line, path=record.name)

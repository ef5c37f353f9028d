"""What the simulated bank reports: a camt.053.001.08 statement, valid for the official schema.

Written as a Dutch bank does: a batch of collections is one line with its total and no names; a
collection that came back stands with its debtor in the creditor's place, because money goes to him.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from balie.formats.iban import bank_of
from balie.formats.references import is_valid_rf
from balie.simulator.bank_answers import euros

_LOCAL = ZoneInfo("Europe/Amsterdam")
_MADE_AT = time(2)  # in the night after the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment in an entry. `amount_cents` has no sign: the entry's counts for all of them."""

    amount_cents: int
    name: str = ""
    iban: str = ""
    end_to_end_id: str = "NOTPROVIDED"
    mandate_reference: str = ""
    text: str = ""
    reference: str = ""
    return_reason: str = ""
    by_debtor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the statement. `amount_cents` is plus for what came in, minus for what went out.

    `code` is domain, family and sub-family. A batch has a `payment_information_id` and a `count`;
    `payments` is empty when the bank tells no more than its total.
    """

    bank_reference: str
    amount_cents: int
    value_date: date
    code: tuple[str, str, str]
    message_id: str = ""
    payment_information_id: str = ""
    count: int = 0
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatement:
    """The statement of one day. `number` counts on for ever, opening is the former closing."""

    iban: str
    number: int
    day: date
    opening_cents: int
    entries: tuple[Entry, ...]

    @property
    def closing_cents(self) -> int:
        """Opening plus all entries."""
        return self.opening_cents + sum(entry.amount_cents for entry in self.entries)


def write_camt053(statement: DayStatement) -> bytes:
    """Return the statement as a file."""
    return "".join(_pieces(statement)).encode()


def _pieces(statement: DayStatement) -> Iterator[str]:
    made_at = datetime.combine(statement.day + timedelta(days=1), _MADE_AT, tzinfo=_LOCAL)
    created = f"<CreDtTm>{made_at.isoformat()}</CreDtTm>"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>CAMT{statement.day:%Y%m%d}-{statement.number}</MsgId>{created}</GrpHdr>\n"
        f"<Stmt><Id>{statement.day.year}/{statement.number}</Id>"
        f"<ElctrncSeqNb>{statement.number}</ElctrncSeqNb>{created}"
        f"<Acct><Id><IBAN>{statement.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
    )
    yield _balance("OPBD", statement.opening_cents, day=statement.day)
    yield _balance("CLBD", statement.closing_cents, day=statement.day)
    for entry in statement.entries:
        yield _entry(entry, day=statement.day)
    yield "</Stmt></BkToCstmrStmt></Document>\n"


def _balance(code: str, cents: int, *, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}"
        f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>\n"
    )


def _entry(entry: Entry, *, day: date) -> str:
    domain, family, sub_family = entry.code
    reversal = "<RvslInd>true</RvslInd>" if sub_family == "UPDD" else ""
    payments = "".join(_payment(payment, entry=entry) for payment in entry.payments)
    return (
        f"<Ntry>{_amount(entry.amount_cents)}{reversal}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day.isoformat()}</Dt></BookgDt>"
        f"<ValDt><Dt>{entry.value_date.isoformat()}</Dt></ValDt>"
        f"<AcctSvcrRef>{entry.bank_reference}</AcctSvcrRef><BkTxCd><Domn><Cd>{domain}</Cd>"
        f"<Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls>{_batch(entry)}{payments}</NtryDtls></Ntry>\n"
    )


def _batch(entry: Entry) -> str:
    if not entry.count:
        return ""
    return (
        f"<Btch>{_element('MsgId', entry.message_id)}"
        f"{_element('PmtInfId', entry.payment_information_id)}<NbOfTxs>{entry.count}</NbOfTxs>"
        f"{_amount(entry.amount_cents, tag='TtlAmt')}</Btch>"
    )


def _payment(payment: Payment, *, entry: Entry) -> str:
    sign = 1 if entry.amount_cents > 0 else -1
    references = _element("EndToEndId", payment.end_to_end_id)
    return (
        f"<TxDtls><Refs>{references}{_element('MndtId', payment.mandate_reference)}</Refs>"
        f"{_amount(sign * payment.amount_cents)}{_party(payment, incoming=sign > 0)}"
        f"{_remittance(payment)}{_return(payment)}</TxDtls>"
    )


def _party(payment: Payment, *, incoming: bool) -> str:
    """The other side: the debtor of what came in, the creditor of what went out."""
    if not payment.name:
        return ""
    role = "Dbtr" if incoming else "Cdtr"
    return (
        f"<RltdPties><{role}><Pty>{_element('Nm', payment.name)}</Pty></{role}>"
        f"<{role}Acct><Id><IBAN>{payment.iban}</IBAN></Id></{role}Acct></RltdPties>"
    )


def _remittance(payment: Payment) -> str:
    if payment.reference:
        issuer = "ISO" if is_valid_rf(payment.reference) else "CUR"
        return (
            "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>"
            f"<Issr>{issuer}</Issr></Tp>{_element('Ref', payment.reference)}</CdtrRefInf></Strd>"
            "</RmtInf>"
        )
    return f"<RmtInf>{_element('Ustrd', payment.text)}</RmtInf>" if payment.text else ""


def _return(payment: Payment) -> str:
    if not payment.return_reason:
        return ""
    bank = bank_of(payment.iban)
    by = ""
    if payment.by_debtor:
        by = f"<Orgtr>{_element('Nm', payment.name)}</Orgtr>"
    elif bank is not None:
        by = f"<Orgtr><Id><OrgId><AnyBIC>{bank.bic}</AnyBIC></OrgId></Id></Orgtr>"
    return f"<RtrInf>{by}<Rsn><Cd>{payment.return_reason}</Cd></Rsn></RtrInf>"


def _amount(cents: int, *, tag: str = "Amt") -> str:
    sign = "DBIT" if cents < 0 else "CRDT"
    return f'<{tag} Ccy="EUR">{euros(abs(cents))}</{tag}><CdtDbtInd>{sign}</CdtDbtInd>'


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""

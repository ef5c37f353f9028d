"""Invented bank files of any length for ``bench/statements.py``: camt.053 and MT940.

The entries are those of a hoster: transfers, transfers with a betalingskenmerk, debits, returns and
batches that were collected. The same size gives the same file; every statement in it adds up.
"""

import random
from collections.abc import Iterator

ACCOUNT = "NL64ABNA0417164301"
NAMES = ("J. Jansen", "K. van der Linden", "Stichting Zonneweide", "Bakkerij De Korenaar VOF")
OTHERS = ("NL30RABO0301234567", "NL36INGB0007654321", "NL71INGB0009876543", "NL88RABO0123987654")
KINDS = ("transfer", "transfer", "reference", "debit", "return", "batch")
COLUMNS = 65


class Payment:
    """One invented entry: cents, kind, and what both formats say of it."""

    def __init__(self, number: int, *, draw: random.Random) -> None:
        self.number = number
        self.kind = draw.choice(KINDS)
        self.cents = draw.randint(1, 50_000)
        self.is_incoming = self.kind in {"transfer", "reference", "batch"}
        self.day = f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        who = draw.randrange(len(NAMES))
        self.name, self.iban = NAMES[who], OTHERS[who]
        self.text = f"Factuur 2026-{number:06} voorbeeld{number}.example, met dank en groet"

    @property
    def signed_cents(self) -> int:
        return self.cents if self.is_incoming else -self.cents


def statements_of(entries: int, *, in_each: int) -> Iterator[list[Payment]]:
    """The same invented payments for the same size, `in_each` to a statement."""
    draw = random.Random(entries)  # noqa: S311 - repeatable, not secret
    payments: list[Payment] = []
    for number in range(entries):
        payments.append(Payment(number, draw=draw))
        if len(payments) == in_each or number == entries - 1:
            yield payments
            payments = []


def camt(entries: int, *, in_each: int, version: str) -> Iterator[str]:
    """A camt.053 as banks write one, in pieces."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-31T02:00:00</CreDtTm></GrpHdr>\n"
    )
    balance = 0
    for number, payments in enumerate(statements_of(entries, in_each=in_each), start=1):
        yield (
            f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
            f"<CreDtTm>2026-12-31T02:00:00</CreDtTm><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id>"
            "<Ccy>EUR</Ccy></Acct>\n"
        )
        yield _camt_balance("OPBD", balance)
        balance += sum(payment.signed_cents for payment in payments)
        yield _camt_balance("CLBD", balance)
        for payment in payments:
            yield _camt_entry(payment, is_new=version == "08")
        yield "</Stmt>\n"
    yield "</BkToCstmrStmt></Document>\n"


def _camt_balance(kind: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_camt_amount(cents)}"
        "<Dt><Dt>2026-12-31</Dt></Dt></Bal>\n"
    )


def _camt_amount(cents: int) -> str:
    side = "DBIT" if cents < 0 else "CRDT"
    units, rest = divmod(abs(cents), 100)
    return f'<Amt Ccy="EUR">{units}.{rest:02}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _camt_entry(payment: Payment, *, is_new: bool) -> str:
    family = {"transfer": "RCDT", "reference": "RRCT"}.get(payment.kind, "IDDT")
    below = {"transfer": "ESCT", "reference": "ESCT", "return": "UPDD"}.get(payment.kind, "ESDD")
    code = (
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{below}</SubFmlyCd></Fmly>"
        "</Domn><Prtry><Cd>00100</Cd></Prtry></BkTxCd>"
    )
    status = "<Sts><Cd>BOOK</Cd></Sts>" if is_new else "<Sts>BOOK</Sts>"
    return (
        f"<Ntry>\n<NtryRef>{payment.number}</NtryRef>{_camt_amount(payment.signed_cents)}{status}"
        f"<BookgDt><Dt>{payment.day}</Dt></BookgDt><ValDt><Dt>{payment.day}</Dt></ValDt>"
        f"<AcctSvcrRef>2633700{payment.number:08}</AcctSvcrRef>{code}\n<NtryDtls>"
        f"{_camt_details(payment, code=code, is_new=is_new)}</NtryDtls>\n</Ntry>\n"
    )


def _camt_details(payment: Payment, *, code: str, is_new: bool) -> str:
    number = payment.number
    if payment.kind == "batch":
        batch = f"<MsgId>BAL-F-{number}</MsgId><PmtInfId>BAL-B-{number}</PmtInfId>"
        return f"<Btch>{batch}<NbOfTxs>3</NbOfTxs></Btch>"
    amount = _camt_amount(payment.signed_cents)
    if not is_new:
        amount = f"<AmtDtls><TxAmt>{amount.partition('<CdtDbtInd>')[0]}</TxAmt></AmtDtls>"
    role, bank = ("Dbtr", "BICFI" if is_new else "BIC")
    role = role if payment.is_incoming else "Cdtr"
    name = f"<Nm>{payment.name}</Nm>"
    name = f"<Pty>{name}</Pty>" if is_new else name
    agent = f"<{role}Agt><FinInstnId><{bank}>RABONL2U</{bank}></FinInstnId></{role}Agt>"
    mandate = f"<MndtId>BAL-{number}-1</MndtId>" if payment.kind in {"debit", "return"} else ""
    remittance = f"<Ustrd>{payment.text}</Ustrd>"
    if payment.kind == "reference":
        remittance = (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>CUR</Issr></Tp>"
            "<Ref>1000202600001234</Ref></CdtrRefInf></Strd>"
        )
    returned = f"<RtrInf><Orgtr><Nm>{payment.name}</Nm></Orgtr><Rsn><Cd>MD06</Cd></Rsn></RtrInf>"
    return (
        f"<TxDtls><Refs><EndToEndId>BAL-C-{number:06}</EndToEndId>{mandate}</Refs>{amount}{code}"
        f"<RltdPties><{role}>{name}</{role}><{role}Acct><Id><IBAN>{payment.iban}</IBAN></Id>"
        f"</{role}Acct></RltdPties><RltdAgts>{agent}</RltdAgts><RmtInf>{remittance}</RmtInf>"
        f"{returned if payment.kind == 'return' else ''}</TxDtls>"
    )


def mt940(entries: int, *, in_each: int, bank: str) -> Iterator[str]:
    """An MT940 as ING (structured) or ABN AMRO writes one, in pieces."""
    balance = 0
    for number, payments in enumerate(statements_of(entries, in_each=in_each), start=1):
        is_ing = bank == "ing"
        yield (
            "{1:F01INGBNL2ABXXX0000000000}{2:I940INGBNL2AXXXN}{4:\n:20:P261231000000001\n"
            ":25:NL36INGB0007654321EUR\n"
            if is_ing
            else "ABNANL2A\n940\nABNANL2A\n:20:ABN AMRO BANK NV\n:25:417164301\n"
        )
        yield f":28C:{number:05}\n:60F:{_mt940_cents(balance, day='261231')}\n"
        for payment in payments:
            yield _ing(payment) if is_ing else _abn_amro(payment)
        balance += sum(payment.signed_cents for payment in payments)
        yield f":62F:{_mt940_cents(balance, day='261231')}\n{'-}' if is_ing else '-'}\n"


def _mt940_cents(cents: int, *, day: str) -> str:
    units, rest = divmod(abs(cents), 100)
    return f"{'D' if cents < 0 else 'C'}{day}EUR{units},{rest:02}"


def _line_61(payment: Payment, code: str) -> str:
    day = payment.day[2:].replace("-", "")
    units, rest = divmod(payment.cents, 100)
    side = "C" if payment.is_incoming else "D"
    return f":61:{day}{day[2:]}{side}{units},{rest:02}{code}"


def _field_86(text: str) -> str:
    text = f":86:{text}"
    return "".join(f"{text[at : at + COLUMNS]}\n" for at in range(0, len(text), COLUMNS))


def _ing(payment: Payment) -> str:
    number = payment.number
    party = f"/CNTP/{payment.iban}/RABONL2U/{payment.name}///"
    text = {
        "batch": f"/PREF/BAL-B-{number}//CSID/NL69ZZZ123456780000//REMI/USTD//TOTAAL 3 POSTEN/",
        "return": (
            f"/RTRN/MD06//EREF/BAL-C-{number:06}//MARF/BAL-{number}-1//CSID/NL69ZZZ123456780000/"
            f"{party}REMI/USTD//{payment.text}/"
        ),
        "debit": (
            f"/EREF/BAL-C-{number:06}//MARF/BAL-{number}-1//CSID/NL69ZZZ123456780000/"
            f"{party}REMI/USTD//{payment.text}/"
        ),
        "reference": f"/EREF/BAL-C-{number:06}/{party}REMI/STRD/CUR/1000202600001234/",
        "transfer": f"/EREF/BAL-C-{number:06}/{party}REMI/USTD//{payment.text}/",
    }[payment.kind]
    line = _line_61(payment, f"NTRFEREF//2633700{number:08}")
    return f"{line}\n/TRCD/00100/\n{_field_86(text)}"


def _abn_amro(payment: Payment) -> str:
    number = payment.number
    party = f"/IBAN/{payment.iban}/BIC/RABONL2U/NAME/{payment.name}"
    debit = f"/MARF/BAL-{number}-1/CSID/NL69ZZZ123456780000"
    rest = f"/REMI/{payment.text}/EREF/BAL-C-{number:06}"
    kenmerk = "/REMI/ISSUER: CUR          REF: 1000202600001234"
    code, text = {
        "batch": ("N247NONREF", f"/TRTP/SEPA Incasso batch/PREF/BAL-B-{number}/NRTX/3/PIND/BRUTO"),
        "return": (
            "N245NONREF",
            f"/RTYP/SEPA Incasso Terugboeking{debit}/RTRN/MD06{party}{rest}",
        ),
        "debit": (
            "N244NONREF",
            f"/TRTP/SEPA Incasso algemeen doorlopend{debit}{party}{rest}",
        ),
        "reference": (
            "N654NONREF",
            f"/TRTP/SEPA OVERBOEKING{party}{kenmerk}/EREF/NOTPROVIDED",
        ),
        "transfer": (
            "N654NONREF",
            f"/TRTP/SEPA OVERBOEKING{party}/REMI/{payment.text}/EREF/BAL-C-{number:06}",
        ),
    }[payment.kind]
    return f"{_line_61(payment, code)}\n{_field_86(text)}"

"""What the tests of the apps build with: customers, services, mandates and bank files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from balie.apps.banking import actions as banking
from balie.apps.banking.actions import StatementOutcome
from balie.apps.banking.models import BankAccount
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer
from balie.apps.mandates import actions as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.services import actions as services
from balie.apps.services.models import Domain, Product, Service
from balie.infra.audit import SYSTEM

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OUR_IBAN = "NL91ABNA0417164300"
THEIR_IBAN = "NL39RABO0300065264"

_counter = count(1)


def new_customer(*, language: str = "nl", name: str = "", with_contact: bool = True) -> Customer:
    """A customer in Leeuwarden, with an owner to write to."""
    number = next(_counter)
    customer = customers.register_customer(
        name=name or f"Bakkerij {number}",
        kind="business",
        street="Nieuwestad",
        house_number=str(number),
        postcode="8911 CJ",
        city="Leeuwarden",
        language=language,
        by=SYSTEM,
        now=NOW,
    )
    if with_contact:
        new_contact(customer, language=language)
    return customer


def new_contact(customer: Customer, *, role: str = "owner", language: str = "nl") -> Contact:
    """Somebody at a customer's with an address of his own."""
    number = next(_counter)
    return customers.register_contact(
        customer=customer,
        name=f"J. Bakker {number}",
        email=f"bakker{number}@klant.example",
        role=role,
        language=language,
        by=SYSTEM,
        now=NOW,
    )


def new_product(*, monthly_cents: int = 1000, yearly_cents: int = 12000) -> Product:
    """Web hosting: € 10,00 a month or € 120,00 a year, without VAT."""
    number = next(_counter)
    return services.add_product(
        code=f"web-{number}",
        name_nl="Webhosting Basis",
        name_en="Web hosting Basic",
        monthly_cents=monthly_cents,
        yearly_cents=yearly_cents,
        by=SYSTEM,
        now=NOW,
    )


def new_domain(customer: Customer, name: str = "") -> Domain:
    """A domain name of a customer's."""
    name = name or f"bakkerij{next(_counter)}.nl"
    return services.register_domain(customer=customer, name=name, by=SYSTEM, now=NOW)


def new_service(
    customer: Customer,
    *,
    product: Product | None = None,
    term: str = "month",
    started_on: date = TODAY,
    domain: Domain | None = None,
    price_cents: int | None = None,
) -> Service:
    """A service that is billed from the day it starts."""
    return services.start_service(
        customer=customer,
        product=product or new_product(),
        term=term,
        started_on=started_on,
        domain=domain,
        price_cents=price_cents,
        by=SYSTEM,
        now=NOW,
    )


def new_mandate(customer: Customer, *, iban: str = THEIR_IBAN, now: datetime = NOW) -> Mandate:
    """A mandate given in the portal."""
    return mandates.give_mandate(
        customer=customer,
        debtor_name=customer.name,
        iban=iban,
        text="SEPA-machtiging",
        email="bakker@klant.example",
        ip_address="127.0.0.1",
        user_agent="test",
        by=SYSTEM,
        now=now,
    )


def new_invoice(
    customer: Customer | None = None, *, cents: int = 1000, today: date = TODAY, now: datetime = NOW
) -> Invoice:
    """An invoice of `cents` without VAT for a new service, and whatever else was due."""
    customer = customer or new_customer()
    new_service(customer, price_cents=cents, started_on=today)
    issued = billing.run(today=today, by=SYSTEM, now=now).issued
    return next(invoice for invoice in issued if invoice.customer_id == customer.pk)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line on a statement, in cents with the sign of the account; `parts` are its payments."""

    cents: int
    on: date = TODAY
    text: str = "Hosting"
    reference: str = ""
    name: str = "J. Bakker"
    iban: str = THEIR_IBAN
    end_to_end_id: str = ""
    code: str = "RCDT/ESCT"
    batch: str = ""
    parts: Sequence["Entry"] = field(default=())


def camt(
    *entries: Entry,
    opening: int,
    closing: int | None = None,
    number: str = "1",
    iban: str = OUR_IBAN,
    on: date = TODAY,
    opened_on: date | None = None,
    currency: str = "EUR",
) -> bytes:
    """A camt.053.001.08 with one statement; it adds up unless `closing` says otherwise."""
    statement = camt_statement(
        *entries,
        opening=opening,
        closing=closing,
        number=number,
        iban=iban,
        on=on,
        opened_on=opened_on,
        currency=currency,
    )
    return camt_file(statement)


def camt_file(*statements: str) -> bytes:
    """A file around statements."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-24T02:00:00+01:00</CreDtTm></GrpHdr>"
        f"{''.join(statements)}</BkToCstmrStmt></Document>"
    ).encode()


def camt_statement(
    *entries: Entry,
    opening: int,
    closing: int | None = None,
    number: str = "1",
    iban: str = OUR_IBAN,
    on: date = TODAY,
    opened_on: date | None = None,
    currency: str = "EUR",
) -> str:
    """One statement of a camt file."""
    if closing is None:
        closing = opening + sum(entry.cents for entry in entries)
    opened_on = opened_on or on
    return (
        f"<Stmt><Id>{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{on}T23:00:00+01:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{_balance('OPBD', opening, on=opened_on, currency=currency)}"
        f"{_balance('CLBD', closing, on=on, currency=currency)}"
        f"{''.join(_entry(entry, currency=currency) for entry in entries)}</Stmt>"
    )


def _balance(kind: str, cents: int, *, on: date, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(cents, currency)}"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _amount(cents: int, currency: str) -> str:
    euros, rest = divmod(abs(cents), 100)
    sign = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{euros}.{rest:02d}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _entry(entry: Entry, *, currency: str) -> str:
    reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
    parts = "".join(_part(part, currency=currency) for part in entry.parts or [entry])
    batch = f"<Btch><PmtInfId>{entry.batch}</PmtInfId></Btch>" if entry.batch else ""
    family, sub = entry.code.split("/")
    return (
        f"<Ntry>{_amount(entry.cents, currency)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{entry.on}</Dt></BookgDt><ValDt><Dt>{entry.on}</Dt></ValDt>{reference}"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
        f"</Domn></BkTxCd><NtryDtls>{batch}{parts}</NtryDtls></Ntry>"
    )


def _part(part: Entry, *, currency: str) -> str:
    role = "Dbtr" if part.cents > 0 else "Cdtr"
    return (
        f"<TxDtls><Refs><EndToEndId>{part.end_to_end_id or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{_amount(part.cents, currency)}"
        f"<RltdPties><{role}><Pty><Nm>{part.name}</Nm></Pty></{role}>"
        f"<{role}Acct><Id><IBAN>{part.iban}</IBAN></Id></{role}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{part.text}</Ustrd></RmtInf></TxDtls>"
    )


def new_account(*, iban: str = OUR_IBAN, opening: int = 0, now: datetime = NOW) -> BankAccount:
    """An account of ours."""
    return banking.register_account(
        iban=iban, name="Betaalrekening", opening_cents=opening, by=SYSTEM, now=now
    )


def take_in(
    content: bytes, *, name: str = "bank.xml", register_unknown: bool = False, now: datetime = NOW
) -> list[StatementOutcome]:
    """Store and book a bank file, without any claimant."""
    file = banking.receive_file(name=name, content=content, by=SYSTEM, now=now)
    return banking.book_file(file=file, by=SYSTEM, now=now, register_unknown=register_unknown)


def states(outcomes: Sequence[StatementOutcome]) -> list[str]:
    """What became of each statement."""
    return [outcome.state for outcome in outcomes]


def days_ago(days: int) -> date:
    """A day before the day of the tests."""
    return TODAY - timedelta(days=days)

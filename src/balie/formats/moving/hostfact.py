"""HostFact (once WeFact Hosting): answers of its API 3.1, or lists as CSV, to records.

Its traps: an error is answered with 200, amounts are text and numbers mixed, `[concept]` is no
number, a credit invoice has negative amounts, a mandate has no day of signing.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from balie.formats.moving.own import gather, mandate, open_fault
from balie.formats.moving.records import (
    CustomerRecord,
    InvoiceRecord,
    Moving,
    RateAmount,
    Record,
    ServiceRecord,
)
from balie.formats.moving.tables import Row, is_json, json_rows, listed, table_rows
from balie.formats.moving.values import Fields, decimal

TERMS = {("1", "m"): "month", ("1", "j"): "year"}
DRAFTS = {"0": "a concept", "1": "waiting to be sent"}
OPEN = frozenset({"2", "3"})
SETTLED = frozenset({"4", "8", "9"})
KNOWN_RATES = (2100, 900, 600, 0)
MANDATE = {
    "debtorcode": "debtor_code",
    "accountname": "account_name",
    "accountnumber": "iban",
    "accountbic": "bic",
    "mandateid": "mandate_id",
    "mandatedate": "signed_on",
}


def read(content: bytes, *, kind: str) -> Moving:
    """Read what HostFact hands out. Raises BrokenFile."""
    _, rows = json_rows(content) if is_json(content) else table_rows(content)
    return gather(rows, READERS[kind], warnings=[])


def _customer(fields: Fields) -> Record:
    company = fields.text("companyname", longest=140)
    person = f"{fields.text('initials')} {fields.text('surname')}".strip()[:140]
    if not (company or person):
        fields.wrong("surname", "neither a company nor a name; fill one in at the source")
    street, house_number = fields.house(fields.text("address", longest=80, required=True))
    key = fields.code("debtorcode")
    return CustomerRecord(
        key=key,
        customer_key=key,
        line=fields.line,
        raw=fields.values,
        name=company or person,
        kind="business" if company else "consumer",
        street=street,
        house_number=house_number,
        postcode=fields.text("zipcode", longest=16, required=True),
        city=fields.text("city", longest=35, required=True),
        country=fields.country("country"),
        vat_number=fields.text("taxnumber", longest=20).replace(" ", "").upper(),
        kvk_number=fields.kvk("companynumber"),
        language="nl",
        contact_name=person or company,
        email=fields.email("emailaddress"),
        phone=fields.text("phonenumber", longest=32),
    )


def _service(fields: Fields) -> Record | str | None:
    if (ended := fields.day("terminationdate")) is not None:
        return f"was cancelled at the source for {ended}"
    if fields.text("number") not in {"", "1", "1.00"}:
        fields.wrong("number", "is not 1; split it at the source, one service each")
    periods = (fields.text("periods") or "1", fields.text("periodic").lower())
    term = TERMS.get(periods, "")
    if not term:
        fields.wrong("periodic", f"{' '.join(periods)!r}: here is billed per 1 m or 1 j; change it")
    price = fields.cents("priceexcl")
    if price <= 0:
        fields.wrong("priceexcl", "is not above nothing; what is free needs no service here")
    next_start = fields.day("nextdate", required=True)
    started = fields.day("startcontract") or fields.day("startperiod") or next_start
    if next_start is None or started is None:
        return None
    code = fields.code("productcode", longest=40)
    return ServiceRecord(
        key=fields.code("identifier"),
        customer_key=fields.code("debtorcode", "debtor"),
        line=fields.line,
        raw=fields.values,
        product_code=code,
        product_name=fields.text("description", longest=100) or code,
        domain=fields.text("domain", longest=253),
        term=term,
        price_cents=price,
        started_on=min(started, next_start),
        next_period_start=next_start,
        panel=fields.text("server", longest=40),
        user_name=fields.text("username", longest=60),
    )


def _mandate(fields: Fields) -> Record | str | None:
    if fields.text("invoiceauthorisation").lower() not in {"yes", "1", ""}:
        return "has no direct debit at the source"
    named = {MANDATE.get(name, name): value for name, value in fields.values.items()}
    inner = Fields(Row(fields.line, named))
    found = mandate(inner)
    if not inner.text("signed_on"):
        inner.faults = [fault for fault in inner.faults if fault.column != "signed_on"]
        inner.wrong(
            "signed_on",
            "HostFact does not say when a mandate was signed, and without it nothing may be"
            " collected; add a column signed_on from the SEPA export",
        )
    fields.faults += inner.faults
    fields.warnings += inner.warnings
    return replace(found, raw=fields.values) if isinstance(found, Record) else found


def _invoice(fields: Fields) -> Record | str | None:
    status, number = fields.text("status"), fields.code("invoicecode", longest=40)
    if status in DRAFTS or number.startswith("[concept]"):
        return f"is {DRAFTS.get(status, 'a concept')} at the source and has no number yet"
    if status not in OPEN | SETTLED:
        fields.wrong("status", f"{status!r} is no status of HostFact known here")
    issued = fields.day("date", required=True)
    rates = _rates(fields)
    total = sum(rate.net_cents + rate.vat_cents for rate in rates)
    if total != fields.cents("amountincl"):
        fields.wrong("amountincl", "is not the amount without VAT plus the VAT")
    open_cents = fields.cents("amountopen", "amountoutstanding", required=status in OPEN)
    if issued is None:
        return None
    record = InvoiceRecord(
        key=number,
        customer_key=fields.code("debtorcode", "debtor"),
        line=fields.line,
        raw=fields.values,
        number=number,
        issued_on=issued,
        due_on=fields.day("paybefore"),
        rates=rates,
        open_cents=open_cents if status in OPEN else 0,
    )
    if (fault := open_fault(record)) is not None:
        fields.faults.append(fault)
    return record


def _rates(fields: Fields) -> tuple[RateAmount, ...]:
    """Return the amounts per rate: of the lines, else of the one rate that fits."""
    net = fields.cents("amountexcl")
    vat = fields.cents("amountincl") - net
    stated = fields.text("amounttax")
    if stated and fields.cents("amounttax") != vat:
        fields.wrong("amounttax", "does not make up the difference of AmountIncl and AmountExcl")
    lines = listed(fields.values.get("invoicelines"))
    if not lines:
        for points in KNOWN_RATES:
            if abs(_part(net, points) - vat) <= 1:
                return (RateAmount(basis_points=points, net_cents=net, vat_cents=vat),)
        fields.wrong("amountincl", "holds several VAT rates; ask for the invoice with its lines")
        return ()
    per_rate: dict[int, int] = defaultdict(int)
    for line in lines:
        numbers = [
            decimal(str(line.get(name, default) or default))
            for name, default in (("number", "1"), ("priceexcl", ""), ("taxpercentage", ""))
        ]
        count, price, percentage = numbers
        if count is None or price is None or percentage is None:
            fields.wrong("invoicelines", "a line has no number, price or VAT that can be read")
            return ()
        cents = (count * price * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        per_rate[int(percentage * 100)] += int(cents)
    taxes = {points: _part(amount, points) for points, amount in per_rate.items()}
    rest = vat - sum(taxes.values())
    if sum(per_rate.values()) != net or abs(rest) > len(lines):
        fields.wrong("invoicelines", "the lines do not add up to the amounts of the invoice")
    if taxes:
        taxes[max(taxes)] += rest  # rounded per line at the source: a cent or two
    return tuple(
        RateAmount(basis_points=points, net_cents=per_rate[points], vat_cents=taxes[points])
        for points in sorted(per_rate, reverse=True)
    )


def _part(cents: int, points: int) -> int:
    return int((Decimal(cents) * points / 10000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


READERS: dict[str, Callable[[Fields], Record | str | None]] = {
    "customers": _customer,
    "services": _service,
    "mandates": _mandate,
    "invoices": _invoice,
}

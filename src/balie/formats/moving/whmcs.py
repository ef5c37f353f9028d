"""WHMCS: answers of its API, or its tables as CSV, to records (guide: GetClientsDetails,
GetClientsProducts, GetInvoice; tblclients, tblhosting, tblinvoices).

Its traps: zero days, an empty or doubled `invoicenum`, lists of one element, HTML entities in
names, statuses that are not paid and not open. It hands out no IBAN and no day of signing.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from balie.formats.moving.own import gather, open_fault
from balie.formats.moving.records import (
    BrokenFile,
    CustomerRecord,
    InvoiceRecord,
    Moving,
    RateAmount,
    Record,
    ServiceRecord,
)
from balie.formats.moving.tables import Row, is_json, json_rows, listed, table_rows
from balie.formats.moving.values import Fields, decimal

TERMS = {"monthly": "month", "annually": "year"}
OPEN = frozenset({"unpaid", "overdue", "collections", "payment pending"})
SETTLED = frozenset({"paid", "refunded"})


def read(content: bytes, *, kind: str) -> Moving:
    """Read what WHMCS hands out. Raises BrokenFile."""
    if kind == "mandates":
        raise BrokenFile(
            "WHMCS hands out neither the IBAN nor the day a mandate was signed; take them from the"
            " SEPA module or the bank, and import our own table (--kind mandates without --from)"
        )
    columns, rows = json_rows(content) if is_json(content) else table_rows(content)
    if kind == "invoices" and not {"items", "subtotal"} & set(columns):
        raise BrokenFile("these are no invoices with amounts; ask for GetInvoice of each")
    return gather([_opened(row) for row in rows], READERS[kind], warnings=[])


def _opened(row: Row) -> Row:
    """Return a row whose values may stand one level deeper, under `client`."""
    inner = row.values.get("client")
    return Row(row.line, {**row.values, **inner}) if isinstance(inner, dict) else row


def _customer(fields: Fields) -> Record:
    company = fields.text("companyname", longest=140)
    person = f"{fields.text('firstname')} {fields.text('lastname')}".strip()[:140]
    if not (company or person):
        fields.wrong("lastname", "neither a company nor a name; fill one in at the source")
    street, house_number = fields.house(fields.text("address1", longest=80, required=True))
    key = fields.code("userid", "client_id", "id")
    vat_number = fields.text("tax_id", longest=20).replace(" ", "").upper()
    return CustomerRecord(
        key=key,
        customer_key=key,
        line=fields.line,
        raw=fields.values,
        name=company or person,
        kind="business" if company or vat_number else "consumer",
        street=street,
        house_number=house_number,
        postcode=fields.text("postcode", longest=16, required=True),
        city=fields.text("city", longest=35, required=True),
        country=fields.country("countrycode", "country"),
        vat_number=vat_number,
        kvk_number="",
        language="en" if fields.text("language").lower() == "english" else "nl",
        contact_name=person or company,
        email=fields.email("email"),
        phone=fields.text("phonenumber", longest=32),
    )


def _service(fields: Fields) -> Record | str | None:
    status = fields.text("status", "domainstatus")
    if status.lower() in {"cancelled", "terminated", "fraud", "completed", "pending"}:
        return f"is {status} at the source"
    if status.lower() == "suspended":
        fields.wrong("status", "is suspended: settle it at the source, or start it by hand")
    cycle = fields.text("billingcycle")
    term = TERMS.get(cycle.lower(), "")
    if not term:
        fields.wrong("billingcycle", f"{cycle!r}: here is billed Monthly or Annually; change it")
    price = fields.cents("recurringamount", "amount")
    if price <= 0:
        fields.wrong("recurringamount", "is not above nothing; what is free needs no service here")
    next_start = fields.day("nextduedate", required=True)
    started = fields.day("regdate") or next_start
    if next_start is None or started is None:
        return None
    product = fields.text("pid", "packageid", longest=34, required=True)
    return ServiceRecord(
        key=fields.code("id"),
        customer_key=fields.code("clientid", "userid"),
        line=fields.line,
        raw=fields.values,
        product_code=f"whmcs-{product}",
        product_name=fields.text("name", "productname", longest=100) or f"Product {product}",
        domain=fields.text("domain", longest=253),
        term=term,
        price_cents=price,
        started_on=min(started, next_start),
        next_period_start=next_start,
        panel=fields.text("servername", "server", "serverid", longest=40),
        user_name=fields.text("username", longest=60),
    )


def _invoice(fields: Fields) -> Record | str | None:
    status = fields.text("status").lower()
    if status in {"draft", "cancelled"}:
        return f"is {status} at the source: it never counted, or no longer"
    if status not in OPEN | SETTLED:
        fields.wrong("status", f"{status!r} is no status of WHMCS; correct it at the source")
    if status == "refunded":
        fields.doubt("status", "was paid back at the source; check that a credit invoice exists")
    key = fields.code("invoiceid", "id")
    issued = fields.day("date", required=True)
    rates = _rates(fields)
    total = sum(rate.net_cents + rate.vat_cents for rate in rates)
    credit = fields.cents("credit", required=False)
    if fields.cents("total", required=False) not in {total - credit, total}:
        fields.wrong("total", "is not subtotal plus tax less credit; the invoice does not add up")
    open_cents = 0
    if status in OPEN:
        has_balance = bool(fields.text("balance"))
        open_cents = fields.cents("balance") if has_balance else total - credit
        if not has_balance:
            fields.doubt("balance", "is not there: what was paid in part is not known")
    if issued is None:
        return None
    record = InvoiceRecord(
        key=key,
        customer_key=fields.code("userid"),
        line=fields.line,
        raw=fields.values,
        number=fields.text("invoicenum", longest=40) or key,
        issued_on=issued,
        due_on=fields.day("duedate"),
        rates=rates,
        open_cents=open_cents,
    )
    if (fault := open_fault(record)) is not None:
        fields.faults.append(fault)
    return record


def _rates(fields: Fields) -> tuple[RateAmount, ...]:
    """Return the amounts per rate: taxed and untaxed items apart, when the items are there."""
    subtotal = fields.cents("subtotal")
    vat = fields.cents("tax", required=False) + fields.cents("tax2", required=False)
    points = fields.rate("taxrate") if fields.text("taxrate") else 0
    taxed = subtotal if vat else 0
    items = listed(fields.values.get("items"))
    if items:
        amounts = [(decimal(str(one.get("amount", ""))), one.get("taxed")) for one in items]
        if any(amount is None for amount, _ in amounts):
            fields.wrong("items", "an item has no amount that can be read")
        cents = [(int((amount or 0) * 100), flag in {"1", "yes"}) for amount, flag in amounts]
        if sum(amount for amount, _ in cents) != subtotal:
            fields.wrong("items", "the items do not add up to the subtotal")
        taxed = sum(amount for amount, is_taxed in cents if is_taxed)
    meant = (Decimal(taxed) * points / 10000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if abs(int(meant) - vat) > max(1, len(items)):
        fields.wrong("tax", f"{vat} cents is not {points / 100:g} % of what is taxed")
    found = [RateAmount(basis_points=points, net_cents=taxed, vat_cents=vat)] if taxed else []
    if subtotal != taxed or not found:
        found.append(RateAmount(basis_points=0, net_cents=subtotal - taxed, vat_cents=0))
    return tuple(found)


READERS: dict[str, Callable[[Fields], Record | str | None]] = {
    "customers": _customer,
    "services": _service,
    "invoices": _invoice,
}

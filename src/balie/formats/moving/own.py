"""Our own tables: the columns anybody can fill from any system (docs/reference/import.md)."""

from collections import defaultdict
from collections.abc import Callable

from balie.formats.moving.records import (
    BrokenFile,
    CustomerRecord,
    InvoiceRecord,
    MandateRecord,
    Moving,
    RateAmount,
    Record,
    Remark,
    ServiceRecord,
)
from balie.formats.moving.tables import Row, table_rows
from balie.formats.moving.values import Fields

COLUMNS = {
    "customers": (
        "debtor_code kind name contact_name email phone street house_number postcode city country"
        " vat_number kvk_number language"
    ).split(),
    "services": (
        "service_id debtor_code product_code product_name domain term price started_on"
        " next_period_start panel user_name"
    ).split(),
    "mandates": (
        "debtor_code account_name iban bic mandate_id signed_on scheme sequence last_collected_on"
        " original_mandate_id original_creditor_id original_iban evidence_url"
    ).split(),
    "invoices": "invoice_number debtor_code issued_on due_on vat_rate net vat open".split(),
}
REQUIRED = {
    "customers": {"debtor_code", "name", "street", "postcode", "city"},
    "services": {"service_id", "debtor_code", "product_code", "term", "price", "next_period_start"},
    "mandates": {"debtor_code", "iban", "mandate_id", "signed_on"},
    "invoices": {"invoice_number", "debtor_code", "issued_on", "vat_rate", "net", "vat", "open"},
}
LEGACY_SIGNED_ON = "2009-11-01"


def read(content: bytes, *, kind: str) -> Moving:
    """Read one of our tables. Raises BrokenFile when columns are missing."""
    columns, rows = table_rows(content)
    missing = sorted(REQUIRED[kind] - set(columns))
    if missing:
        raise BrokenFile(
            f"line 1: column {', '.join(missing)} is missing; the columns of {kind} are"
            f" {';'.join(COLUMNS[kind])}"
        )
    unknown = [name for name in columns if name and name not in COLUMNS[kind]]
    warnings = [
        Remark(line=1, column=name, text="is no column of ours; it is kept, but not used")
        for name in unknown
    ]
    moving = gather(rows, READERS[kind], warnings=warnings)
    return _whole_invoices(moving, rows) if kind == "invoices" else moving


def gather(
    rows: list[Row], reader: Callable[[Fields], Record | str | None], *, warnings: list[Remark]
) -> Moving:
    """Read all rows with `reader`: a record, or why the row is not meant to be taken over."""
    records: list[Record] = []
    faults: list[Remark] = []
    left_out: list[Remark] = []
    for row in rows:
        fields = Fields(row)
        found = reader(fields)
        if isinstance(found, str):
            left_out.append(Remark(line=row.line, text=found))
            continue
        faults += fields.faults
        warnings += fields.warnings
        if found is not None and not fields.faults:
            records.append(found)
    if any(not isinstance(record, InvoiceRecord) for record in records):
        records, again = _once(records)
        faults += again
    return Moving(
        rows=len(rows), records=records, faults=faults, left_out=left_out, warnings=warnings
    )


def _once(records: list[Record]) -> tuple[list[Record], list[Remark]]:
    """Return the first record of each key, and the others as faults."""
    first: dict[str, Record] = {}
    again = []
    for record in records:
        if record.key in first:
            text = f"{record.key} stands on line {first[record.key].line} already; keep one"
            again.append(Remark(line=record.line, text=text))
        first.setdefault(record.key, record)
    return list(first.values()), again


def _customer(fields: Fields) -> Record:
    vat_number = fields.code("vat_number", longest=20, required=False).replace(" ", "").upper()
    kvk_number = fields.kvk("kvk_number")
    kind = fields.text("kind").lower() or ("business" if vat_number or kvk_number else "consumer")
    if kind not in {"consumer", "business"}:
        fields.wrong("kind", f"{kind!r} is neither consumer nor business")
    language = fields.text("language").lower() or "nl"
    if language not in {"nl", "en"}:
        fields.wrong("language", f"{language!r} is neither nl nor en")
    key = fields.code("debtor_code")
    name = fields.text("name", longest=140, required=True)
    return CustomerRecord(
        key=key,
        customer_key=key,
        line=fields.line,
        raw=fields.values,
        name=name,
        kind=kind,
        street=fields.text("street", longest=70, required=True),
        house_number=fields.text("house_number", longest=16),
        postcode=fields.text("postcode", longest=16, required=True),
        city=fields.text("city", longest=35, required=True),
        country=fields.country("country"),
        vat_number=vat_number,
        kvk_number=kvk_number,
        language=language,
        contact_name=fields.text("contact_name", longest=140) or name,
        email=fields.email("email"),
        phone=fields.text("phone", longest=32),
    )


def _service(fields: Fields) -> Record | None:
    term = fields.text("term").lower()
    if term not in {"month", "year"}:
        fields.wrong("term", f"{term!r} is neither month nor year")
    price = fields.cents("price")
    if price <= 0:
        fields.wrong("price", "is not above nothing; what is free needs no service here")
    next_start = fields.day("next_period_start", required=True)
    started = fields.day("started_on") or next_start
    if next_start is None or started is None:
        return None
    if started > next_start:
        fields.wrong("started_on", "lies after next_period_start; the days are swapped?")
    code = fields.code("product_code", longest=40)
    return ServiceRecord(
        key=fields.code("service_id"),
        customer_key=fields.code("debtor_code"),
        line=fields.line,
        raw=fields.values,
        product_code=code,
        product_name=fields.text("product_name", longest=100) or code,
        domain=fields.text("domain", longest=253),
        term=term,
        price_cents=price,
        started_on=started,
        next_period_start=next_start,
        panel=fields.text("panel", longest=40),
        user_name=fields.text("user_name", longest=60),
    )


def mandate(fields: Fields) -> Record | str | None:
    """Read one mandate; also of a table that lists mandates of another system."""
    if fields.text("sequence").upper() == "OOFF":
        return "a mandate for one debit only: it cannot be used again"
    scheme = fields.text("scheme").upper() or "CORE"
    if scheme not in {"CORE", "B2B"}:
        fields.wrong("scheme", f"{scheme!r} is neither CORE nor B2B")
    signed = fields.day("signed_on", required=True)
    if signed is not None and str(signed) == LEGACY_SIGNED_ON:
        fields.doubt("signed_on", "1 November 2009 usually means: older than SEPA; keep the paper")
    last = fields.day("last_collected_on")
    if signed is not None and last is not None and last < signed:
        fields.wrong("last_collected_on", "lies before signed_on; the days are swapped?")
    original = [
        fields.code(name, required=False)
        for name in ("original_mandate_id", "original_creditor_id", "original_iban")
    ]
    reference = fields.code("mandate_id", longest=35)
    customer_key = fields.code("debtor_code")
    name = fields.text("account_name", longest=70) or fields.text("debtor_name", longest=70)
    iban = fields.iban("iban")
    if signed is None:
        return None
    return MandateRecord(
        key=reference,
        customer_key=customer_key,
        line=fields.line,
        raw=fields.values,
        reference=reference,
        debtor_name=name,
        iban=iban,
        signed_on=signed,
        scheme=scheme,
        last_collected_on=last,
        needs_amendment=any(original),
        evidence=fields.text("evidence_url", longest=400),
    )


def _invoice(fields: Fields) -> Record | None:
    issued = fields.day("issued_on", required=True)
    number = fields.code("invoice_number", longest=40)
    rate = RateAmount(
        basis_points=fields.rate("vat_rate"),
        net_cents=fields.cents("net"),
        vat_cents=fields.cents("vat"),
    )
    off = abs(rate.net_cents * rate.basis_points - rate.vat_cents * 10000)
    if not fields.faults and off > 10000 * max(2, abs(rate.net_cents) // 10000):
        fields.wrong("vat", "does not fit net and vat_rate; one of the three is wrong")
    customer_key = fields.code("debtor_code")
    due_on, open_cents = fields.day("due_on"), fields.cents("open", required=False)
    if issued is None:
        return None
    return InvoiceRecord(
        key=number,
        customer_key=customer_key,
        line=fields.line,
        raw=fields.values,
        number=number,
        issued_on=issued,
        due_on=due_on,
        rates=(rate,),
        open_cents=open_cents,
    )


def _whole_invoices(moving: Moving, rows: list[Row]) -> Moving:
    """Make one invoice of the rows with the same number: a row per rate, amounts that add up.

    An invoice of which one row is wrong is not taken over in part.
    """
    wrong = {fault.line for fault in moving.faults}
    broken = {str(row.values["invoice_number"]) for row in rows if row.line in wrong}
    groups: dict[str, list[InvoiceRecord]] = defaultdict(list)
    for record in moving.records:
        if isinstance(record, InvoiceRecord) and record.key not in broken:
            groups[record.key].append(record)
    records: list[Record] = []
    faults = [*moving.faults]
    for group in groups.values():
        first = group[0]
        same = {(one.customer_key, one.issued_on) for one in group}
        rates = [one.rates[0].basis_points for one in group]
        whole = InvoiceRecord(
            key=first.key,
            customer_key=first.customer_key,
            line=first.line,
            raw={"rows": [dict(one.raw) for one in group]},
            number=first.number,
            issued_on=first.issued_on,
            due_on=first.due_on,
            rates=tuple(one.rates[0] for one in group),
            open_cents=sum(one.open_cents for one in group),
        )
        if len(same) > 1 or len(set(rates)) < len(rates):
            text = f"invoice {first.number} stands here more than once; one row per VAT rate"
            faults.append(Remark(line=group[-1].line, column="invoice_number", text=text))
        elif (fault := open_fault(whole)) is not None:
            faults.append(fault)
        else:
            records.append(whole)
    return Moving(
        rows=moving.rows,
        records=records,
        faults=sorted(faults, key=lambda fault: fault.line),
        left_out=moving.left_out,
        warnings=moving.warnings,
    )


def open_fault(invoice: InvoiceRecord) -> Remark | None:
    """Return why the open amount cannot be right: more than the invoice, or of the other sign."""
    low, high = sorted((0, invoice.total_cents))
    if low <= invoice.open_cents <= high:
        return None
    text = f"{invoice.open_cents} cents open does not fit a total of {invoice.total_cents} cents"
    return Remark(line=invoice.line, column="open", text=text)


READERS: dict[str, Callable[[Fields], Record | str | None]] = {
    "customers": _customer,
    "services": _service,
    "mandates": mandate,
    "invoices": _invoice,
}

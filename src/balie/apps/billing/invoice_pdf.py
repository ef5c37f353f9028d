"""The invoice as a PDF: what stands on it, worked out here, laid out by one typst template.

Typst gets data only (JSON, no mark-up in it) and reads nothing but its own folder, so a name on
an invoice can neither lay anything out nor fetch anything. The file is tagged and archivable
(PDF/A-3a, PDF/UA-1): a screen reader follows it and it reads the same in ten years.
"""

import json
import logging
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock

import typst
from django.utils import translation
from django.utils.formats import date_format

from balie.apps.billing.models import Allocation, CreditNote, Invoice, InvoiceLine
from balie.domain.money import format_euro
from balie.domain.policy import Policy
from balie.formats.epcqr import epc_qr_svg
from balie.formats.iban import spaced_iban
from balie.infra.audit import JSON

FOLDER = Path(__file__).parent / "templates" / "typst"

log = logging.getLogger(__name__)

_one_at_a_time = Lock()


class UnableToRenderInvoice(Exception):
    """Typst did not make a PDF of the data; the message holds what it said."""


def render(invoice: Invoice, *, policy: Policy, collected_on: date | None = None) -> bytes:
    """Return the PDF of an invoice; the same invoice gives the same bytes.

    `collected_on` is the announced day of the debit when it is known; else the day on which we mean
    to collect (`due_on`) is printed. `policy` is the one the invoice was issued under.
    """
    data = json.dumps(data_of(invoice, policy=policy, collected_on=collected_on))
    return compile_invoice(data, made_at=invoice.issued_at)


def render_credit_note(note: CreditNote, *, policy: Policy) -> bytes:
    """Return the PDF of a credit note; `policy` is the one it was issued under."""
    data = json.dumps(data_of_credit_note(note, policy=policy))
    return compile_invoice(data, made_at=note.issued_at)


def compile_invoice(data: str, *, made_at: datetime) -> bytes:
    """Return the PDF for data as JSON. Raises UnableToRenderInvoice.

    A name in a script for which there is no font may not stand in an archivable PDF; the invoice
    still has to go out, so it is then an ordinary one.
    """
    with _one_at_a_time:
        try:
            return _compile(data, made_at=made_at, standards=True)
        except typst.TypstError as error:
            log.warning("invoice is no PDF/A", extra={"why": str(error)})
        try:
            return _compile(data, made_at=made_at, standards=False)
        except typst.TypstError as error:
            raise UnableToRenderInvoice(str(error)) from error


def _compile(data: str, *, made_at: datetime, standards: bool) -> bytes:
    made = _compiler().compile(
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["a-3a", "ua-1"] if standards else [],
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise UnableToRenderInvoice("typst made no PDF")
    return made


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Return the compiler all invoices share: fonts and template are read once."""
    return typst.Compiler(
        FOLDER / "invoice.typ",
        root=FOLDER,
        font_paths=[FOLDER / "fonts"],
        ignore_system_fonts=True,
    )


def data_of(invoice: Invoice, *, policy: Policy, collected_on: date | None) -> dict[str, JSON]:
    """Return everything that is printed, in words and in the invoice's language."""
    language = invoice.language
    with translation.override(language):
        lines = list(invoice.lines.order_by("position"))
        to_pay = invoice.total_cents - credit_used(invoice)
        pays_on = _day(collected_on or invoice.due_on)
        return {
            "language": language,
            "number": invoice.number,
            "issued_on": _day(invoice.issued_on),
            "pays_on": pays_on,
            "pay_by": invoice.pay_by if to_pay else "nothing",
            "addressee": _addressee(invoice.addressee, home=policy.company.country),
            "customer_number": invoice.addressee["number"],
            "customer_vat_number": invoice.addressee.get("vat_number", ""),
            "lines": [_line(line, language=language) for line in lines],
            "net": _euro(invoice.net_cents, language),
            "rates": _rates(lines, language=language),
            "total": _euro(invoice.total_cents, language),
            "vat_note": invoice.vat_treatment,
            "credit": _euro(-credit_used(invoice), language) if credit_used(invoice) else "",
            "to_pay": _euro(to_pay, language),
            "mandate_reference": invoice.mandate_reference,
            "payment_reference": spaced_iban(invoice.payment_reference),
            "qr": _qr(invoice, policy=policy, to_pay=to_pay),
            "refund_days": policy.collecting.refund_days,
            "transfer_days": [
                policy.transfers.processing_min_days,
                policy.transfers.processing_max_days,
            ],
            "company": _company(policy),
        }


def data_of_credit_note(note: CreditNote, *, policy: Policy) -> dict[str, JSON]:
    """Return everything that is printed on a credit note: amounts below nothing, its invoice."""
    invoice = note.invoice
    language = invoice.language
    with translation.override(language):
        credited = list(note.lines.select_related("invoice_line").order_by("position"))
        lines = [
            InvoiceLine(
                service_id=each.invoice_line.service_id,
                kind=each.invoice_line.kind,
                description=each.invoice_line.description,
                domain_name=each.invoice_line.domain_name,
                period_start=each.period_start,
                period_end=each.period_end,
                net_cents=-each.net_cents,
                vat_rate_basis_points=each.invoice_line.vat_rate_basis_points,
                vat_cents=-each.vat_cents,
            )
            for each in credited
        ]
        return {
            "language": language,
            "number": note.number,
            "issued_on": _day(note.issued_on),
            "pays_on": "",
            "pay_by": "credit_note",
            "invoice_number": invoice.number,
            "invoice_issued_on": _day(invoice.issued_on),
            "reason": note.reason,
            "addressee": _addressee(invoice.addressee, home=policy.company.country),
            "customer_number": invoice.addressee["number"],
            "customer_vat_number": invoice.addressee.get("vat_number", ""),
            "lines": [_line(line, language=language) for line in lines],
            "net": _euro(-note.net_cents, language),
            "rates": _rates(lines, language=language),
            "total": _euro(-note.total_cents, language),
            "vat_note": invoice.vat_treatment,
            "credit": "",
            "to_pay": _euro(-note.total_cents, language),
            "company": _company(policy),
        }


def credit_used(invoice: Invoice) -> int:
    """Return how much credit paid the invoice in the moment it was issued, in cents."""
    return sum(
        invoice.allocations.filter(
            kind__in=[Allocation.Kind.TRANSFERRED, Allocation.Kind.CREDITED],
            allocated_at=invoice.issued_at,
        ).values_list("amount_cents", flat=True)
    )


def _addressee(given: dict[str, str], *, home: str) -> list[JSON]:
    lines = [
        given["name"],
        f"{given['street']} {given['house_number']}".strip(),
        f"{given['postcode']}  {given['city']}".strip(),
        "" if given["country"] == home else given["country"],
    ]
    return [line for line in lines if line]


def _line(line: InvoiceLine, *, language: str) -> dict[str, JSON]:
    last_day = line.period_end - timedelta(days=1)
    return {
        "description": line.description,
        "domain": line.domain_name,
        "from": _day(line.period_start),
        "until": _day(last_day),
        "net": _euro(line.net_cents, language),
        "rate": _rate(line.vat_rate_basis_points, language),
    }


def _rates(lines: list[InvoiceLine], *, language: str) -> list[JSON]:
    """Return the taxable amount and the VAT per rate, highest rate first (art. 35a Wet OB)."""
    ordered = sorted(lines, key=lambda line: -line.vat_rate_basis_points)
    found: list[JSON] = []
    for rate, same in groupby(ordered, key=lambda line: line.vat_rate_basis_points):
        of_rate = list(same)
        found.append(
            {
                "rate": _rate(rate, language),
                "net": _euro(sum(line.net_cents for line in of_rate), language),
                "vat": _euro(sum(line.vat_cents for line in of_rate), language),
            }
        )
    return found


def _rate(basis_points: int, language: str) -> str:
    figure = f"{basis_points / 100:g}"
    return f"{figure if language == 'en' else figure.replace('.', ',')}%"


def _qr(invoice: Invoice, *, policy: Policy, to_pay: int) -> str:
    """Return the code a banking app reads, as SVG; empty when nothing is to be transferred."""
    if invoice.pay_by != Invoice.PayBy.TRANSFER or not to_pay:
        return ""
    return epc_qr_svg(
        name=policy.company.name,
        iban=policy.company.iban,
        amount_cents=to_pay,
        reference=invoice.payment_reference,
    )


def _company(policy: Policy) -> dict[str, JSON]:
    company = policy.company
    return {
        "name": company.name,
        "trade_name": company.trade_name,
        "street": f"{company.street} {company.house_number}",
        "town": f"{company.postcode}  {company.city}",
        "email": company.email,
        "website": company.website.removeprefix("https://").removesuffix("/"),
        "phone": policy.phone.number,
        "iban": spaced_iban(company.iban),
        "bic": company.bic,
        "kvk_number": company.kvk_number,
        "vat_number": company.vat_number,
        "creditor_identifier": company.creditor_identifier,
    }


def _euro(cents: int, language: str) -> str:
    return format_euro(cents, language=language)


def _day(day: date) -> str:
    """Return a day in words: `1 november 2026`, its parts kept on one line."""
    return date_format(day, "j F Y").replace(" ", "\u00a0")

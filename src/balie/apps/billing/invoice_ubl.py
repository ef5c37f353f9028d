"""An invoice or a credit note as UBL: from the same frozen rows as the PDF, so always the same."""

from decimal import Decimal
from typing import Literal

from balie.apps.billing.invoice_pdf import credit_used
from balie.apps.billing.models import CreditNote, Invoice, InvoiceLine
from balie.domain.policy import Policy
from balie.domain.vat_treatment import Treatment
from balie.formats import ubl

REASONS = {
    Treatment.REVERSE_CHARGE: {"nl": "Btw verlegd", "en": "Reverse charge"},
    Treatment.OUTSIDE_EU: {
        "nl": "Dienst aan een afnemer buiten de EU",
        "en": "Service to a customer outside the EU",
    },
    Treatment.SMALL_BUSINESS: {
        "nl": "Vrijgesteld: kleineondernemersregeling",
        "en": "Exempt: small-business scheme",
    },
}
CODES: dict[str, Literal["AE", "O", "E"]] = {
    Treatment.REVERSE_CHARGE: "AE",
    Treatment.OUTSIDE_EU: "O",
    Treatment.SMALL_BUSINESS: "E",
}


def ubl_of(invoice: Invoice, *, policy: Policy) -> bytes:
    """Return an invoice as UBL; `policy` is the one it was issued under."""
    is_debited = invoice.pay_by == Invoice.PayBy.DIRECT_DEBIT
    return ubl.write_ubl(
        ubl.Document(
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            seller=_seller(policy),
            buyer=_buyer(invoice),
            buyer_reference=invoice.addressee["number"],
            lines=[_line(line, invoice=invoice) for line in invoice.lines.order_by("position")],
            payment=_payment(
                invoice,
                policy=policy,
                mandate_reference=invoice.mandate_reference if is_debited else "",
            ),
            prepaid_cents=credit_used(invoice),
        )
    )


def ubl_of_credit_note(note: CreditNote, *, policy: Policy) -> bytes:
    """Return a credit note as UBL, with the invoice it refers to (NL-R-001)."""
    invoice = note.invoice
    lines = []
    for credited in note.lines.select_related("invoice_line").order_by("position"):
        line = credited.invoice_line
        line.period_start, line.period_end = credited.period_start, credited.period_end
        line.net_cents, line.vat_cents = credited.net_cents, credited.vat_cents
        lines.append(_line(line, invoice=invoice))
    return ubl.write_ubl(
        ubl.Document(
            number=note.number,
            issued_on=note.issued_on,
            due_on=None,
            seller=_seller(policy),
            buyer=_buyer(invoice),
            buyer_reference=invoice.addressee["number"],
            lines=lines,
            payment=_payment(invoice, policy=policy, mandate_reference=""),
            note=note.reason,
            corrects=(invoice.number, invoice.issued_on),
        )
    )


def _seller(policy: Policy) -> ubl.Party:
    company = policy.company
    return ubl.Party(
        name=company.name,
        trade_name=company.trade_name,
        street=f"{company.street} {company.house_number}",
        city=company.city,
        postcode=company.postcode,
        country=company.country,
        legal_id=company.kvk_number,
        vat_number=company.vat_number,
        email=company.email,
    )


def _buyer(invoice: Invoice) -> ubl.Party:
    given = invoice.addressee
    return ubl.Party(
        name=given["name"],
        street=f"{given['street']} {given['house_number']}".strip(),
        city=given["city"],
        postcode=given["postcode"],
        country=given["country"],
        legal_id=given.get("kvk_number", "") if given["country"] == "NL" else "",
        vat_number=given.get("vat_number", ""),
    )


def _line(line: InvoiceLine, *, invoice: Invoice) -> ubl.Line:
    return ubl.Line(
        name=line.description,
        description=line.domain_name,
        first_day=line.period_start,
        last_day=line.last_day,
        net_cents=line.net_cents,
        vat_cents=line.vat_cents,
        tax=_tax(line, invoice=invoice),
    )


def _tax(line: InvoiceLine, *, invoice: Invoice) -> ubl.Tax:
    rate = Decimal(line.vat_rate_basis_points) / 100
    treatment = Treatment(invoice.vat_treatment)
    if treatment == Treatment.HOME:
        return ubl.Tax(code="S" if rate else "Z", rate=rate)
    words = REASONS[treatment]
    return ubl.Tax(
        code=CODES[treatment], rate=rate, reason=words.get(invoice.language, words["nl"])
    )


def _payment(invoice: Invoice, *, policy: Policy, mandate_reference: str) -> ubl.Payment:
    company = policy.company
    return ubl.Payment(
        reference=invoice.payment_reference,
        iban=company.iban,
        bic=company.bic,
        holder=company.name,
        mandate_reference=mandate_reference,
        creditor_identifier=company.creditor_identifier if mandate_reference else "",
    )

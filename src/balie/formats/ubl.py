"""Write an e-invoice: UBL 2.1 as EN 16931 and Peppol BIS Billing 3.0 want it, with the Dutch rules.

No kept library writes this profile for the Python we run on, so it is written here, element by
element in the order of the schema. Equal input gives equal bytes. Amounts are cents; of a credit
note they are positive, as what is credited. What the Dutch rules (NL-R-001 to 008) ask of a
supplier here cannot be left out: the fields have no default.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from lxml import etree

CUSTOMIZATION = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"  # BT-24
)
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"  # BT-23
KVK = "0106"  # ISO 6523: the Dutch chamber of commerce
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
ROOTS = {
    "Invoice": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "CreditNote": "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
}
TRANSFER, DIRECT_DEBIT = "58", "59"  # SEPA credit transfer and direct debit (UNCL4461)

# S standard, Z zero rated, AE reverse charge, E exempt, O outside the scope (UNCL5305).
TaxCode = Literal["S", "Z", "AE", "E", "O"]


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who sells or buys. `legal_id` is a chamber-of-commerce number, empty when he has none."""

    name: str
    street: str
    city: str
    postcode: str
    country: str
    legal_id: str
    vat_number: str
    email: str = ""
    trade_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Tax:
    """A category with its rate in per cent; `reason` says why there is none, where it is asked."""

    code: TaxCode
    rate: Decimal
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One service for a period: first and last day, both included; net amount in cents."""

    name: str
    description: str
    first_day: date
    last_day: date
    net_cents: int
    vat_cents: int
    tax: Tax


@dataclass(frozen=True, kw_only=True)
class Payment:
    """How it is paid: by transfer, or under a mandate when `mandate_reference` is given."""

    reference: str
    iban: str
    bic: str
    holder: str
    mandate_reference: str = ""
    creditor_identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An invoice, or with `corrects` a credit note to the invoice of that number and day."""

    number: str
    issued_on: date
    due_on: date | None
    seller: Party
    buyer: Party
    buyer_reference: str
    lines: Sequence[Line]
    payment: Payment
    prepaid_cents: int = 0
    note: str = ""
    corrects: tuple[str, date] | None = None


def write_ubl(document: Document) -> bytes:
    """Return the document as UBL. Raises ValueError when it has no line."""
    if not document.lines:
        raise ValueError(f"{document.number} has no line; an e-invoice has at least one (BR-16).")
    kind = "CreditNote" if document.corrects else "Invoice"
    root = etree.fromstring(f'<{kind} xmlns="{ROOTS[kind]}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}"/>')
    _head(root, document)
    _party(_add(root, "AccountingSupplierParty"), document.seller, document=document)
    _party(_add(root, "AccountingCustomerParty"), document.buyer, document=document, sells=False)
    _payment(root, document)
    _totals(root, document)
    for position, line in enumerate(document.lines, start=1):
        _line(_add(root, f"{kind}Line"), line, position=position, is_credit=kind == "CreditNote")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _head(root: etree._Element, document: Document) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on.isoformat())
    if document.corrects:
        _text(root, "CreditNoteTypeCode", "381")
    else:
        if document.due_on:
            _text(root, "DueDate", document.due_on.isoformat())
        _text(root, "InvoiceTypeCode", "380")
    if document.note:
        _text(root, "Note", document.note)
    _text(root, "DocumentCurrencyCode", "EUR")
    _text(root, "BuyerReference", document.buyer_reference)
    if document.corrects:
        number, issued_on = document.corrects
        reference = _add(_add(root, "BillingReference"), "InvoiceDocumentReference")
        _text(reference, "ID", number)
        _text(reference, "IssueDate", issued_on.isoformat())


def _party(parent: etree._Element, party: Party, *, document: Document, sells: bool = True) -> None:
    element = _add(parent, "Party")
    if party.legal_id:
        _text(element, "EndpointID", party.legal_id, schemeID=KVK)
    if sells and document.payment.creditor_identifier:
        identification = _add(element, "PartyIdentification")
        _text(identification, "ID", document.payment.creditor_identifier, schemeID="SEPA")
    if party.trade_name:
        _text(_add(element, "PartyName"), "Name", party.trade_name)
    address = _add(element, "PostalAddress")
    _text(address, "StreetName", party.street)
    _text(address, "CityName", party.city)
    _text(address, "PostalZone", party.postcode)
    _text(_add(address, "Country"), "IdentificationCode", party.country)
    outside = any(line.tax.code == "O" for line in document.lines)
    # Who is not subject to VAT is not identified for it either (BR-O-02).
    if party.vat_number and not outside:
        scheme = _add(element, "PartyTaxScheme")
        _text(scheme, "CompanyID", party.vat_number)
        _text(_add(scheme, "TaxScheme"), "ID", "VAT")
    entity = _add(element, "PartyLegalEntity")
    _text(entity, "RegistrationName", party.name)
    if party.legal_id:
        _text(entity, "CompanyID", party.legal_id, schemeID=KVK)
    if party.email:
        _text(_add(element, "Contact"), "ElectronicMail", party.email)


def _payment(root: etree._Element, document: Document) -> None:
    payment = document.payment
    means = _add(root, "PaymentMeans")
    debited = bool(payment.mandate_reference)
    _text(means, "PaymentMeansCode", DIRECT_DEBIT if debited else TRANSFER)
    _text(means, "PaymentID", payment.reference)
    if debited:
        _text(_add(means, "PaymentMandate"), "ID", payment.mandate_reference)
        return
    account = _add(means, "PayeeFinancialAccount")
    _text(account, "ID", payment.iban)
    _text(account, "Name", payment.holder)
    _text(_add(account, "FinancialInstitutionBranch"), "ID", payment.bic)


def _totals(root: etree._Element, document: Document) -> None:
    per_tax: dict[Tax, tuple[int, int]] = {}
    for line in document.lines:
        net_cents, vat_cents = per_tax.get(line.tax, (0, 0))
        per_tax[line.tax] = (net_cents + line.net_cents, vat_cents + line.vat_cents)
    net_cents = sum(net for net, _ in per_tax.values())
    vat_cents = sum(vat for _, vat in per_tax.values())
    total = _add(root, "TaxTotal")
    _amount(total, "TaxAmount", vat_cents)
    for tax, (net, vat) in per_tax.items():
        subtotal = _add(total, "TaxSubtotal")
        _amount(subtotal, "TaxableAmount", net)
        _amount(subtotal, "TaxAmount", vat)
        _category(_add(subtotal, "TaxCategory"), tax, with_reason=True)
    gross_cents = net_cents + vat_cents
    money = _add(root, "LegalMonetaryTotal")
    _amount(money, "LineExtensionAmount", net_cents)
    _amount(money, "TaxExclusiveAmount", net_cents)
    _amount(money, "TaxInclusiveAmount", gross_cents)
    if document.prepaid_cents:
        _amount(money, "PrepaidAmount", document.prepaid_cents)
    _amount(money, "PayableAmount", gross_cents - document.prepaid_cents)


def _line(element: etree._Element, line: Line, *, position: int, is_credit: bool) -> None:
    _text(element, "ID", str(position))
    quantity = "CreditedQuantity" if is_credit else "InvoicedQuantity"
    _text(element, quantity, "1", unitCode="C62")
    _amount(element, "LineExtensionAmount", line.net_cents)
    period = _add(element, "InvoicePeriod")
    _text(period, "StartDate", line.first_day.isoformat())
    _text(period, "EndDate", line.last_day.isoformat())
    item = _add(element, "Item")
    if line.description:
        _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    _category(_add(item, "ClassifiedTaxCategory"), line.tax, with_reason=False)
    _amount(_add(element, "Price"), "PriceAmount", line.net_cents)


def _category(element: etree._Element, tax: Tax, *, with_reason: bool) -> None:
    _text(element, "ID", tax.code)
    if tax.code != "O":
        _text(element, "Percent", f"{tax.rate.normalize():f}")
    if with_reason and tax.reason:
        _text(element, "TaxExemptionReason", tax.reason)
    _text(_add(element, "TaxScheme"), "ID", "VAT")


def _amount(parent: etree._Element, name: str, cents: int) -> None:
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    _text(parent, name, f"{sign}{euros}.{rest:02d}", currencyID="EUR")


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    # What no XML may hold (control characters) is no part of any name.
    element.text = "".join(sign for sign in text if sign >= " ")

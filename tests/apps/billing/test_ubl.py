"""Every kind of invoice and credit note as UBL passes the schema, EN 16931 and the Dutch rules.

EN 16931 is judged by two independent readers of its rules that run offline; the Dutch rules
NL-R-001 to 008 are ours, written from their text.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import einvoice
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from peppol.rules import check_rules
from peppol.xsd import validate_xsd

from balie.apps.billing import actions, invoice_ubl
from balie.apps.billing.models import Allocation, Invoice, VatNumberCheck
from balie.apps.customers.models import Customer
from balie.apps.promises.queries import policy_of
from balie.domain.policy import Policy
from balie.domain.vat import invoice_totals, line_amounts, round_per_rate
from balie.formats import ubl
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    days_ago,
    new_customer,
    new_domain,
    new_invoice,
    new_mandate,
    new_product,
    new_service,
)

NAMES = {"cac": ubl.CAC, "cbc": ubl.CBC}
Element = etree._Element


def texts(root: Element, path: str) -> list[str]:
    return [str(found.text) for found in root.iterfind(path, NAMES)]


def has_address(parent: str, root: Element) -> bool:
    address = root.find(f"cac:{parent}/cac:Party/cac:PostalAddress", NAMES)
    return address is not None and all(
        address.findtext(f"cbc:{name}", "", NAMES).strip()
        for name in ("StreetName", "CityName", "PostalZone")
    )


def has_legal_id(parent: str, root: Element) -> bool:
    found = root.findall(f"cac:{parent}/cac:Party/cac:PartyLegalEntity/cbc:CompanyID", NAMES)
    return all(
        one.get("schemeID") in {"0106", "0190"} and (one.text or "").strip() for one in found
    )


def country(parent: str, root: Element) -> str:
    path = f"cac:{parent}/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode"
    return root.findtext(path, "", NAMES)


def broken_dutch_rules(content: bytes) -> list[str]:
    """Which of NL-R-001 to 008 a document of a Dutch supplier breaks."""
    root = etree.fromstring(content)
    is_credit = etree.QName(root).localname == "CreditNote"
    payable = float(root.findtext("cac:LegalMonetaryTotal/cbc:PayableAmount", "0", NAMES))
    at_home = country("AccountingCustomerParty", root) == "NL"
    means = texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode")
    reference = texts(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")
    agents = root.findall("cac:TaxRepresentativeParty", NAMES)
    holds = {
        "NL-R-001": not is_credit or bool(reference),
        "NL-R-002": has_address("AccountingSupplierParty", root),
        "NL-R-003": has_legal_id("AccountingSupplierParty", root),
        "NL-R-004": not at_home or has_address("AccountingCustomerParty", root),
        "NL-R-005": not at_home or has_legal_id("AccountingCustomerParty", root),
        "NL-R-006": agents == [],
        "NL-R-007": bool(means) or (payable >= 0 if is_credit else payable <= 0),
        "NL-R-008": set(means) <= {"30", "48", "49", "57", "58", "59"},
    }
    return [rule for rule, is_kept in holds.items() if not is_kept]


def faults(content: bytes) -> list[str]:
    """What the schema, both readers of EN 16931 and the Dutch rules find wrong."""
    is_valid, schema = validate_xsd(content)
    report = einvoice.validate_bytes(content, profile="en16931")
    return [
        *([] if is_valid else schema),
        *(str(violation) for violation in report["violations"]),
        *([] if report["valid"] else ["not valid"]),
        *(str(finding) for finding in check_rules(content)),
        *broken_dutch_rules(content),
    ]


def ubl_of(invoice: Invoice) -> bytes:
    return invoice_ubl.ubl_of(invoice, policy=policy_of(invoice.policy_version))


def transferred() -> Invoice:
    customer = new_customer(name="Bakkerij & Zn <De Boer>")
    new_service(customer, domain=new_domain(customer), started_on=days_ago(40))
    return new_invoice(customer, cents=1234)


def debited() -> Invoice:
    customer = new_customer()
    new_mandate(customer)
    return new_invoice(customer)


def english() -> Invoice:
    return new_invoice(new_customer(language="en"))


def low_and_zero() -> Invoice:
    customer = new_customer()
    for category in ("low", "zero"):
        product = new_product()
        product.vat_category = category
        product.save(update_fields=["vat_category"])
        new_service(customer, product=product)
    return new_invoice(customer)


def reversed_charge() -> Invoice:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(country="BE", vat_number="BE0428759497")
    VatNumberCheck.objects.create(
        customer=customer,
        vat_number="BE0428759497",
        outcome="valid",
        reference="WAPIAAAA1",
        asked_at=NOW,
        asked_by="system",
    )
    return new_invoice(customer)


def outside_the_eu() -> Invoice:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(country="CH", vat_number="CHE123456788MWST")
    return new_invoice(customer)


def with_chamber_number() -> Invoice:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(kvk_number="12345678")
    return new_invoice(customer)


def paid_from_credit() -> Invoice:
    customer = new_customer()
    first = new_invoice(customer, cents=700)
    actions.allocate(
        invoice=first,
        kind=Allocation.Kind.COLLECTED,
        amount_cents=first.total_cents,
        event="collected:1",
        booked_on=TODAY,
        by=SYSTEM,
        now=NOW,
    )
    actions.credit_invoice(invoice=first, reason="fout", by=SYSTEM, now=NOW)
    return new_invoice(customer, cents=1000)


KINDS = [
    transferred,
    debited,
    english,
    low_and_zero,
    reversed_charge,
    outside_the_eu,
    with_chamber_number,
    paid_from_credit,
]


@pytest.mark.django_db
@pytest.mark.parametrize("make", KINDS)
def test_invoice_is_faultless(make: Callable[[], Invoice]) -> None:
    invoice = make()

    assert faults(ubl_of(invoice)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("make", KINDS)
def test_credit_note_is_faultless(make: Callable[[], Invoice]) -> None:
    invoice = make()
    part = actions.Part(line=invoice.lines.earliest("position"), net_cents=333)
    notes = [
        actions.credit_lines(invoice=invoice, parts=[part], reason="deel", by=SYSTEM, now=NOW),
        actions.credit_invoice(invoice=invoice, reason="rest", by=SYSTEM, now=NOW),
    ]

    policy = policy_of(invoice.policy_version)
    made = [invoice_ubl.ubl_of_credit_note(note, policy=policy) for note in notes]

    assert [faults(content) for content in made] == [[], []]
    (number,) = texts(
        etree.fromstring(made[0]), "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
    )
    assert number == invoice.number


@pytest.mark.django_db
def test_debited_invoice_names_mandate_and_creditor() -> None:
    invoice = debited()

    root = etree.fromstring(ubl_of(invoice))

    assert texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode") == ["59"]
    assert texts(root, "cac:PaymentMeans/cac:PaymentMandate/cbc:ID") == [invoice.mandate_reference]
    path = "cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID"
    assert texts(root, path) == [Policy().company.creditor_identifier]


@pytest.mark.django_db
def test_credit_used_is_prepaid() -> None:
    invoice = paid_from_credit()

    money = "cac:LegalMonetaryTotal/cbc:"
    root = etree.fromstring(ubl_of(invoice))

    assert texts(root, f"{money}PrepaidAmount") == ["8.47"]
    assert texts(root, f"{money}PayableAmount") == ["3.63"]


@pytest.mark.django_db
def test_same_invoice_gives_the_same_bytes() -> None:
    invoice = transferred()
    first = ubl_of(invoice)
    Customer.objects.filter(pk=invoice.customer_id).update(name="Nieuwe Naam", city="Sneek")

    assert ubl_of(Invoice.objects.get(pk=invoice.pk)) == first


def test_small_business_says_so() -> None:
    base = document(Policy())
    exempt = ubl.Tax(code="E", rate=Decimal(0), reason="Vrijgesteld")
    line = replace(base.lines[0], vat_cents=0, tax=exempt)

    assert faults(ubl.write_ubl(replace(base, lines=[line]))) == []


def document(policy: Policy) -> ubl.Document:
    """A document without a database: one line of € 10,00 at 21 %."""
    line = ubl.Line(
        name="Webhosting",
        description="",
        first_day=TODAY,
        last_day=TODAY,
        net_cents=1000,
        vat_cents=210,
        tax=ubl.Tax(code="S", rate=policy.billing.vat_rate),
    )
    buyer = ubl.Party(
        name="Bakkerij",
        street="Nieuwestad 1",
        city="Leeuwarden",
        postcode="8911 CJ",
        country="NL",
        legal_id="",
        vat_number="",
    )
    return ubl.Document(
        number="F2026-00001",
        issued_on=TODAY,
        due_on=TODAY,
        seller=invoice_ubl._seller(policy),
        buyer=buyer,
        buyer_reference="K10001",
        lines=[line],
        payment=ubl.Payment(
            reference="RF18539007547034", iban=policy.company.iban, bic="ABNANL2A", holder="X"
        ),
    )


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(min_value=1, max_value=10**7), st.sampled_from([9, 21, 5]), st.text()
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_lines_rounded_per_invoice_are_faultless(lines: list[tuple[int, int, str]]) -> None:
    policy = Policy()
    amounts = round_per_rate(
        [line_amounts(unit_price_cents=net, vat_rate=Decimal(rate)) for net, rate, _ in lines]
    )
    base = document(policy)
    made = replace(
        base,
        lines=[
            replace(
                base.lines[0],
                name=f"Dienst {text}",
                net_cents=line.net_cents,
                vat_cents=line.vat_cents,
                tax=ubl.Tax(code="S", rate=line.vat_rate),
            )
            for line, (_, _, text) in zip(amounts, lines, strict=True)
        ],
    )

    content = ubl.write_ubl(made)

    assert faults(content) == []
    total = etree.fromstring(content).findtext(
        "cac:LegalMonetaryTotal/cbc:PayableAmount", "", NAMES
    )
    assert total.replace(".", "").lstrip("0") == str(invoice_totals(amounts).gross_cents)


BREAKS: dict[str, Callable[[Element], object]] = {
    "NL-R-002": lambda root: drop(root, "cac:AccountingSupplierParty//cbc:StreetName"),
    "NL-R-003": lambda root: one(
        root, "cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID"
    ).set("schemeID", "0002"),
    "NL-R-004": lambda root: drop(root, "cac:AccountingCustomerParty//cbc:PostalZone"),
    "NL-R-005": lambda root: one(
        root, "cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:CompanyID"
    ).set("schemeID", "0002"),
    "NL-R-006": lambda root: etree.SubElement(root, f"{{{ubl.CAC}}}TaxRepresentativeParty"),
    "NL-R-007": lambda root: drop(root, "cac:PaymentMeans"),
    "NL-R-008": lambda root: setattr(
        one(root, "cac:PaymentMeans/cbc:PaymentMeansCode"), "text", "31"
    ),
}


def one(root: Element, path: str) -> Element:
    found = root.find(path, NAMES)
    assert found is not None
    return found


def drop(root: Element, path: str) -> None:
    element = one(root, path)
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


@pytest.mark.parametrize("rule", BREAKS)
def test_our_own_reading_of_a_dutch_rule_can_fail(rule: str) -> None:
    base = document(Policy())
    root = etree.fromstring(
        ubl.write_ubl(replace(base, buyer=replace(base.buyer, legal_id="12345678")))
    )
    assert broken_dutch_rules(etree.tostring(root)) == []

    BREAKS[rule](root)

    assert broken_dutch_rules(etree.tostring(root)) == [rule]


def test_credit_note_without_its_invoice_breaks_the_first_dutch_rule() -> None:
    root = etree.fromstring(
        ubl.write_ubl(replace(document(Policy()), corrects=("F2026-00001", TODAY)))
    )
    assert broken_dutch_rules(etree.tostring(root)) == []

    drop(root, "cac:BillingReference")

    assert broken_dutch_rules(etree.tostring(root)) == ["NL-R-001"]


def test_readers_of_the_rules_can_fail() -> None:
    content = ubl.write_ubl(document(Policy())).replace(b">2.10<", b">2.30<", 1)

    assert any("BR-CO-14" in fault for fault in faults(content))

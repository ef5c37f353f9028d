"""The audit file: the elements of XAF 3.2 in their order, and totals that agree.

The schema of the tax office is in no package we may depend on: XAF_SCHEMA names it where it is.
"""

import os
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from balie.formats import xaf32

NS = {"x": xaf32.NAMESPACE}
# Which elements come in which order (schema 3.2); what is optional may be absent.
ORDER = {
    "auditfile": "header company",
    "header": "fiscalYear startDate endDate curCode dateCreated softwareDesc softwareVersion",
    "company": (
        "companyIdent companyName taxRegistrationCountry taxRegIdent streetAddress postalAddress"
        " customersSuppliers generalLedger vatCodes periods openingBalance transactions"
    ),
    "streetAddress": "streetname number numberExtension property city postalCode region country",
    "customersSuppliers": "customerSupplier",
    "customerSupplier": (
        "custSupID custSupName contact telephone fax eMail website commerceNr"
        " taxRegistrationCountry taxRegIdent relationshipID custSupTp custSupGrpID streetAddress"
    ),
    "generalLedger": "ledgerAccount",
    "ledgerAccount": "accID accDesc accTp leadCode leadDescription leadReference leadCrossRef",
    "periods": "period",
    "period": "periodNumber periodDesc startDatePeriod startTimePeriod endDatePeriod",
    "openingBalance": "opBalDate opBalDesc linesCount totalDebit totalCredit obLine",
    "obLine": "nr accID amnt amntTp",
    "transactions": "linesCount totalDebit totalCredit journal",
    "journal": "jrnID desc jrnTp offsetAccID bankAccNr transaction",
    "transaction": "nr desc periodNumber trDt amnt amntTp sourceID userID trLine",
    "trLine": "nr accID docRef effDate desc amnt amntTp recRef matchKeyID custSupID invRef",
}


def audit(*, name: str = "Jansen & <Zn>") -> xaf32.AuditFile:
    sale = xaf32.Entry(
        number="1",
        document="invoice:F2026-00001",
        booked_on=date(2026, 3, 31),
        description="Factuur",
        lines=[
            xaf32.EntryLine(account="1300", amount_cents=1210, debtor="K10001"),
            xaf32.EntryLine(account="8000", amount_cents=-1000),
            xaf32.EntryLine(account="1600", amount_cents=-210),
        ],
    )
    return xaf32.AuditFile(
        year=2026,
        until=date(2026, 12, 31),
        made_on=date(2026, 11, 23),
        software="Balie",
        software_version="1",
        company=xaf32.Company(
            name="De Linde",
            kvk_number="12345678",
            vat_number="NL123456782B90",
            street="Linde",
            house_number="1",
            postcode="8999 ZZ",
            city="Leeuwarden",
            country="NL",
        ),
        accounts=[
            xaf32.LedgerAccount(code=code, name=code, rgs_code=rgs, is_balance=rgs[0] == "B")
            for code, rgs in (
                ("0800", "BEiv"),
                ("1100", "BLim"),
                ("1300", "BVor"),
                ("1600", "BSch"),
                ("8000", "WOmz"),
            )
        ],
        debtors=[
            xaf32.Debtor(
                number="K10001",
                name=name,
                kvk_number="",
                vat_number="",
                city="Leeuwarden",
                postcode="8911 CJ",
                country="NL",
            )
        ],
        opening=[
            xaf32.EntryLine(account="1100", amount_cents=5000),
            xaf32.EntryLine(account="0800", amount_cents=-5000),
        ],
        journals=[xaf32.Journal(code="VRK", name="Verkoop", kind="S", entries=[sale])],
    )


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def text(root: etree._Element, path: str) -> list[str]:
    return [str(found.text) for found in root.findall(path, NS)]


def disorder(root: etree._Element) -> list[str]:
    """Elements that the schema does not know there, or that stand too early."""
    wrong = []
    for parent in root.iter():
        name = etree.QName(parent).localname
        known = ORDER.get(name, "").split()
        children = [etree.QName(child).localname for child in parent]
        unknown = set(children) - set(known)
        if unknown or children != sorted(children, key=known.index):
            wrong.append(f"{name}: {children}")
    return wrong


def test_elements_stand_in_the_order_of_the_schema() -> None:
    assert disorder(read(xaf32.write(audit()))) == []


def test_order_is_really_looked_at() -> None:
    root = read(xaf32.write(audit()))
    line = root.find(".//x:trLine", NS)
    assert line is not None
    line.insert(0, line[-1])

    assert len(disorder(root)) == 1


def test_totals_are_those_of_the_lines() -> None:
    root = read(xaf32.write(audit()))

    for part, lines in (("openingBalance", "obLine"), ("transactions", ".//x:trLine")):
        found = root.find(f"x:company/x:{part}", NS)
        assert found is not None
        path = lines if lines.startswith(".") else f"x:{lines}"
        amounts = {
            kind: sum(
                (
                    Decimal(str(line.findtext("x:amnt", "", NS)))
                    for line in found.findall(path, NS)
                    if line.findtext("x:amntTp", "", NS) == kind
                ),
                Decimal(0),
            )
            for kind in "DC"
        }
        assert found.findtext("x:linesCount", "", NS) == str(len(found.findall(path, NS)))
        assert Decimal(found.findtext("x:totalDebit", "", NS)) == amounts["D"]
        assert Decimal(found.findtext("x:totalCredit", "", NS)) == amounts["C"] == amounts["D"]


def test_year_has_its_twelve_periods() -> None:
    root = read(xaf32.write(audit()))

    assert text(root, ".//x:endDatePeriod")[1::10] == ["2026-02-28", "2026-12-31"]
    assert text(root, ".//x:transaction/x:periodNumber") == ["3"]


def test_what_xml_cannot_hold_does_not_break_the_file() -> None:
    root = read(xaf32.write(audit(name="A\x00\x0b & <b> " + "x" * 80)))

    assert text(root, ".//x:custSupName") == ["A & <b> " + "x" * 42]


@pytest.mark.skipif("XAF_SCHEMA" not in os.environ, reason="no XAF schema named")
def test_file_is_valid_by_the_official_schema() -> None:
    schema = etree.XMLSchema(etree.parse(os.environ["XAF_SCHEMA"]))

    schema.assertValid(read(xaf32.write(audit())))

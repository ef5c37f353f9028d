"""The PDF of an invoice: what stands on it, that it is kept, and that it is readable for all."""

import hashlib
import json
import time
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balie.apps.billing import actions, invoice_pdf
from balie.apps.billing.models import Invoice, InvoiceDocument
from balie.apps.promises.queries import policy_of
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    new_customer,
    new_domain,
    new_invoice,
    new_mandate,
    new_service,
)

pytestmark = pytest.mark.django_db


def data_of(invoice: Invoice, *, collected_on: date | None = None) -> dict[str, Any]:
    policy = policy_of(invoice.policy_version)
    return invoice_pdf.data_of(invoice, policy=policy, collected_on=collected_on)


def debited() -> Invoice:
    customer = new_customer()
    new_mandate(customer)
    return new_invoice(customer)


def test_document_is_made_once_and_kept_with_its_hash() -> None:
    invoice = new_invoice()

    document = actions.document_of(invoice=invoice, now=NOW)
    again = actions.document_of(invoice=invoice, now=NOW)

    content = bytes(InvoiceDocument.objects.get().content)
    assert again == document
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == document.sha256


@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_nobody_waits_while_a_document_is_made() -> None:
    invoice = new_invoice()

    with CaptureQueriesContext(connection) as captured:
        actions.document_of(invoice=invoice, now=NOW)

    # Everything is read, and the document made, before anything is locked.
    done = [query["sql"].split()[0] for query in captured]
    assert set(done[: done.index("BEGIN")]) == {"SELECT"}
    assert "SELECT" not in done[done.index("BEGIN") :]


def test_document_of_the_same_invoice_has_the_same_bytes() -> None:
    invoice = new_invoice()
    policy = policy_of(invoice.policy_version)

    made = {invoice_pdf.render(invoice, policy=policy) for _ in range(2)}

    assert len(made) == 1


def test_document_is_tagged_and_archivable() -> None:
    content = bytes(actions.document_of(invoice=new_invoice(), now=NOW).content)

    assert b"<pdfaid:part>3</pdfaid:part>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"/StructTreeRoot" in content


def test_document_holds_what_the_law_asks() -> None:
    customer = new_customer(name="Bakkerij De Boer")
    domain = new_domain(customer, "deboer.nl")
    new_service(customer, domain=domain, price_cents=1000)
    (invoice,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    data = data_of(invoice)

    company = Policy().company
    assert data["number"] == "F2026-00001"
    assert data["issued_on"] == "23\u00a0november\u00a02026"
    assert data["addressee"] == ["Bakkerij De Boer", *data["addressee"][1:]]
    assert data["lines"] == [
        {
            "description": "Webhosting Basis",
            "domain": "deboer.nl",
            "from": "23\u00a0november\u00a02026",
            "until": "22\u00a0december\u00a02026",
            "net": "€\u00a010,00",
            "rate": "21%",
        }
    ]
    assert data["rates"] == [{"rate": "21%", "net": "€\u00a010,00", "vat": "€\u00a02,10"}]
    assert data["total"] == data["to_pay"] == "€\u00a012,10"
    assert data["company"]["vat_number"] == company.vat_number
    assert data["company"]["kvk_number"] == company.kvk_number
    assert data["company"]["iban"] == "NL02 ABNA 0123 4567 89"


def test_debited_invoice_names_mandate_creditor_and_day() -> None:
    invoice = debited()

    data = data_of(invoice)

    assert data["pay_by"] == "direct_debit"
    assert data["mandate_reference"] == invoice.mandate_reference
    assert data["pays_on"] == "26\u00a0november\u00a02026"
    assert data["refund_days"] == 56
    assert data["qr"] == ""


def test_announced_day_is_printed_when_it_is_known() -> None:
    data = data_of(debited(), collected_on=date(2026, 12, 1))

    assert data["pays_on"] == "1\u00a0december\u00a02026"


def test_invoice_to_transfer_names_account_reference_and_code() -> None:
    data = data_of(new_invoice())

    assert data["pay_by"] == "transfer"
    assert str(data["payment_reference"]).startswith("RF")
    assert str(data["qr"]).startswith("<svg")


def test_invoice_in_english_is_in_english() -> None:
    customer = new_customer(language="en")

    data = data_of(new_invoice(customer))

    assert data["language"] == "en"
    assert data["total"] == "€12.10"
    assert data["issued_on"] == "23\u00a0November\u00a02026"


def test_markup_in_a_name_is_text() -> None:
    customer = new_customer(name='#panic("out") $x$ \\ *b* <script> [[qr]] "quoted"')

    content = bytes(actions.document_of(invoice=new_invoice(customer), now=NOW).content)

    assert content.startswith(b"%PDF-")


def test_name_in_a_script_without_a_font_still_makes_a_document() -> None:
    customer = new_customer(name="Łódź Ýşğ 株式会社 مرحبا")

    content = bytes(actions.document_of(invoice=new_invoice(customer), now=NOW).content)

    assert content.startswith(b"%PDF-")
    assert b"<pdfaid:part>" not in content


def test_data_that_is_not_whole_makes_no_document() -> None:
    with pytest.raises(invoice_pdf.UnableToRenderInvoice):
        invoice_pdf.compile_invoice("{}", made_at=NOW)


def test_documents_are_made_fast_enough() -> None:
    data = json.dumps(data_of(new_invoice(new_customer(name="Łódź & Señor Müller"))))
    invoice_pdf.compile_invoice(data, made_at=NOW)

    begun = time.perf_counter()
    for _ in range(10):
        invoice_pdf.compile_invoice(data, made_at=NOW)

    # 8 ms each on an idle core; a machine that is busy gets five times that.
    assert (time.perf_counter() - begun) / 10 < 0.04 * 5

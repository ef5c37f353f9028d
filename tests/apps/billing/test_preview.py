"""The preview says what the run does and why, and writes nothing; what is odd is bounded."""

from datetime import timedelta

import pytest

from balie.apps.billing import actions
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer
from balie.apps.services.models import Service
from balie.config import cli
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, TODAY, new_customer, new_mandate, new_product, new_service

pytestmark = pytest.mark.django_db


def bill(**changes: object) -> actions.RunReceipt:
    return actions.run(today=TODAY, by=SYSTEM, now=NOW, **changes)  # type: ignore[arg-type]


def test_preview_is_what_the_run_does() -> None:
    debited, transferring, odd = (new_customer() for _ in range(3))
    new_mandate(debited)
    for customer in (debited, transferring, odd):
        new_service(customer, started_on=TODAY - timedelta(days=40))
        new_service(customer, term="year")
    Service.objects.filter(customer=odd).update(anchor_day=31)

    (drafts,) = actions.preview(today=TODAY, now=NOW)
    assert (Invoice.objects.count(), AuditEvent.objects.filter(event="billing.parked").count()) == (
        0,
        0,
    )
    receipt = bill()

    assert [
        (draft.customer, draft.totals.gross_cents, draft.due_on, len(draft.periods))
        for draft in drafts.made
    ] == [
        (invoice.customer, invoice.total_cents, invoice.due_on, invoice.lines.count())
        for invoice in receipt.issued
    ]
    assert [draft.no_debit for draft in drafts.made] == ["", "none"]
    assert [(who, str(why)) for who, why in drafts.parked] == receipt.parked


def test_invoice_over_the_amount_waits_for_a_person() -> None:
    large, small = new_customer(), new_customer()
    new_service(large, price_cents=413_223 + 1)  # € 5.000,00 with VAT and a cent more
    new_service(small, price_cents=413_223)

    receipt = bill()

    assert [invoice.customer for invoice in receipt.issued] == [small]
    ((who, why),) = receipt.parked
    assert who == large
    assert f"--approve {large.number}" in why
    assert AuditEvent.objects.get(event="billing.parked").subject_id == large.pk
    assert [one.customer for one in bill(approved=[large.number]).issued] == [large]


def test_parked_customer_does_not_make_his_chunk_go_one_by_one() -> None:
    for _ in range(3):
        new_service(new_customer())
    new_service(new_customer(), price_cents=10**7)

    receipt = bill()

    assert len(receipt.issued) == 3
    assert [invoice.sequence for invoice in receipt.issued] == [1, 2, 3]
    assert len({invoice.journal_entry.recorded_at for invoice in receipt.issued}) == 1
    assert OutboxRow.objects.filter(kind="invoice-issued").count() == 3


@pytest.mark.parametrize(("category", "vat"), [("high", 210), ("low", 90), ("zero", 0)])
def test_product_bears_the_vat_of_its_category(category: str, vat: int) -> None:
    product = new_product()
    product.vat_category = category
    product.save(update_fields=["vat_category"])
    new_service(new_customer(), product=product, price_cents=1000)

    (invoice,) = bill().issued

    assert (invoice.vat_cents, invoice.vat_treatment) == (vat, "home")


def test_customer_outside_the_eu_is_charged_no_vat() -> None:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(country="CH")
    new_service(customer, price_cents=1000)

    (invoice,) = bill().issued

    assert (invoice.vat_cents, invoice.vat_treatment) == (0, "outside_eu")


def test_command_previews_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    customer = new_customer(name="Bakkerij De Boer")
    new_service(customer, price_cents=1000)

    with clock.frozen(NOW):
        code = cli.main(["bill", "--preview"])

    said = capsys.readouterr().out
    assert code == 0
    assert (
        f"{customer.number} Bakkerij De Boer: €\u00a012,10 (our VAT), to be transferred by" in said
    )
    assert "no mandate" in said
    assert "2026-11-23 to 2026-12-23 (term, not billed yet): €\u00a010,00 + 21% VAT" in said
    assert said.endswith("would make 1 invoices, €\u00a012,10; 0 customers parked\n")
    assert not Invoice.objects.exists()


def test_command_names_who_was_parked_and_bills_him_when_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    customer = new_customer()
    new_service(customer, price_cents=10**6)

    with clock.frozen(NOW):
        first = cli.main(["bill"])
        second = cli.main(["bill", "--approve", customer.number])

    said = capsys.readouterr()
    assert (first, second) == (1, 0)
    assert f"{customer.number}: the invoice comes to €\u00a012.100,00" in said.err
    assert said.out == "0 invoices, €\u00a00,00\n1 invoices, €\u00a012.100,00\n"

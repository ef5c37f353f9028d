"""The billing run: everything due once, numbered without gaps, odd customers parked."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions, queries
from balie.apps.billing.models import Invoice, InvoiceLine
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.mandates import actions as mandates
from balie.apps.promises import actions as promises
from balie.apps.services import actions as services
from balie.apps.services.models import Service
from balie.config import cli
from balie.domain.policy import Policy
from balie.formats.references import is_valid_rf
from balie.infra import clock, halt
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    days_ago,
    new_account,
    new_customer,
    new_domain,
    new_invoice,
    new_mandate,
    new_product,
    new_service,
    take_in,
)

pytestmark = pytest.mark.django_db


def bill(today: date = TODAY) -> actions.RunReceipt:
    return actions.run(today=today, by=SYSTEM, now=NOW + (today - TODAY))


def test_service_that_is_due_is_billed() -> None:
    customer = new_customer()
    domain = new_domain(customer, "voorbeeld.nl")
    new_service(customer, domain=domain, price_cents=1000)

    (invoice,) = bill().issued

    assert (invoice.number, invoice.series, invoice.year) == ("F2026-00001", "F", 2026)
    assert (invoice.net_cents, invoice.vat_cents, invoice.total_cents) == (1000, 210, 1210)
    assert invoice.open_cents == 1210
    assert is_valid_rf(invoice.payment_reference)
    assert invoice.issued_on == TODAY
    line = invoice.lines.get()
    assert (line.period_start, line.period_end) == (TODAY, date(2026, 12, 23))
    assert (line.description, line.domain_name) == ("Webhosting Basis", "voorbeeld.nl")
    assert line.vat_rate_basis_points == 2100
    assert Service.objects.get().next_period_start == date(2026, 12, 23)


def test_run_books_receivable_revenue_and_vat() -> None:
    customer = new_customer()
    new_service(customer, price_cents=1000)

    bill()

    assert ledger.receivable_of(customer) == 1210
    assert ledger.balance(accounts.REVENUE) == -1000
    assert ledger.balance(accounts.VAT_PAYABLE) == -210


def test_run_again_bills_nothing_twice() -> None:
    new_service(new_customer())
    bill()

    assert bill().issued == []
    assert Invoice.objects.count() == 1


def test_customer_gets_one_invoice_for_all_his_services() -> None:
    customer = new_customer()
    for term in ("month", "year", "month"):
        new_service(customer, term=term)

    (invoice,) = bill().issued

    assert [line.position for line in invoice.lines.order_by("position")] == [1, 2, 3]
    assert invoice.net_cents == 1000 + 12000 + 1000


def test_every_missed_period_has_its_own_line() -> None:
    new_service(new_customer(), started_on=date(2026, 8, 31), price_cents=1000)

    (invoice,) = bill().issued

    periods = invoice.lines.order_by("position").values_list("period_start", "period_end")
    assert list(periods) == [
        (date(2026, 8, 31), date(2026, 9, 30)),
        (date(2026, 9, 30), date(2026, 10, 31)),
        (date(2026, 10, 31), date(2026, 11, 30)),
    ]
    assert invoice.net_cents == 3000


def test_service_is_billed_up_to_its_end() -> None:
    service = new_service(new_customer(), started_on=date(2026, 9, 23), price_cents=1000)
    services.end_service(service=service, ended_on=date(2026, 10, 23), by=SYSTEM, now=NOW)

    (invoice,) = bill().issued

    assert [line.period_start for line in invoice.lines.all()] == [date(2026, 9, 23)]
    assert bill().issued == []


def test_service_of_the_future_is_not_billed() -> None:
    new_service(new_customer(), started_on=TODAY + timedelta(days=1))

    assert bill().issued == []


def test_numbers_run_on_without_gaps_over_chunks() -> None:
    for _ in range(5):
        new_service(new_customer())

    actions.run(today=TODAY, by=SYSTEM, now=NOW, chunk=2)

    numbers = list(Invoice.objects.order_by("pk").values_list("sequence", flat=True))
    assert numbers == [1, 2, 3, 4, 5]


def test_numbers_begin_anew_each_year() -> None:
    new_service(new_customer(), started_on=date(2026, 12, 20))
    bill(date(2026, 12, 31))

    (invoice,) = bill(date(2027, 1, 20)).issued

    assert invoice.number == "F2027-00001"


def test_run_for_a_day_before_the_last_invoice_is_refused() -> None:
    new_service(new_customer())
    bill()
    new_service(new_customer(), started_on=days_ago(3))

    with pytest.raises(actions.NumbersWouldGoBack, match="2026-11-23"):
        bill(days_ago(1))

    assert Invoice.objects.count() == 1


def test_odd_customer_is_parked_and_the_others_are_billed() -> None:
    odd, others = new_customer(name="Odd"), [new_customer() for _ in range(3)]
    for customer in (odd, *others):
        new_service(customer)
    Service.objects.filter(customer=odd).update(anchor_day=31)

    receipt = bill()

    assert {invoice.customer for invoice in receipt.issued} == set(others)
    assert [customer for customer, _ in receipt.parked] == [odd]
    assert "period" in receipt.parked[0][1]
    assert list(Invoice.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3]
    alarm = AuditEvent.objects.get(event="billing.parked")
    assert (alarm.subject_kind, alarm.subject_id) == ("customer", odd.pk)


def test_customer_with_a_mandate_pays_by_direct_debit() -> None:
    customer = new_customer()
    mandate = new_mandate(customer)
    new_service(customer)

    (invoice,) = bill().issued

    assert invoice.pay_by == Invoice.PayBy.DIRECT_DEBIT
    assert invoice.mandate_reference == mandate.mandate_reference
    # Monday 23 November: three days ahead is Thursday, and the bank has its two TARGET days.
    assert invoice.due_on == date(2026, 11, 26)
    assert not OutboxRow.objects.filter(kind="invoice-issued").exists()


def test_customer_without_a_mandate_gets_the_invoice_by_mail() -> None:
    customer = new_customer()
    new_service(customer)

    (invoice,) = bill().issued

    assert invoice.pay_by == Invoice.PayBy.TRANSFER
    assert invoice.mandate_reference == ""
    assert invoice.due_on == TODAY + timedelta(days=14)
    row = OutboxRow.objects.get(event=f"invoice-issued:{invoice.pk}")
    assert (row.recipient_kind, row.recipient_id) == ("customer", customer.pk)


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_mandate_that_does_not_stand_is_not_used(status: str) -> None:
    customer = new_customer()
    mandate = new_mandate(customer)
    mandates.change_status(mandate=mandate, to_status=status, reason="test", by=SYSTEM, now=NOW)
    new_service(customer)

    (invoice,) = bill().issued

    assert invoice.pay_by == Invoice.PayBy.TRANSFER


def test_mandate_unused_for_too_long_is_not_used() -> None:
    customer = new_customer()
    new_mandate(customer, now=NOW - timedelta(days=37 * 31))
    new_service(customer)

    (invoice,) = bill().issued

    assert invoice.pay_by == Invoice.PayBy.TRANSFER


def test_invoice_keeps_what_the_customer_was_called_then() -> None:
    customer = new_customer(name="Oude Naam", language="en")
    new_service(customer)
    (invoice,) = bill().issued

    Customer.objects.filter(pk=customer.pk).update(name="Nieuwe Naam", language="nl")

    invoice.refresh_from_db()
    assert invoice.addressee["name"] == "Oude Naam"
    assert invoice.language == "en"
    assert invoice.lines.get().description == "Web hosting Basic"


def test_credit_is_used_first() -> None:
    customer = new_customer()
    first = new_invoice(customer, cents=1000)
    new_account(opening=0)
    take_in(camt(Entry(cents=5000), opening=0))
    actions.book_transfer(
        slice=EntrySlice.objects.get(),
        allocations=[(first, first.open_cents)],
        customer=customer,
        evidence=[],
        by=SYSTEM,
        now=NOW,
    )

    second = new_invoice(customer, cents=2000)

    second.refresh_from_db()
    assert second.open_cents == 0
    assert queries.credit_of(customer) == 5000 - 1210 - 2420
    assert ledger.receivable_of(customer) == -queries.credit_of(customer)


def test_run_is_refused_while_the_policy_is_the_examples(settings: Settings) -> None:
    settings.BALIE_DEMO = False
    new_service(new_customer())

    with pytest.raises(actions.UnableToBill, match=r"company\.iban"):
        bill()

    assert not Invoice.objects.exists()


def test_run_for_a_day_to_come_is_refused() -> None:
    new_service(new_customer())

    with pytest.raises(actions.UnableToBill, match="2026-11-24 has not come yet"):
        actions.run(today=TODAY + timedelta(days=1), by=SYSTEM, now=NOW)

    assert Invoice.objects.count() == 0


def test_run_goes_on_with_a_policy_of_ones_own(settings: Settings) -> None:
    settings.BALIE_DEMO = False
    mapping = Policy().to_mapping()
    mapping["company"] |= {
        "name": "Eigen Hosting B.V.",
        "email": "info@eigen.example",
        "iban": "NL91ABNA0417164300",
        "creditor_identifier": "NL69ZZZ123456780000",
        "kvk_number": "12345678",
        "vat_number": "NL000099998B57",
    }
    promises.apply_policy(mapping=mapping, by=SYSTEM, now=NOW)
    new_service(new_customer())

    assert len(bill().issued) == 1


def test_run_is_refused_while_money_is_halted() -> None:
    new_service(new_customer())
    halt.halt(reason="invariant 2", now=NOW, by=SYSTEM)

    with pytest.raises(halt.Halted, match="invariant 2"):
        bill()


def test_service_that_ended_since_it_was_read_is_not_billed() -> None:
    service = new_service(new_customer())
    as_read = Service.objects.get(pk=service.pk)
    services.end_service(service=service, ended_on=TODAY, by=SYSTEM, now=NOW)

    with pytest.raises(services.BilledMeanwhile):
        services.move_on(periods=[(as_read, TODAY + timedelta(days=30))])

    assert Service.objects.get().next_period_start == TODAY


def test_statements_per_customer_stay_few() -> None:
    product = new_product()
    for _ in range(30):
        new_service(new_customer(), product=product)

    with CaptureQueriesContext(connection) as captured:
        bill()

    assert InvoiceLine.objects.count() == 30
    assert len(captured) < 30 * 12


def test_command_says_why_nothing_is_billed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BALIE_DEMO = False
    new_service(new_customer())

    with clock.frozen(NOW):
        code = cli.main(["bill"])

    assert code == 1
    assert "nothing was billed: the policy in force still holds" in capsys.readouterr().err


def test_command_bills_and_says_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    new_service(new_customer(), price_cents=1000)

    with clock.frozen(NOW):
        code = cli.main(["bill", "--on", TODAY.isoformat()])

    assert code == 0
    assert capsys.readouterr().out == "1 invoices, €\u00a012,10\n"

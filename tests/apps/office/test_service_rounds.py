"""What the round does about services: standing still for a fact, what is announced, the mails."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers.models import Customer
from balie.apps.office import service_life, service_rounds
from balie.apps.services import actions as services
from balie.apps.services import queries
from balie.apps.services.models import PlannedChange, Product, Service, Suspension
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import (
    NOW,
    TODAY,
    camt,
    new_account,
    new_customer,
    new_invoice,
    new_product,
    new_service,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)


def _consumer() -> Customer:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(kind=Customer.Kind.CONSUMER)
    customer.refresh_from_db()
    return customer


def _bill(day: date) -> list[Invoice]:
    service_rounds.apply_changes(today=day, by=SYSTEM, now=_at(day))
    return list(billing.run(today=day, by=SYSTEM, now=_at(day)).issued)


def _read(service: Service) -> Service:
    return Service.objects.select_related("product", "customer", "order", "domain").get(
        pk=service.pk
    )


# --- standing still -------------------------------------------------------------------------------
def _unpaid(days: int) -> Invoice:
    invoice = new_invoice()
    billing.place_invoice_hold(
        invoice=invoice,
        kind=InvoiceHold.Kind.TRANSFER_ASKED,
        by=SYSTEM,
        now=NOW - timedelta(days=days),
    )
    return invoice


def _fresh_bank() -> None:
    """An account whose last statement is of Friday, on a Monday morning before ten."""
    account = new_account(now=_at(date(2026, 11, 19)))
    take_in(camt(opening=0, on=date(2026, 11, 20), iban=account.iban))


def test_suspension_follows_the_fact_and_the_payment_lifts_it() -> None:
    _fresh_bank()
    invoice = _unpaid(days=21)

    for _ in range(3):
        service_rounds.suspend_unpaid(by=SYSTEM, now=NOW)
    row = Suspension.objects.get()
    assert row.fact == f"invoice:{invoice.number}"

    billing.credit_invoice(invoice=invoice, reason="betaald", by=SYSTEM, now=NOW)
    resumed = service_rounds.lift_paid(by=SYSTEM, now=NOW)

    assert [one.pk for one in resumed] == [row.service_id]
    assert queries.standing_suspensions([row.service_id]) == {}
    assert service_rounds.lift_paid(by=SYSTEM, now=NOW) == []


@pytest.mark.parametrize("kind", sorted(service_rounds.WAITS))
def test_suspension_waits_while_the_customer_talks_with_us(kind: str) -> None:
    _fresh_bank()
    invoice = _unpaid(days=21)
    billing.place_invoice_hold(invoice=invoice, kind=kind, by=SYSTEM, now=NOW)

    assert service_rounds.suspend_unpaid(by=SYSTEM, now=NOW) == []


def test_suspension_waits_for_the_time_to_transfer() -> None:
    _fresh_bank()
    _unpaid(days=20)

    assert service_rounds.suspend_unpaid(by=SYSTEM, now=NOW) == []


def test_nothing_is_suspended_on_stale_bank_data() -> None:
    new_account()
    _unpaid(days=60)

    assert service_rounds.suspend_unpaid(by=SYSTEM, now=NOW + timedelta(days=10)) == []


# --- announcing -----------------------------------------------------------------------------------
def test_renewal_is_announced_once_in_one_mail() -> None:
    customer = new_customer()
    for _ in range(2):
        new_service(customer, term="year", started_on=TODAY)
    _bill(TODAY)
    day = date(2027, 10, 24)

    for _ in range(3):
        service_rounds.announce_renewals(today=day, by=SYSTEM, now=_at(day))

    row = OutboxRow.objects.get(kind="renewal-announced")
    assert len(row.payload["services"]) == 2


def test_price_change_applies_from_the_next_term_after_the_announcement() -> None:
    product = new_product(yearly_cents=12000)
    service = new_service(new_customer(), product=product, term="year", started_on=TODAY)
    _bill(TODAY)
    _change_price(product, 15000)

    for _ in range(2):
        service_rounds.announce_price(product=product, term="year", today=TODAY, by=SYSTEM, now=NOW)

    change = PlannedChange.objects.get()
    assert change.from_on == date(2027, 11, 23)
    assert OutboxRow.objects.filter(kind="price-announced").count() == 1
    (invoice,) = _bill(date(2027, 11, 23))
    assert invoice.net_cents == 15000
    assert _read(service).price_cents == 15000


def test_price_is_never_earlier_than_announced() -> None:
    product = new_product(monthly_cents=1000)
    new_service(new_customer(), product=product, started_on=TODAY)
    _bill(TODAY)
    services.change_price(
        product=product,
        term="month",
        price_cents=1100,
        valid_from=TODAY,
        today=TODAY,
        by=SYSTEM,
        now=NOW,
    )

    service_rounds.announce_price(product=product, term="month", today=TODAY, by=SYSTEM, now=NOW)

    # 30 days after 23 November is 23 December: that term may have the new price.
    assert PlannedChange.objects.get().from_on == date(2026, 12, 23)


def _change_price(product: Product, cents: int) -> None:
    services.change_price(
        product=product,
        term="year",
        price_cents=cents,
        valid_from=TODAY,
        today=TODAY,
        by=SYSTEM,
        now=NOW,
    )


def test_every_mail_about_a_service_is_accepted() -> None:
    basic, plus = new_product(yearly_cents=12000), new_product(yearly_cents=18000)
    service = new_service(_consumer(), product=basic, term="year", started_on=TODAY)
    invoice = _bill(TODAY)[0]
    _change_price(basic, 15000)
    service_rounds.announce_price(product=basic, term="year", today=TODAY, by=SYSTEM, now=NOW)
    service_rounds.suspend_for(invoice=invoice, by=SYSTEM, now=NOW)
    outbox.send_due(now=NOW)
    billing.credit_invoice(invoice=invoice, reason="betaald", by=SYSTEM, now=NOW)
    service_rounds.lift_paid(by=SYSTEM, now=NOW)
    plan = service_life.plan_for(_read(service), code=plus.code, now=NOW)
    assert plan is not None
    service_life.change_plan(service=_read(service), shown=plan, by=SYSTEM, now=NOW)
    way = service_life.way_out(_read(service), now=NOW)
    service_life.cancel(service=_read(service), shown=way, by=SYSTEM, now=NOW)

    outbox.send_due(now=NOW)

    kinds = ["plan-changed", "price-announced", "service-cancelled", "services-resumed"]
    kinds += ["services-suspended"]
    rows = OutboxRow.objects.filter(kind__in=kinds).order_by("kind")
    assert [(row.kind, row.state, row.last_error) for row in rows] == [
        (kind, "accepted", "") for kind in kinds
    ]

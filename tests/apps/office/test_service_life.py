"""The life of a service end to end: what is shown is what the documents say, cent by cent."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from balie.apps.billing import actions as billing
from balie.apps.billing.models import CreditNote, Invoice
from balie.apps.customers.models import Customer
from balie.apps.office import service_life, service_rounds
from balie.apps.services import actions as services
from balie.apps.services import queries
from balie.apps.services.models import Ending, EndKind, PlannedChange, Service
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import (
    NOW,
    TODAY,
    new_customer,
    new_domain,
    new_product,
    new_service,
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


# --- the year of the issue ------------------------------------------------------------------------
def test_year_with_an_upgrade_in_month_4_and_a_cancellation_in_month_9() -> None:
    """A consumer in his silently renewed second year; € 120,00, then € 180,00 a year."""
    basic, plus = new_product(yearly_cents=12000), new_product(yearly_cents=18000)
    begun = date(2026, 1, 15)
    service = new_service(_consumer(), product=basic, term="year", started_on=begun)
    _bill(begun)
    _bill(date(2027, 1, 15))

    day = date(2027, 4, 20)
    plan = service_life.plan_for(_read(service), code=plus.code, now=_at(day))
    assert plan is not None
    assert (plan.credit_cents, plan.charge_cents, plan.difference_cents) == (8877, 13315, 4438)
    service_life.change_plan(service=_read(service), shown=plan, by=SYSTEM, now=_at(day))

    upgraded = Invoice.objects.order_by("-pk")[0]
    first_note = CreditNote.objects.get()
    assert (first_note.net_cents, first_note.vat_cents) == (8877, 1864)
    assert (upgraded.net_cents, upgraded.vat_cents) == (13315, 2796)
    line = upgraded.lines.get()
    assert (line.period_start, line.period_end) == (day, date(2028, 1, 15))

    asked = date(2027, 9, 3)
    way = service_life.way_out(_read(service), now=_at(asked))
    assert way == service_life.Way(
        kind=EndKind.NOTICE, ends_on=date(2027, 10, 3), credit_cents=5129
    )
    service_life.cancel(service=_read(service), shown=way, by=SYSTEM, now=_at(asked))

    second_note = CreditNote.objects.order_by("-pk")[0]
    assert (second_note.net_cents, second_note.vat_cents) == (5129, 1077)
    billed = sum(Invoice.objects.values_list("net_cents", flat=True))
    credited = sum(CreditNote.objects.values_list("net_cents", flat=True))
    assert billed - credited == 12000 + 3123 + 8186
    assert _bill(date(2028, 1, 15)) == []


def test_same_cancellation_in_the_first_year_ends_with_the_term() -> None:
    service = new_service(_consumer(), term="year", started_on=TODAY)
    _bill(TODAY)

    way = service_life.way_out(_read(service), now=_at(TODAY + timedelta(days=200)))

    assert (way.kind, way.ends_on, way.credit_cents) == (
        EndKind.TERM_END,
        date(2027, 11, 23),
        0,
    )


# --- plans ----------------------------------------------------------------------------------------
def test_downgrade_waits_for_the_next_term_and_is_billed_then() -> None:
    basic, plus = new_product(monthly_cents=1000), new_product(monthly_cents=2500)
    service = new_service(new_customer(), product=plus, started_on=TODAY)
    _bill(TODAY)

    plan = service_life.plan_for(_read(service), code=basic.code, now=NOW)
    assert plan is not None
    assert (plan.at_once, plan.from_on, plan.difference_cents) == (False, date(2026, 12, 23), 0)
    service_life.change_plan(service=_read(service), shown=plan, by=SYSTEM, now=NOW)

    assert _read(service).product == plus
    (invoice,) = _bill(date(2026, 12, 23))
    assert invoice.net_cents == 1000
    assert _read(service).product == basic


def test_change_that_was_shown_otherwise_is_refused() -> None:
    basic, plus = new_product(monthly_cents=1000), new_product(monthly_cents=2500)
    service = new_service(new_customer(), product=basic, started_on=TODAY)
    _bill(TODAY)
    plan = service_life.plan_for(_read(service), code=plus.code, now=NOW)
    assert plan is not None

    with pytest.raises(service_life.ShownOtherwise):
        service_life.change_plan(
            service=_read(service), shown=plan, by=SYSTEM, now=NOW + timedelta(days=1)
        )

    assert not PlannedChange.objects.exists()


# --- withdrawing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("begin_at_once", "credit_cents"), [(True, 12000 - 164), (False, 12000)])
def test_withdrawal_pays_back_what_the_law_says(*, begin_at_once: bool, credit_cents: int) -> None:
    service = _ordered(begin_at_once=begin_at_once)
    _bill(TODAY)
    now = _at(TODAY + timedelta(days=5))

    way = service_life.withdrawal(_read(service), now=now)
    assert way is not None
    assert way.credit_cents == credit_cents
    ending = service_life.withdraw(service=_read(service), by=SYSTEM, now=now)

    assert ending.asked_at == now
    assert CreditNote.objects.get().net_cents == credit_cents
    assert OutboxRow.objects.get(kind="withdrawal-receipt").payload == {"ending": ending.pk}


def test_withdrawal_pays_back_the_set_up_fee() -> None:
    service = _ordered(begin_at_once=True, setup_cents=2500)
    _bill(TODAY)

    way = service_life.withdrawal(_read(service), now=NOW)
    assert way is not None
    service_life.withdraw(service=_read(service), by=SYSTEM, now=NOW)

    assert way.credit_cents == 12000 + 2500
    assert sum(CreditNote.objects.values_list("net_cents", flat=True)) == 14500


def test_withdrawal_is_over_after_the_last_day() -> None:
    service = _ordered(begin_at_once=True)
    last = service_life.withdrawal_until(_read(service), now=NOW)

    assert last == date(2026, 12, 7)
    assert service_life.withdrawal(_read(service), now=_at(last)) is not None
    assert service_life.withdrawal(_read(service), now=_at(last + timedelta(days=1))) is None
    with pytest.raises(services.UnableToEnd):
        service_life.withdraw(service=_read(service), by=SYSTEM, now=_at(last + timedelta(days=1)))


def test_withdrawal_is_no_right_of_a_business() -> None:
    service = _ordered(begin_at_once=True, customer=new_customer())

    assert service_life.withdrawal(_read(service), now=NOW) is None


def _ordered(
    *, begin_at_once: bool, setup_cents: int = 0, customer: Customer | None = None
) -> Service:
    product = new_product(yearly_cents=12000)
    order = services.order(
        customer=customer or _consumer(),
        contact=None,
        wanted=[
            services.Wanted(
                product=product, term="year", price_cents=12000, setup_cents=setup_cents
            )
        ],
        form_key=f"form-{product.pk}",
        begin_at_once=begin_at_once,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )
    (service,) = services.accept(order=order, today=TODAY, by=SYSTEM, now=NOW)
    return service


# --- ending ---------------------------------------------------------------------------------------
def test_cancel_twice_is_refused() -> None:
    service = new_service(new_customer())
    way = service_life.way_out(_read(service), now=NOW)
    service_life.cancel(service=_read(service), shown=way, by=SYSTEM, now=NOW)

    with pytest.raises(services.UnableToEnd):
        service_life.cancel_on(service=_read(service), on=TODAY, by=SYSTEM, now=NOW)

    assert Ending.objects.count() == 1


def test_ending_taken_back_is_billed_again() -> None:
    service = new_service(new_customer())
    _bill(TODAY)
    way = service_life.way_out(_read(service), now=NOW)
    ending = service_life.cancel(service=_read(service), shown=way, by=SYSTEM, now=NOW)

    services.take_back_ending(ending=ending, today=TODAY, by=SYSTEM, now=NOW)

    assert len(_bill(date(2026, 12, 23))) == 1


def test_cancel_on_a_day_ends_the_options_and_credits_both() -> None:
    customer = new_customer()
    service = new_service(customer, term="year", price_cents=36500)
    option = new_service(customer, term="year", price_cents=3650)
    Service.objects.filter(pk=option.pk).update(option_of=service)
    _bill(TODAY)

    service_life.cancel_on(
        service=_read(service), on=TODAY + timedelta(days=100), by=SYSTEM, now=NOW
    )

    assert sorted(CreditNote.objects.values_list("net_cents", flat=True)) == [2650, 26500]
    assert _read(option).ended_on == TODAY + timedelta(days=100)


# --- moving ---------------------------------------------------------------------------------------
def test_moved_service_is_billed_to_its_new_customer() -> None:
    old, new = new_customer(), new_customer()
    domain = new_domain(old)
    service = new_service(old, domain=domain)
    _bill(TODAY)

    service_life.move(service=_read(service), to=new, by=SYSTEM, now=NOW)

    (invoice,) = _bill(date(2026, 12, 23))
    assert invoice.customer == new
    assert queries.domains_of(new) == [domain.name]
    assert queries.domains_of(old) == []

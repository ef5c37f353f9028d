"""Products, services and domains: started, ended, billed forward; each constraint."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from balie.apps.services import actions, queries
from balie.apps.services.models import Domain, PanelAccount, Product, Service
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    days_ago,
    new_contact,
    new_customer,
    new_domain,
    new_product,
    new_service,
)

pytestmark = pytest.mark.django_db


def test_service_costs_what_the_product_costs_per_term() -> None:
    customer, product = new_customer(), new_product(monthly_cents=750, yearly_cents=8000)

    monthly = new_service(customer, product=product, term="month")
    yearly = new_service(customer, product=product, term="year")

    assert (monthly.price_cents, yearly.price_cents) == (750, 8000)


def test_service_may_have_a_price_of_its_own() -> None:
    assert new_service(new_customer(), price_cents=1).price_cents == 1


def test_product_without_a_price_for_the_term_is_not_sold_so() -> None:
    product = actions.add_product(
        code="ssl", name_nl="SSL", name_en="SSL", yearly_cents=3000, by=SYSTEM, now=NOW
    )

    with pytest.raises(actions.UnableToStartService, match="per month"):
        new_service(new_customer(), product=product, term="month")


def test_product_that_needs_a_domain_is_not_sold_without() -> None:
    product = actions.add_product(
        code="nl",
        name_nl="x",
        name_en="x",
        yearly_cents=900,
        needs_domain=True,
        by=SYSTEM,
        now=NOW,
    )

    with pytest.raises(actions.UnableToStartService, match="domain name"):
        new_service(new_customer(), product=product, term="year")


def test_service_is_billed_from_its_start_on_that_day() -> None:
    service = new_service(new_customer(), started_on=date(2026, 1, 31))

    assert (service.anchor_day, service.next_period_start) == (31, date(2026, 1, 31))


def test_domain_is_kept_in_lower_case_and_punycode() -> None:
    assert new_domain(new_customer(), " Café-Zon.NL. ").name == "xn--caf-zon-dya.nl"


def test_due_services_are_those_that_began_and_go_on() -> None:
    customer = new_customer()
    due = new_service(customer, started_on=days_ago(1))
    new_service(customer, started_on=TODAY + timedelta(days=1))
    ended = new_service(customer, started_on=days_ago(1))
    actions.end_service(service=ended, ended_on=days_ago(1), by=SYSTEM, now=NOW)

    assert list(queries.due_for_billing(today=TODAY)) == [due]


def test_ending_a_service_twice_keeps_the_first_day() -> None:
    service = new_service(new_customer())
    actions.end_service(service=service, ended_on=TODAY, by=SYSTEM, now=NOW)

    again = actions.end_service(
        service=service, ended_on=TODAY + timedelta(days=9), by=SYSTEM, now=NOW
    )

    assert again.ended_on == TODAY


def test_user_names_are_those_of_running_services() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    running = new_service(customer)
    ended = new_service(customer)
    for service, name in ((running, "bakker1"), (ended, "bakker2")):
        actions.note_account(service=service, user_name=name, by=SYSTEM, now=NOW)
    actions.end_service(service=ended, ended_on=TODAY, by=SYSTEM, now=NOW)

    assert queries.user_names_of(contact.user) == [("Control Panel", "bakker1")]


def test_account_is_found_by_its_domain() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    new_domain(customer, "deboer.nl")

    assert queries.accounts_of_domain(" DeBoer.NL ") == [contact.user]
    assert queries.accounts_of_domain("boer.nl") == []


def test_domains_are_asked_for_all_customers_at_once() -> None:
    one, other = new_customer(), new_customer()
    for customer, name in ((one, "b.nl"), (one, "a.nl"), (other, "c.nl")):
        new_domain(customer, name)

    assert queries.domains_by_customer() == {one.pk: ("a.nl", "b.nl"), other.pk: ("c.nl",)}
    assert queries.domains_of(one) == ["a.nl", "b.nl"]


def test_services_are_listed_in_one_query() -> None:
    customer = new_customer()
    new_service(customer, domain=new_domain(customer))
    for _ in range(29):
        new_service(customer, domain=new_domain(customer))

    with CaptureQueriesContext(connection) as captured:
        names = [
            (each.product.name_nl, each.domain and each.domain.name)
            for each in queries.services_of(customer)
        ]

    assert len(names) == 30
    assert len(captured) == 1


def refused(query: Any, constraint: str, **changes: Any) -> None:
    """The database refuses these values."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        query.update(**changes)
    said = str(caught.value)
    assert constraint in said or "UNIQUE constraint failed" in said


@pytest.mark.postgres
def test_product_has_a_price() -> None:
    new_product()

    refused(
        Product.objects.all(),
        "services_product_has_price",
        monthly_cents=None,
        yearly_cents=None,
    )


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("services_service_price_positive", {"price_cents": 0}),
        ("services_service_billed_forward", {"next_period_start": days_ago(1)}),
        ("services_service_anchor_day", {"anchor_day": 32}),
        ("services_service_anchor_day", {"anchor_day": 0}),
    ],
)
def test_odd_service_is_refused(constraint: str, changes: dict[str, Any]) -> None:
    new_service(new_customer())

    refused(Service.objects.all(), constraint, **changes)


@pytest.mark.postgres
def test_domain_belongs_to_one_customer() -> None:
    new_domain(new_customer(), "deboer.nl")
    other = new_domain(new_customer(), "ander.nl")

    refused(Domain.objects.filter(pk=other.pk), "services_domain_name_unique", name="DEBOER.nl")


@pytest.mark.postgres
def test_user_name_is_one_account_on_its_panel() -> None:
    services = [new_service(new_customer()) for _ in range(2)]
    for index, service in enumerate(services):
        actions.note_account(service=service, user_name=f"u{index}", by=SYSTEM, now=NOW)

    refused(PanelAccount.objects.all(), "services_panel_user_unique", user_name="same")

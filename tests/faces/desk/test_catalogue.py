"""The catalogue, orders, customers and services as staff edit them."""

from datetime import timedelta

import pytest
from django.test import Client

from balie.apps.customers.models import Contact, Customer
from balie.apps.services import actions as services
from balie.apps.services.models import Order, PlannedChange, PriceChange, Product, Service
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_customer, new_product, new_service
from tests.faces.portal.building import owner_of

pytestmark = pytest.mark.django_db
PRODUCT = {"code": "web", "name_nl": "Web", "name_en": "Web", "yearly": "120,00", "setup": "25"}
PERSON = {
    "name": "Kaasboer",
    "kind": "business",
    "street": "Kade",
    "house_number": "1",
    "postcode": "8911 AA",
    "city": "Sneek",
    "country": "NL",
    "language": "nl",
}


def _order(customer: Customer) -> Order:
    product = new_product()
    return services.order(
        customer=customer,
        contact=owner_of(customer),
        wanted=[services.Wanted(product=product, term="month", price_cents=1000)],
        form_key=f"form-{product.pk}",
        begin_at_once=False,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )


def test_product_is_added_with_its_price(finance: Client) -> None:
    answer = finance.post("/balie/aanbod/nieuw/", {**PRODUCT, "is_offered": "on"})

    product = Product.objects.get()
    assert answer.headers["Location"] == "/balie/aanbod/web/"
    assert (product.yearly_cents, product.setup_cents) == (12000, 2500)
    assert finance.post("/balie/aanbod/nieuw/", PRODUCT).status_code == 422


def test_agent_looks_and_does_not_edit(agent: Client) -> None:
    product = new_product()

    assert agent.get("/balie/aanbod/").status_code == 200
    assert agent.get(f"/balie/aanbod/{product.code}/").status_code == 404
    assert agent.post("/balie/aanbod/nieuw/", PRODUCT).status_code == 404


def test_price_changes_on_a_day_and_is_announced(finance: Client) -> None:
    product = new_product()
    new_service(new_customer(), product=product)
    values = {"term": "month", "price": "11,00", "valid_from": "2027-01-01", "running_too": "on"}

    assert finance.post(f"/balie/aanbod/{product.code}/prijs/", values).status_code == 302

    assert PriceChange.objects.get().price_cents == 1100
    assert PlannedChange.objects.get().from_on.isoformat() == "2027-01-23"
    again = finance.post(f"/balie/aanbod/{product.code}/prijs/", values)
    past = finance.post(
        f"/balie/aanbod/{product.code}/prijs/", {**values, "valid_from": "2026-01-01"}
    )
    assert (again.status_code, past.status_code) == (422, 422)


def test_option_is_offered_and_withdrawn(finance: Client) -> None:
    product, option = new_product(), new_product()
    address = f"/balie/aanbod/{product.code}/bij/{option.code}/"

    finance.post(address, {"offer": ""})
    assert product.options.get().option == option

    finance.post(address, {"withdraw": ""})
    assert not product.options.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_lists_take_the_same_queries_for_one_and_thirty(
    finance: Client, count: int, django_assert_max_num_queries: object
) -> None:
    customer = new_customer()
    for number in range(count):
        order = _order(customer)
        if number % 2:
            services.refuse(order=order, reason="nee", by=SYSTEM, now=NOW)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert finance.get("/balie/bestellingen/").status_code == 200
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert finance.get("/balie/aanbod/").status_code == 200


def test_order_is_accepted_at_the_desk(agent: Client) -> None:
    order = _order(new_customer())

    agent.post(f"/balie/bestellingen/{order.pk}/aannemen/")
    agent.post(f"/balie/bestellingen/{order.pk}/aannemen/")

    order.refresh_from_db()
    assert order.accepted_at == NOW
    assert Service.objects.count() == 1


def test_order_is_refused_with_a_reason(agent: Client) -> None:
    order = _order(new_customer())

    agent.post(f"/balie/bestellingen/{order.pk}/weigeren/", {"reason": ""})
    order.refresh_from_db()
    assert order.refused_at is None

    agent.post(f"/balie/bestellingen/{order.pk}/weigeren/", {"reason": "naam bezet"})
    order.refresh_from_db()
    assert order.refused_because == "naam bezet"


def test_customer_contact_and_service_are_made_and_changed(agent: Client) -> None:
    product = new_product()
    agent.post("/balie/klanten/nieuw/", PERSON)
    customer = Customer.objects.get(name="Kaasboer")
    base = f"/balie/klanten/{customer.number}"

    agent.post(f"{base}/wijzigen/", {**PERSON, "city": "Bolsward"})
    contact = {"contact_name": "K. Boer", "email": "k@klant.example", "role": "owner"}
    agent.post(f"{base}/contact/", contact)
    service = {
        "product": product.code,
        "term": "month",
        "domain": "kaas.nl",
        "started_on": TODAY.isoformat(),
    }
    agent.post(f"{base}/dienst/", service)

    customer.refresh_from_db()
    assert customer.city == "Bolsward"
    assert Contact.objects.get().name == "K. Boer"
    assert Service.objects.get().domain.name == "kaas.nl"  # type: ignore[union-attr]
    assert agent.post(f"{base}/contact/", contact).status_code == 422


def test_service_is_ended_and_moved_by_finance(finance: Client) -> None:
    old, new = new_customer(), new_customer()
    service = new_service(old)

    finance.post(f"/balie/diensten/{service.pk}/verhuizen/", {"number": new.number})
    service.refresh_from_db()
    assert service.customer == new

    day = TODAY + timedelta(days=3)
    finance.post(f"/balie/diensten/{service.pk}/einde/", {"ends_on": day.isoformat()})
    service.refresh_from_db()
    assert service.ended_on == day
    assert finance.get(f"/balie/diensten/{service.pk}/").status_code == 200


def test_agent_neither_ends_nor_moves(agent: Client) -> None:
    service = new_service(new_customer())

    assert agent.get(f"/balie/diensten/{service.pk}/").status_code == 200
    assert agent.post(f"/balie/diensten/{service.pk}/einde/").status_code == 404
    assert agent.post(f"/balie/diensten/{service.pk}/verhuizen/").status_code == 404

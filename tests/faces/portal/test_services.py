"""Services in the portal: the list, another plan, cancelling, withdrawing, the address, a year."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from balie.apps.billing import actions as billing
from balie.apps.billing.models import CreditNote, Invoice
from balie.apps.customers.models import Customer
from balie.apps.services import actions as services
from balie.apps.services.models import Ending, Service
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, TODAY, new_domain, new_product, new_service
from tests.faces.portal.building import text_of

pytestmark = pytest.mark.django_db
LIST_QUERIES = 9


@pytest.fixture
def hosting(bakery: Customer) -> Service:
    """A yearly service of € 120,00, billed today."""
    product = new_product(yearly_cents=12000)
    service = new_service(bakery, product=product, term="year", domain=new_domain(bakery, "zee.nl"))
    billing.run(today=TODAY, by=SYSTEM, now=NOW)
    return service


def _ordered(bakery: Customer) -> Service:
    Customer.objects.filter(pk=bakery.pk).update(kind="consumer")
    product = new_product(yearly_cents=12000)
    order = services.order(
        customer=bakery,
        contact=None,
        wanted=[services.Wanted(product=product, term="year", price_cents=12000)],
        form_key="form",
        begin_at_once=True,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )
    (service,) = services.accept(order=order, today=TODAY, by=SYSTEM, now=NOW)
    billing.run(today=TODAY, by=SYSTEM, now=NOW)
    return service


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_thirty(
    alice: Client, bakery: Customer, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        new_service(bakery, domain=new_domain(bakery, f"zee{number}.nl"))

    with django_assert_num_queries(LIST_QUERIES):  # type: ignore[operator]
        page = alice.get("/klant/diensten/")

    assert page.content.decode().count("zee") == count


@pytest.mark.parametrize("page", ["", "pakket/", "opzeggen/", "herroepen/"])
def test_service_of_another_customer_is_not_there(
    charlie: Client, hosting: Service, page: str
) -> None:
    assert charlie.get(f"/klant/diensten/{hosting.pk}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["pakket/", "opzeggen/", "herroepen/"])
def test_technical_contact_changes_nothing(bob: Client, hosting: Service, page: str) -> None:
    assert bob.get(f"/klant/diensten/{hosting.pk}/").status_code == 200
    assert bob.get(f"/klant/diensten/{hosting.pk}/{page}").status_code == 404


def test_upgrade_shows_the_cents_and_then_does_it(alice: Client, hosting: Service) -> None:
    plus = new_product(yearly_cents=18000)
    address = f"/klant/diensten/{hosting.pk}/pakket/{plus.code}/"
    with clock.frozen(NOW + timedelta(days=95)):
        page = alice.get(address)
        shown = page.context["shown"]
        assert "€ 44,38" in text_of(page)

        answer = alice.post(address, {"shown": shown})

    assert answer.status_code == 302
    assert CreditNote.objects.get().net_cents == 8877
    assert Invoice.objects.order_by("-pk")[0].net_cents == 13315
    hosting.refresh_from_db()
    assert hosting.product == plus


def test_upgrade_that_was_shown_otherwise_is_shown_again(alice: Client, hosting: Service) -> None:
    plus = new_product(yearly_cents=18000)

    page = alice.post(f"/klant/diensten/{hosting.pk}/pakket/{plus.code}/", {"shown": "old"})

    assert page.status_code == 200
    assert not CreditNote.objects.exists()


def test_cancellation_is_received_and_may_be_taken_back(alice: Client, hosting: Service) -> None:
    address = f"/klant/diensten/{hosting.pk}/opzeggen/"
    shown = alice.get(address).context["shown"]

    alice.post(address, {"shown": shown})
    assert Ending.objects.get().ends_on == TODAY.replace(year=2027)
    assert alice.get(address).status_code == 404

    alice.post(f"/klant/diensten/{hosting.pk}/houden/")
    hosting.refresh_from_db()
    assert hosting.ended_on is None


def test_withdrawal_takes_two_steps_and_gives_a_receipt(alice: Client, bakery: Customer) -> None:
    service = _ordered(bakery)
    assert (
        f"/klant/diensten/{service.pk}/herroepen/"
        in alice.get(f"/klant/diensten/{service.pk}/").content.decode()
    )
    assert alice.get(f"/klant/diensten/{service.pk}/herroepen/").status_code == 200
    assert not Ending.objects.exists()

    receipt = alice.post(f"/klant/diensten/{service.pk}/herroepen/", follow=True)

    assert "ma 23 nov 2026, 10:00" in text_of(receipt)
    assert "€ 145,20" in text_of(receipt)
    assert alice.post(f"/klant/diensten/{service.pk}/herroepen/").status_code == 404


def test_withdrawal_is_not_offered_after_its_last_day(alice: Client, bakery: Customer) -> None:
    service = _ordered(bakery)

    with clock.frozen(NOW + timedelta(days=15)):
        assert alice.get(f"/klant/diensten/{service.pk}/herroepen/").status_code == 404


def test_address_on_invoices_is_changed_and_remembered(alice: Client, bakery: Customer) -> None:
    values = {"street": "Kade", "house_number": "2", "postcode": "8911 AA", "city": "Sneek"}

    answer = alice.post("/klant/facturen/adres/", {**values, "name": "Iemand anders"})

    assert answer.status_code == 302
    bakery.refresh_from_db()
    assert (bakery.street, bakery.city, bakery.name) == ("Kade", "Sneek", "Bakkerij Zeezicht")
    assert AuditEvent.objects.get(event="customer.changed").data["street"] == "Nieuwestad"


def test_technical_contact_sees_no_address(bob: Client) -> None:
    assert bob.get("/klant/facturen/adres/").status_code == 404


@pytest.mark.parametrize(("wanted", "count"), [("zee.nl", 1), ("145,20", 1), ("onzin", 0)])
def test_invoices_are_searched(alice: Client, hosting: Service, wanted: str, count: int) -> None:
    page = alice.get("/klant/facturen/", {"q": wanted})

    assert len(page.context["rows"]) == count


def test_year_of_invoices_is_one_file(alice: Client, charlie: Client, hosting: Service) -> None:
    number = Invoice.objects.get().number

    answer = alice.get("/klant/facturen/jaar/2026/")

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names == [f"{number}.pdf"]
    assert charlie.get("/klant/facturen/jaar/2026/").status_code == 404
    assert alice.get("/klant/facturen/jaar/2025/").status_code == 404

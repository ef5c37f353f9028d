"""Ordering on the public page, up to the mail with user names and the one-use link."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from balie.apps.credentials.first_links import issue_first_link
from balie.apps.customers.models import Contact, Customer, User
from balie.apps.office import ordering
from balie.apps.promises.models import Promise
from balie.apps.services import actions as services
from balie.apps.services.models import Order, PanelAccount, Product, Service
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_customer, new_domain
from tests.faces.portal.building import owner_of, signed_in, text_of

pytestmark = pytest.mark.django_db

PARTY = {
    "kind": "consumer",
    "name": "J. de Vries",
    "email": "jan@klant.example",
    "street": "Kade",
    "house_number": "2",
    "postcode": "8911 AA",
    "city": "Sneek",
    "domain": "www.Kaas.nl",
    "begin_at_once": "on",
    "form_key": "a" * 32,
}


@pytest.fixture(autouse=True)
def _monday_morning(settings: Settings) -> Iterator[None]:
    """It is Monday 23 November 2026, 10:00 in Amsterdam, at the shipped company."""
    settings.BALIE_DEMO = True
    with clock.frozen(NOW):
        yield


@pytest.fixture
def web(db: None) -> Product:
    """Web hosting with a set-up fee, a domain, a panel account, and a back-up as option."""
    product = _product("web", monthly_cents=1000, yearly_cents=12000)
    services.describe_product(
        product=product,
        name_nl="Webhosting Basis",
        name_en="Web hosting Basic",
        setup_cents=2500,
        needs_domain=True,
        includes_domain=True,
        has_panel=True,
        is_offered=True,
        by=SYSTEM,
        now=NOW,
    )
    services.offer_option(
        product=product, option=_product("backup", yearly_cents=2400), by=SYSTEM, now=NOW
    )
    return product


def _product(code: str, *, yearly_cents: int, monthly_cents: int | None = None) -> Product:
    return services.add_product(
        code=code,
        name_nl=code.title(),
        name_en=code.title(),
        monthly_cents=monthly_cents,
        yearly_cents=yearly_cents,
        by=SYSTEM,
        now=NOW,
    )


def _post(client: Client, **values: Any) -> Any:
    address = "/bestellen/web/?termijn=year&optie=backup"
    return client.post(address, {**PARTY, **values})


def test_catalogue_shows_prices_with_vat(client: Client, web: Product) -> None:
    page = text_of(client.get("/bestellen/"))

    assert "€ 145,20" in page
    assert "€ 120,00" in page


def test_form_shows_what_is_to_be_paid_above_the_button(client: Client, web: Product) -> None:
    page = text_of(client.get("/bestellen/web/?termijn=year&optie=backup"))

    assert page.index("€ 204,49") < page.index("Bestelling met betalingsverplichting")


def test_order_waits_for_staff_and_is_confirmed(client: Client, web: Product) -> None:
    assert _post(client).status_code == 302

    order = Order.objects.get()
    assert (order.accepted_at, order.begin_at_once) == (None, True)
    assert [line.product.code for line in order.lines.order_by("position")] == ["web", "backup"]
    assert "Bestelling met betalingsverplichting" in order.agreed_text
    assert OutboxRow.objects.get().kind == "order-received"


def test_one_form_sent_twice_is_one_order(client: Client, web: Product) -> None:
    _post(client)

    assert _post(client).status_code == 302

    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)


def test_accepted_order_mails_user_names_and_a_link_at_once(client: Client, web: Product) -> None:
    _post(client)

    started = ordering.accept_order(order=Order.objects.get(), by=SYSTEM, now=NOW)
    outbox.send_due(now=NOW)

    assert [one.product.code for one in started] == ["web", "backup"]
    assert PanelAccount.objects.get().user_name == "kaas"
    letter: Any = next(one for one in mail.outbox if "klaar voor gebruik" in one.subject)
    words = letter.finished.get_body(("plain",)).get_content()
    assert "jan@klant.example" in words
    assert "Control Panel: kaas" in words
    assert Promise.objects.get().kept_at == NOW
    link = next(word for word in words.split() if "/inloggegevens/nieuw/" in word)
    assert client.get("/" + link.split("/", 3)[3], follow=True).status_code == 200


def test_order_in_somebodys_name_leaves_the_link_he_got_as_it_is(
    client: Client, web: Product
) -> None:
    first, _ = issue_first_link(user=_ordered(client), language="nl", by=SYSTEM, now=NOW)

    again, promise = issue_first_link(
        user=first.user, language="nl", by=SYSTEM, now=NOW + timedelta(hours=11)
    )
    later, _ = issue_first_link(
        user=first.user, language="nl", by=SYSTEM, now=NOW + timedelta(hours=13)
    )

    assert (again.pk, promise.pk != first.promise_id) == (first.pk, True)
    first.refresh_from_db()
    assert later.pk != first.pk
    assert first.voided_at == NOW + timedelta(hours=13)


def test_link_to_an_address_that_is_no_longer_his_is_not_mailed_again(
    client: Client, web: Product
) -> None:
    first, _ = issue_first_link(user=_ordered(client), language="nl", by=SYSTEM, now=NOW)
    User.objects.filter(pk=first.user_id).update(email_changed_at=NOW + timedelta(minutes=1))
    user = User.objects.get(pk=first.user_id)

    again, _ = issue_first_link(user=user, language="nl", by=SYSTEM, now=NOW + timedelta(minutes=2))

    first.refresh_from_db()
    assert (again.pk != first.pk, first.voided_at) == (True, NOW + timedelta(minutes=2))


def _ordered(client: Client) -> User:
    _post(client)
    return Contact.objects.get().user


def test_order_is_accepted_once(client: Client, web: Product) -> None:
    _post(client)
    order = Order.objects.get()
    ordering.accept_order(order=order, by=SYSTEM, now=NOW)

    with pytest.raises(services.UnableToAccept):
        ordering.accept_order(order=order, by=SYSTEM, now=NOW)
    with pytest.raises(services.UnableToAccept):
        ordering.refuse_order(order=order, reason="toch niet", by=SYSTEM, now=NOW)

    assert Service.objects.count() == 2


def test_domain_of_another_customer_is_not_taken(client: Client, web: Product) -> None:
    new_domain(new_customer(), "kaas.nl")
    _post(client)

    with pytest.raises(services.UnableToAccept):
        ordering.accept_order(order=Order.objects.get(), by=SYSTEM, now=NOW)

    assert not Service.objects.exists()
    assert Order.objects.get().accepted_at is None


def test_customer_who_is_signed_in_says_no_more_than_needed(web: Product) -> None:
    customer = new_customer()
    client = signed_in(owner_of(customer))

    page = client.post("/bestellen/web/?termijn=year", {"form_key": "b" * 32, "domain": "kaas.nl"})

    assert page.status_code == 302
    assert Order.objects.get().customer == customer
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("domain", "kaas"), ("email", "jan"), ("kind", "alien"), ("name", ""), ("domain", "-a.nl")],
)
def test_order_with_a_fault_is_not_taken(
    client: Client, web: Product, field: str, value: str
) -> None:
    page = _post(client, **{field: value})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Order.objects.exists()


def test_price_is_never_taken_from_the_form(client: Client, web: Product) -> None:
    _post(client, price_cents="1", setup_cents="0", customer_id="1")

    assert [one.price_cents for one in Order.objects.get().lines.order_by("position")] == [
        12000,
        2400,
    ]


def test_fourth_waiting_order_of_an_address_is_refused(client: Client, web: Product) -> None:
    for number in range(3):
        assert (
            _post(client, form_key=f"{number}" * 32, domain=f"kaas{number}.nl").status_code == 302
        )

    assert _post(client, form_key="z" * 32).status_code == 422

    assert Order.objects.count() == 3
    assert Contact.objects.count() == 1


def test_product_that_is_not_offered_is_not_there(client: Client, web: Product) -> None:
    Product.objects.update(is_offered=False)

    assert client.get("/bestellen/web/").status_code == 404

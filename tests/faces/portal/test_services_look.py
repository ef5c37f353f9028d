"""The pages of ordering and of services in a real browser: accessible on phone and screen."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.billing import actions as billing
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Customer
from balie.apps.office import service_life
from balie.apps.services import actions as services
from balie.apps.services.models import Product, Service
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_customer, new_product
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import owner_of
from tests.support.browser import Visit
from tests.support.looks import in_both_widths_and_colours
from tests.support.signing_in import let_in

OpenVisit = Callable[..., AbstractContextManager[Visit]]
PASSWORD = "paard batterij nietje juist"
PICTURES = os.environ.get("PICTURES_TO", "")


def _world() -> tuple[Customer, dict[str, list[str]]]:
    """A consumer with a service he may still withdraw from, one that ends, an order to decide."""
    customer = new_customer(name="J. de Vries")
    Customer.objects.filter(pk=customer.pk).update(kind="consumer")
    customer.refresh_from_db()
    customers.set_password(user=owner_of(customer).user, password=PASSWORD, by=SYSTEM, now=NOW)
    basic, plus = new_product(), new_product(monthly_cents=2500, yearly_cents=30000)
    running, ending, withdrawn = (_order(customer, f"kaas{n}.nl", basic.code) for n in range(3))
    billing.run(today=TODAY, by=SYSTEM, now=NOW)
    way = service_life.way_out(_read(ending), now=NOW)
    service_life.cancel(service=_read(ending), shown=way, by=SYSTEM, now=NOW)
    service_life.withdraw(service=_read(withdrawn), by=SYSTEM, now=NOW)
    _order(new_customer(), "nieuw.nl", plus.code, accepted=False)
    own = f"/klant/diensten/{running.pk}/"
    portal = ["/klant/diensten/", own, f"{own}pakket/", f"{own}pakket/{plus.code}/"]
    portal += [f"{own}opzeggen/", f"{own}herroepen/", f"/klant/diensten/{ending.pk}/"]
    portal += [f"/klant/diensten/{withdrawn.pk}/herroepen/bewijs/", "/klant/facturen/"]
    portal += ["/klant/facturen/adres/"]
    desk = ["/balie/bestellingen/", "/balie/aanbod/", f"/balie/aanbod/{basic.code}/"]
    desk += ["/balie/aanbod/nieuw/", f"/balie/diensten/{running.pk}/", "/balie/klanten/nieuw/"]
    desk += [f"/balie/klanten/{customer.number}/{page}/" for page in ("contact", "dienst")]
    public = ["/bestellen/", f"/bestellen/{basic.code}/", "/bestellen/gedaan/"]
    return customer, {"portal": portal, "desk": desk, "public": public}


def _order(customer: Customer, domain: str, code: str, *, accepted: bool = True) -> Service:
    product = Product.objects.get(code=code)
    order = services.order(
        customer=customer,
        contact=owner_of(customer),
        wanted=[
            services.Wanted(product=product, term="year", price_cents=12000, domain_name=domain)
        ],
        form_key=domain,
        begin_at_once=True,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )
    if not accepted:
        return Service()
    (service,) = services.accept(order=order, today=TODAY, by=SYSTEM, now=NOW)
    return service


def _read(service: Service) -> Service:
    return Service.objects.select_related("product", "customer", "order", "domain").get(
        pk=service.pk
    )


def _look(visitor: Visit, addresses: list[str], name: str) -> None:
    for number, address in enumerate(addresses):
        visitor.page.goto(address)
        for more in visitor.page.locator("main summary").all():
            more.press("Enter")
        if PICTURES:
            visitor.page.screenshot(path=f"{PICTURES}/{name}-{number}.png", full_page=True)
        visitor.assert_accessible()
        visitor.assert_fits()


def _sign_in(visitor: Visit, who: str, then: str) -> None:
    page = visitor.page
    page.goto(f"/inloggen/?next={then}")
    page.get_by_label("E-mailadres of klantnummer").fill(who)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).press("Enter")
    page.wait_for_url(f"**{then}")


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
@in_both_widths_and_colours
def test_every_page_of_services_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool
) -> None:
    customer, addresses = _world()
    employee = new_employee("finance")
    name = f"{width}{'d' if dark else 'l'}"
    with visit(width=width, dark=dark) as visitor:
        _look(visitor, addresses["public"], f"public-{name}")
        _sign_in(visitor, customer.number, "/klant/")
        _look(visitor, addresses["portal"], f"portal-{name}")
    with visit(width=width, dark=dark) as visitor:
        let_in(visitor, employee.user)
        _look(visitor, addresses["desk"], f"desk-{name}")

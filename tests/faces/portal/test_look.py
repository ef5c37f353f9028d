"""The portal in a real browser: accessible on phone and screen, by day and night; its budgets."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Customer
from balie.apps.tickets import actions as tickets
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_account, new_customer, new_domain, new_service
from tests.faces.desk.building import (
    announced,
    at_the_bank,
    came_back,
    collected,
    new_employee,
)
from tests.faces.portal.building import asked_by, owner_of
from tests.support import signing_in
from tests.support.browser import Visit
from tests.support.looks import in_both_widths_and_colours

OpenVisit = Callable[..., AbstractContextManager[Visit]]
KILOBYTE = 1000
LOADED = re.compile(r'(?:href|src)="(/static/[^"#]+)')
PASSWORD = "paard batterij nietje juist"


def bakery_in_trouble(frozen: FrozenClock) -> tuple[Customer, list[str]]:
    """A customer with all there can be: settled, failed, announced, asked, answered, too late."""
    new_account()
    customer = new_customer(name="Bakkerij Zeezicht")
    new_service(customer, domain=new_domain(customer, "zeezicht.nl"))
    owner = owner_of(customer)
    customers.set_password(user=owner.user, password=PASSWORD, by=SYSTEM, now=NOW)
    failed, debit = announced(customer)
    at_the_bank(debit)
    collected(debit)
    came_back(debit, opening=debit.amount_cents)
    other = new_customer(name="Camping De Eik")
    other.roles.create(contact=owner, role="owner", since_at=NOW)
    answered = asked_by(owner, customer, subject="Een vraag met-een-heel-lang-woord-zonder-spaties")
    tickets.answer(ticket=answered.ticket, body="Gelukt.", employee=new_employee(), now=NOW)
    asked_by(owner, customer)
    frozen.move_to(NOW)
    return customer, [
        "/klant/",
        "/klant/facturen/",
        reverse("portal:invoice", args=[failed.number]),
        "/klant/vragen/",
        reverse("portal:question", args=[answered.ticket.number]),
        "/klant/vraag/",
        "/klant/machtiging/",
        "/klant/machtiging/geven/",
        "/klant/machtiging/intrekken/",
    ]


def sign_in(visitor: Visit, customer: Customer) -> None:
    page = visitor.page
    page.goto("/inloggen/?next=/klant/")
    page.get_by_label("E-mailadres of klantnummer").fill(customer.number)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).press("Enter")
    page.wait_for_url("**/klant/")


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
@in_both_widths_and_colours
def test_every_page_of_the_portal_is_accessible_and_fits(
    visit: OpenVisit, frozen: FrozenClock, *, width: int, dark: bool
) -> None:
    customer, addresses = bakery_in_trouble(frozen)
    with visit(width=width, dark=dark) as visitor:
        sign_in(visitor, customer)
        for address in addresses:
            visitor.page.goto(address)
            for more in visitor.page.locator("main summary").all():
                more.press("Enter")
            visitor.assert_accessible()
            visitor.assert_fits()


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_form_with_errors_is_accessible_and_has_the_focus_on_them(
    visit: OpenVisit, frozen: FrozenClock
) -> None:
    customer, _addresses = bakery_in_trouble(frozen)
    with visit() as visitor:
        visitor.expected = (422,)
        sign_in(visitor, customer)
        page = visitor.page
        page.goto("/klant/machtiging/geven/")
        page.get_by_label("Uw rekeningnummer (IBAN)").fill("NL91ABNA0417164301")
        page.get_by_role("button", name="Bevestig de machtiging").press("Enter")
        page.wait_for_selector("[role=alert]")

        # The script moves the focus when the page has loaded, which may be a moment later.
        page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")
        visitor.assert_accessible()
        visitor.assert_fits()


@pytest.mark.django_db
def test_first_view_of_home_keeps_its_budgets(alice: Client, frozen: FrozenClock) -> None:
    customer, _addresses = bakery_in_trouble(frozen)
    signing_in.sign_in(alice, owner_of(customer).user)
    page = alice.get("/klant/")
    names = {name for name in LOADED.findall(page.content.decode()) if "favicon" not in name}

    sizes = {
        name: len(b"".join(alice.get(name, headers={"accept-encoding": "gzip"})))
        for name in ["/klant/", *names]
    }

    assert {name.rpartition("/")[2] for name in names} == {
        "tokens.css",
        "base.css",
        "parts.css",
        "portal.css",
        "balie.js",
        "icons.svg",
        "public-sans-latin.woff2",
    }
    assert sizes["/klant/"] <= 30 * KILOBYTE
    assert sum(size for name, size in sizes.items() if name.endswith(".css")) <= 20 * KILOBYTE
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 30 * KILOBYTE
    assert sum(sizes.values()) <= 60 * KILOBYTE

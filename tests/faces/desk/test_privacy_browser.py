"""The pages of trail and privacy in a real browser: accessible and fitting, by day and night."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.office.privacy import retention
from tests.apps.building import NOW, new_customer, new_invoice, new_mandate
from tests.faces.desk.building import asked, contact_of, new_employee
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@pytest.mark.slow
@in_every_look
def test_pages_for_admins_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    customer, free = new_customer(name="Bakkerij Zeezicht"), new_customer()
    new_mandate(customer)
    new_invoice(customer)
    asked(customer)
    retention.nightly(now=NOW)
    admin = new_employee("admin")
    addresses = [
        "/balie/spoor/",
        f"/balie/spoor/?over={customer.number}&door=1",
        "/balie/privacy/",
        f"/balie/privacy/wissen/{contact_of(customer).pk}/",
        f"/balie/privacy/wissen/{contact_of(free).pk}/",
    ]
    with at_the_desk(visit, admin, width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in addresses:
            visitor.page.goto(address)
            assert visitor.page.url.endswith(address)
            visitor.assert_accessible()
            visitor.assert_fits()

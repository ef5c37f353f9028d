"""The telephone at the desk in a real browser: accessible, fitting, and one key away."""

import pytest

from balie.apps.tickets import actions
from balie.apps.tickets.models import Call, Ticket
from balie.infra import clock
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.calling import MINUTE, answered, event, missed, report
from tests.faces.desk.building import new_employee
from tests.faces.desk.test_browser import OpenVisit, at_the_desk
from tests.support.browser import SCREEN
from tests.support.looks import in_both_widths_and_colours

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


def busy_line() -> None:
    """A caller of whom we may know the name, one who was missed, and one who was answered."""
    contact = new_contact(new_customer(name="Bakkerij Zeezicht", with_contact=False))
    contact.phone = "050-7009920"
    contact.save()
    report(missed(at=NOW - 20 * MINUTE, call="gemist"))
    report(answered(at=NOW - 50 * MINUTE, call="beantwoord", choice="1"))
    actions.settle_calls(now=NOW - 5 * MINUTE)
    report([event("started", NOW - MINUTE, call="nu")])


@in_both_widths_and_colours
def test_every_page_of_the_phone_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool
) -> None:
    busy_line()
    ticket, ringing = Ticket.objects.get(), Call.objects.get(call_id="nu")
    with at_the_desk(visit, new_employee("agent"), width=width, dark=dark) as visitor:
        for language in ("en", "nl"):
            visitor.page.goto(f"/taal/{language}/")
            for address in (
                "/balie/telefoon/",
                "/balie/telefoon/nieuw/",
                f"/balie/telefoon/nieuw/?gesprek={ringing.pk}",
                "/balie/telefoon/cijfers/",
                f"/balie/vragen/{ticket.number}/",
            ):
                visitor.page.goto(address)
                visitor.assert_accessible()
                visitor.assert_fits()


def test_one_key_opens_the_form_and_a_call_shows_up_by_itself(visit: OpenVisit) -> None:
    with at_the_desk(visit, new_employee("agent"), width=SCREEN) as visitor:
        page = visitor.page
        page.goto("/balie/telefoon/")
        assert page.locator("[data-ringing]").inner_text() == ""
        report([event("started", clock.now(), call="nu")], now=clock.now())
        page.locator("[data-ringing]").get_by_text("belt nu").wait_for(timeout=9000)

        page.goto("/balie/vragen/")
        page.keyboard.press("c")
        page.wait_for_url("**/telefoon/nieuw/")

        assert page.get_by_role("heading", level=1).inner_text() == "Gesprek opschrijven"

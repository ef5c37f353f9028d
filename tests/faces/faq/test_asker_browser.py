"""The pages behind the links in our mails, in a real browser and by one press of a button."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest

from balie.apps.tickets import queries
from balie.apps.tickets.models import AskerConfirmation, Satisfaction, Ticket
from balie.infra import clock
from tests.apps.tickets.asking import answer, ask, send
from tests.support.browser import PHONE, Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


def links() -> tuple[str, str]:
    """What stands in the mails of a question that was answered: to confirm, and not happy."""
    now = clock.now()
    ticket = ask(now).ticket
    send(now)
    confirmation = queries.confirmation_address(AskerConfirmation.objects.get().nonce)
    unhappy = queries.satisfaction_address(answer(ticket, now), is_happy=False)
    return urlsplit(confirmation).path, urlsplit(unhappy).path


@in_every_look
def test_pages_behind_links_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    found = links()
    with visit(width=width, dark=dark, language=language) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in found:
            for press in (False, True):
                visitor.page.goto(address)
                if press:
                    visitor.page.locator("main .button").click()
                assert visitor.page.locator("html").get_attribute("lang") == language
                visitor.assert_accessible()
                visitor.assert_fits()


def test_one_press_is_enough(visit: OpenVisit) -> None:
    confirm, unhappy = links()
    with visit(width=PHONE) as visitor:
        visitor.page.goto(confirm)
        visitor.page.get_by_role("button", name="Ja, dit is mijn adres").click()
        visitor.page.get_by_role("heading", name="Dank u wel").wait_for()
        visitor.page.goto(unhappy)
        visitor.page.get_by_role("button", name="Versturen").click()
        visitor.page.get_by_role("heading", name="Bedankt voor uw oordeel").wait_for()

    assert Ticket.objects.get().asker_confirmed
    assert not Satisfaction.objects.get().is_happy

"""Answers while one types a question: by keyboard, said to a screen reader, counted once."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.tickets.models import AnswerVisit
from tests.support.browser import Visit
from tests.support.looks import in_both_widths_and_colours

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@in_both_widths_and_colours
def test_answers_show_while_one_types_and_are_read_by_keyboard(
    visit: OpenVisit, *, width: int, dark: bool
) -> None:
    with visit(width=width, dark=dark) as visitor:
        page = visitor.page
        page.goto("/vraag/")
        said = page.locator("[data-fitting-said]")
        assert said.get_attribute("aria-live") == "polite"
        page.get_by_label("Uw vraag").fill("Ik ben mijn wachtwoorden vergeten")
        page.locator("details[data-fits]").first.wait_for()

        assert said.inner_text().startswith("Misschien")
        summary = page.locator("details[data-fits='inloggegevens-kwijt'] summary")
        with page.expect_response("**/open/"):
            summary.focus()
            page.keyboard.press("Enter")
        visitor.assert_accessible()
        visitor.assert_fits()
        with page.expect_response("**/hielp/"):
            page.get_by_role("button", name="Dit helpt mij").press("Enter")
        assert said.inner_text() == "Fijn. Dan hoeft u niets te versturen."

    found = AnswerVisit.objects.get()
    assert (found.anchor, found.helped_at is None) == ("inloggegevens-kwijt", False)


def test_form_without_script_asks_as_it_did(visit: OpenVisit) -> None:
    with visit() as visitor:
        page = visitor.page
        page.route("**/asking.js", lambda route: route.fulfill(body=""))
        page.goto("/vraag/")
        page.get_by_label("Uw naam").fill("J. Bakker")
        page.get_by_label("Uw e-mailadres").fill("j@klant.example")
        page.get_by_label("Uw vraag").fill("Ik ben mijn wachtwoorden vergeten")
        page.get_by_role("button", name="Verstuur de vraag").press("Enter")
        page.wait_for_url("**/gesteld/**")

    assert AnswerVisit.objects.count() == 0

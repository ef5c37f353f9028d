"""What our mails say, in a real browser: every part reads, the mail in its frame has its look."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.infra import mail_texts
from tests.faces.desk.building import new_employee
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import SCREEN, Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@in_every_look
def test_pages_of_mails_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    with at_the_desk(visit, new_employee("admin"), width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in ("", "promise-broken/nl/", "invoice-issued/en/"):
            visitor.page.goto(f"/balie/mails/{address}")
            assert visitor.page.locator("html").get_attribute("lang") == language
            visitor.assert_accessible()
            visitor.assert_fits()


def test_text_is_written_previewed_and_kept(visit: OpenVisit) -> None:
    with at_the_desk(visit, new_employee("admin"), width=SCREEN) as visitor:
        page = visitor.page
        page.goto("/balie/mails/promise-broken/nl/")
        page.get_by_label("Onderwerp").fill("Wij zijn te laat, {naam}")
        page.get_by_role("button", name="Voorbeeld").click()
        frame = page.frame_locator("iframe").first
        heading = page.locator("dd[lang=nl]").inner_text()
        painted = frame.locator("main").evaluate("main => getComputedStyle(main).maxWidth")
        page.get_by_role("button", name="Bewaren en voortaan versturen").click()
        page.wait_for_url("**/balie/mails/promise-broken/nl/")

    assert heading == "Wij zijn te laat, J. Bakker"
    # Its own style was allowed, and 36 rem of it is what the mail says.
    assert painted == "576px"
    assert mail_texts.in_force("promise-broken", language="nl").subject.startswith("Wij zijn te")

"""Mail that came in, in a real browser: accessible, and nothing of a mail runs or is fetched."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from balie.apps.tickets.models import InboundMail, MailFolder
from balie.apps.tickets.references import reference_of
from tests.apps.building import NOW
from tests.apps.tickets.asking import ask
from tests.apps.tickets.mailing import mail, receive
from tests.faces.desk.building import new_employee
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import SCREEN, Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

HTML = (
    b"From: Bakkerij <a@klant.example>\r\nSubject: Opmaak\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b'<h1>Hallo</h1><p style="color:#005">Zie <b>onder</b></p>'
    b'<script>parent.document.title = "gekraakt"</script>'
    b'<img src="https://spion.example/pixel.gif" onerror="alert(1)">'
)


def some_mail() -> tuple[str, InboundMail, InboundMail]:
    """A ticket with a reply, a mail in quarantine, one with a layout, and a mailbox that fails."""
    ticket = ask(NOW - timedelta(hours=1)).ticket
    body = "Ja graag.\n\nOp ma 23 nov 2026 om 09:00 schreef De Linde:\n> Wilt u dat?\n> Groet\n"
    receive(mail(subject=f"Re: {reference_of(ticket)}", body=body), NOW)
    receive(
        mail(
            subject=f"Afwezig: {reference_of(ticket)}", headers={"Auto-Submitted": "auto-replied"}
        ),
        NOW,
    )
    parked = receive(
        mail(
            sender="Winkel met een lange naam <no-reply@winkel.example>",
            subject="Bevestig uw adres",
        ),
        NOW,
    )
    MailFolder.objects.create(
        name="helpdesk@imap.delinde.example/INBOX",
        failing_since=NOW - timedelta(hours=1),
        last_error="imap.delinde.example:993: TimeoutError: timed out",
    )
    return ticket.number, parked, receive(HTML, NOW)


@in_every_look
def test_pages_of_mail_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    number, parked, laid_out = some_mail()

    with at_the_desk(visit, new_employee("agent"), width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for page in (
            "/balie/post/",
            f"/balie/post/{parked.pk}/",
            f"/balie/post/{laid_out.pk}/",
            f"/balie/vragen/{number}/",
        ):
            visitor.page.goto(page)
            visitor.assert_fits()
            visitor.assert_accessible()


def test_layout_of_a_mail_runs_nothing_and_asks_nobody(visit: OpenVisit) -> None:
    _, _, laid_out = some_mail()

    with at_the_desk(visit, new_employee("agent"), width=SCREEN) as visitor:
        visitor.page.goto(f"/balie/post/{laid_out.pk}/")
        frame = visitor.page.frame_locator("iframe")
        frame.locator("h1").wait_for()

        assert frame.locator("h1").inner_text() == "Hallo"
        assert "gekraakt" not in visitor.page.title()


def test_quoted_text_unfolds(visit: OpenVisit) -> None:
    number, _, _ = some_mail()

    with at_the_desk(visit, new_employee("agent"), width=SCREEN) as visitor:
        visitor.page.goto(f"/balie/vragen/{number}/")
        quoted = visitor.page.get_by_text("Wilt u dat?")
        assert not quoted.is_visible()

        visitor.page.get_by_text("Aangehaalde tekst").click()

        assert quoted.is_visible()

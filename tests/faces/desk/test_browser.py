"""The desk in a real browser: every page accessible, and worked in by keyboard alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Page

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Draft, Message, Question, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import announced, asked, minutes_ago, new_employee, small_company
from tests.support.browser import PHONE, SCREEN, Visit
from tests.support.looks import in_every_look
from tests.support.signing_in import let_in

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

FOCUSED = "document.activeElement.{}"


@contextmanager
def at_the_desk(
    visit: OpenVisit, employee: Employee, *, width: int = PHONE, dark: bool = False
) -> Iterator[Visit]:
    """The employee's browser, signed in."""
    with visit(width=width, dark=dark) as visitor:
        let_in(visitor, employee.user)
        yield visitor


def tied_ticket() -> Ticket:
    """A question with another one merged into it, a link, labels, and a colleague who types."""
    ticket, other, related = (asked(email="a@klant.example").ticket for _ in range(3))
    tickets.merge(ticket=other, into=ticket, knowingly=True, by=SYSTEM, now=NOW)
    tickets.link(ticket=ticket, other=related, by=SYSTEM, now=NOW)
    tickets.add_tag(ticket=ticket, name="wordpress", by=SYSTEM, now=NOW)
    tickets.be_present(ticket=ticket, employee=new_employee(), is_typing=True, now=NOW)
    save_reply("dns")
    return ticket


def save_reply(name: str) -> None:
    tickets.save_reply(
        reply=None, name=name, body_nl="Beste {naam}, even geduld.", body_en="", by=SYSTEM, now=NOW
    )


def focused(page: Page, what: str = "id") -> object:
    return page.evaluate(FOCUSED.format(what))


@in_every_look
def test_every_page_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    world = small_company()
    customer = world.invoice.customer
    _invoice, waiting = announced(new_customer())
    stranger = asked(at=minutes_ago(50 * 60)).ticket
    tied = tied_ticket()
    pages = [
        "",
        "vragen/",
        "vragen/?staat=closed",
        f"vragen/{world.ticket.number}/",
        f"vragen/{world.dispute.number}/",
        f"vragen/{stranger.number}/",
        f"vragen/{tied.number}/",
        f"vragen/{tied.number}/?splitsen=1",
        "zoeken/",
        "zoeken/?q=traag",
        "zoeken/?q=bestaatniet",
        "standaardantwoorden/",
        "klanten/",
        "klanten/?q=bestaatniet",
        f"klanten/{customer.number}/",
        "facturen/",
        f"facturen/{world.invoice.number}/",
        "bank/",
        "bank/te-plaatsen/",
        "incasso/",
        "incasso/mislukt/",
        f"incasso/aangekondigd/{waiting.collection_date.isoformat()}/",
        f"incasso/{world.batch.message_id}/",
        "beloften/",
        "artikelen/",
        "artikelen/bellen/nl/",
        "artikelen/bellen/en/",
    ]

    with at_the_desk(visit, new_employee("finance"), width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in pages:
            answer = visitor.page.goto(f"/balie/{address}")
            assert answer is not None
            assert answer.status == 200, address
            assert visitor.page.url.endswith(f"/balie/{address}")
            assert visitor.page.locator("html").get_attribute("lang") == language
            visitor.assert_accessible()
            visitor.assert_fits()


def test_question_is_answered_by_keyboard_alone(visit: OpenVisit) -> None:
    asked(new_customer(), at=minutes_ago(5), subject="Als tweede")
    question = asked(new_customer(), at=minutes_ago(25 * 60), subject="Als eerste")

    with at_the_desk(visit, new_employee()) as visitor:
        page = visitor.page
        page.goto("/balie/")
        page.keyboard.press("j")
        assert focused(page, "textContent") == "Als eerste"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/vragen/{question.ticket.number}/")
        page.keyboard.press("r")
        assert focused(page) == "answer_body"
        page.keyboard.type("Het werkt weer; r en j zijn hier gewone letters.")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Uw antwoord is onderweg.").wait_for()
        assert page.url.endswith("/balie/vragen/")
        visitor.assert_accessible()

    outbox.send_due(now=NOW)
    found = Question.objects.select_related("answer", "promise", "ticket").get(pk=question.pk)
    assert found.answer is not None
    assert found.answer.body == "Het werkt weer; r en j zijn hier gewone letters."
    assert found.ticket.closed_at == NOW
    assert found.promise.kept_at == NOW


def test_keys_walk_open_and_list_themselves(visit: OpenVisit) -> None:
    ticket = asked(new_customer(name="Bakkerij Zeezicht"), subject="Eerste").ticket
    asked(new_customer(), subject="Tweede")

    with at_the_desk(visit, new_employee(), width=SCREEN) as visitor:
        page = visitor.page
        page.goto(f"/balie/vragen/{ticket.number}/")
        page.keyboard.press("j")
        assert "Tweede" in str(focused(page, "textContent"))
        page.keyboard.press("k")
        assert "Eerste" in str(focused(page, "textContent"))
        page.keyboard.press("n")
        assert focused(page) == "note_body"
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        assert focused(page) == "id_employee"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        visitor.assert_accessible()
        page.keyboard.press("Escape")
        assert not page.locator("#keys").is_visible()
        page.keyboard.press("e")
        page.get_by_text("Er wacht nog iemand op antwoord.").wait_for()
        page.wait_for_load_state("load")
        page.keyboard.press("/")
        assert focused(page) == "desk-search"
        page.keyboard.type("zeezicht")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Bakkerij Zeezicht").wait_for()


def test_queue_beside_a_ticket_shows_where_one_is(visit: OpenVisit) -> None:
    tickets = [asked(at=minutes_ago(60 - index)).ticket for index in range(25)]

    with at_the_desk(visit, new_employee(), width=SCREEN) as visitor:
        visitor.page.goto(f"/balie/vragen/{tickets[-1].number}/")
        row, queue = (
            visitor.page.locator(selector).bounding_box()
            for selector in (".queue [aria-current]", ".bench-queue")
        )
        assert visitor.page.evaluate("scrollY") == 0

    assert row is not None
    assert queue is not None
    assert queue["y"] <= row["y"] < row["y"] + row["height"] <= queue["y"] + queue["height"]


def test_money_is_placed_by_keyboard_alone(visit: OpenVisit) -> None:
    world = small_company()

    with at_the_desk(visit, new_employee("finance")) as visitor:
        page = visitor.page
        page.goto("/balie/bank/te-plaatsen/")
        page.get_by_label("Factuurnummers").focus()
        page.keyboard.type(world.invoice.number)
        page.keyboard.press("Enter")
        page.get_by_text(f"Geplaatst op {world.invoice.number}.").wait_for()
        visitor.assert_accessible()

    world.invoice.refresh_from_db()
    assert world.invoice.open_cents == 1210 - 777


def test_draft_survives_a_closed_tab_and_an_ended_session(visit: OpenVisit) -> None:
    ticket = asked(new_customer()).ticket
    address = f"/balie/vragen/{ticket.number}/"
    employee = new_employee()

    with at_the_desk(visit, employee) as visitor:
        page = visitor.page
        body = page.locator("#answer_body")
        page.goto(address)
        body.press_sequentially("Een lang en doordacht antwoord")
        page.goto("/balie/")
        page.goto(address)
        assert body.input_value() == "Een lang en doordacht antwoord"

        page.context.clear_cookies()
        let_in(visitor, employee.user)
        page.goto(address)
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.get_by_role("button", name="Antwoord versturen").click()
        page.wait_for_url("**/inloggen/**")
        let_in(visitor, employee.user)
        page.goto(address)
        assert body.input_value() == "Een lang en doordacht antwoord"

        page.get_by_role("button", name="Antwoord versturen").click()
        page.get_by_text("Uw antwoord is onderweg.").wait_for()
        assert body.input_value() == ""
        page.goto(address)
        assert body.input_value() == ""

    assert Message.objects.get(kind="answer").body == "Een lang en doordacht antwoord"


def test_error_of_a_form_takes_the_focus(visit: OpenVisit) -> None:
    ticket = asked(new_customer()).ticket

    with at_the_desk(visit, new_employee()) as visitor:
        visitor.expected = (422,)
        page = visitor.page
        page.goto(f"/balie/vragen/{ticket.number}/")
        page.get_by_role("button", name="Antwoord versturen").click()
        page.locator(".error-summary:focus").wait_for()
        visitor.assert_accessible()
        visitor.assert_fits()


def test_reply_draft_and_second_thoughts_by_keyboard_alone(visit: OpenVisit) -> None:
    save_reply("dns")
    ticket = asked(new_customer(name="Bakkerij Zeezicht")).ticket
    employee = new_employee()
    said = f"Beste {ticket.asker_name}, even geduld."

    with at_the_desk(visit, employee, width=SCREEN) as visitor:
        page = visitor.page
        page.goto(f"/balie/vragen/{ticket.number}/")
        page.keyboard.press(";")
        page.keyboard.type("dn")
        page.locator("#reply-0").wait_for()
        visitor.assert_accessible()
        with page.expect_response(lambda got: "even+geduld" in (got.request.post_data or "")):
            page.keyboard.press("Enter")
        page.get_by_text("Concept bewaard").wait_for()
        assert Draft.objects.get().body == said
    with at_the_desk(visit, employee, width=SCREEN) as visitor:
        page = visitor.page
        page.goto(f"/balie/vragen/{ticket.number}/")
        assert page.locator("#answer_body").input_value() == said
        page.get_by_role("button", name="Antwoord versturen").press("Enter")
        page.get_by_text("vertrekt over enkele seconden").wait_for()
        visitor.assert_accessible()
        page.keyboard.press("u")
        page.get_by_text("Teruggehaald.").wait_for()
        assert page.locator("#answer_body").input_value() == said

    assert Message.objects.get(kind="unsent").body == said
    assert not Message.objects.filter(kind="answer").exists()


def test_colleague_who_begins_to_type_appears_by_himself(visit: OpenVisit) -> None:
    ticket = asked(new_customer()).ticket
    mine, other = new_employee(), new_employee(name="Joris Feenstra")

    with (
        at_the_desk(visit, mine, width=SCREEN) as one,
        at_the_desk(visit, other, width=SCREEN) as another,
    ):
        one.page.goto(f"/balie/vragen/{ticket.number}/")
        another.page.goto(f"/balie/vragen/{ticket.number}/")
        another.page.keyboard.press("r")
        another.page.keyboard.type("Ik ben bezig")
        one.page.get_by_text("Joris Feenstra typt een antwoord.").wait_for()

"""The bank's pages in a real browser: accessible, on a phone too, and worked in by keyboard."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.banking import actions
from balie.apps.banking import queries as banking
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.office.models import FolderFault
from balie.infra.audit import SYSTEM
from tests.apps.banking.announcing import notification
from tests.apps.building import NOW, Entry, camt, days_ago, new_account, new_invoice
from tests.faces.desk.building import new_employee, take_in
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import PHONE, SCREEN, Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

STRANGER = "NL20INGB0001234567"
BANK = "/balie/bank/"
WORK_LIST = "/balie/bank/te-plaatsen/"


def busy_bank() -> list[str]:
    """Something on every part of the bank's pages; their addresses."""
    new_account(opening=100_000)
    new_account(iban=STRANGER, opening=-2_500)
    new_invoice()
    costs = Entry(cents=-4_235, name="Stroombedrijf", iban="NL39RABO0300065264", text="Stroom nov")
    placed = Entry(cents=-300, name="Bank", iban="", text="Kosten oktober")
    rent = Entry(cents=1_210, name="Café De Kroon", text="hosting, zie mijn brief", reference="R1")
    take_in(camt(costs, placed, rent, opening=100_000, number="7", on=days_ago(3)))
    more = Entry(cents=1_310, name="Café De Kroon", text="hosting", reference="R1")
    new = Entry(cents=500, name="J. Bakker", text="nieuw", reference="R9")
    take_in(camt(costs, more, new, opening=100_000, number="7", on=days_ago(3)))
    take_in(camt(Entry(cents=99), opening=7_777, number="12", on=days_ago(1)))
    take_in(camt(Entry(cents=99), opening=5_555, number="9", iban=STRANGER))
    take_in(notification(Entry(cents=4_200, on=days_ago(3), reference="N1", text="vooraf")))
    take_in(b"geen afschrift")
    FolderFault.objects.create(
        name="jaaroverzicht.xml", code="too_large", values={"megabytes": "300"}, since_at=NOW
    )
    waiting = camt(opening=1, number="99")
    actions.receive_file(name="heel-jaar.zip", content=waiting, by=SYSTEM, now=NOW)
    piece = banking.unclaimed_slices().get(amount_cents=-300)
    actions.place_on_account(
        slice=piece, account_code=accounts.BANK_COSTS, because="Kosten", by=SYSTEM, now=NOW
    )
    aside = banking.held_statements().get(number="9")
    actions.set_aside(statement=aside, because="Van de oude rekening", by=SYSTEM, now=NOW)
    held = [f"{BANK}aangehouden/{one.pk}/" for one in banking.held_statements()]
    return [BANK, WORK_LIST, *held, f"{BANK}aangehouden/{aside.pk}/"]


@in_every_look
def test_pages_of_the_bank_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    addresses = busy_bank()

    with at_the_desk(visit, new_employee("finance"), width=width, dark=dark) as visitor:
        visitor.page.context.add_cookies(
            [
                {
                    "name": "balie-language",
                    "value": language,
                    "url": visitor.page.evaluate("location.origin"),
                }
            ]
        )
        for address in addresses:
            visitor.page.goto(address)
            for details in visitor.page.locator("details.by-hand").all():
                details.evaluate("one => one.open = true")
            visitor.assert_accessible()
            visitor.assert_fits()


def test_outgoing_money_is_placed_and_taken_back_by_keyboard(visit: OpenVisit) -> None:
    new_account(opening=5_000)
    take_in(camt(Entry(cents=-300, name="KPN", iban=STRANGER, text="Internet"), opening=5_000))

    with at_the_desk(visit, new_employee("finance"), width=SCREEN) as visitor:
        page = visitor.page
        page.goto(WORK_LIST)
        page.locator("details.by-hand > summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("4900")
        page.keyboard.press("Tab")
        page.keyboard.type("Internet kantoor")
        page.keyboard.press("Enter")
        page.wait_for_selector("#placed-title")
        booked = ledger.balance(accounts.OTHER_COSTS)
        page.get_by_role("button", name="Ongedaan maken").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("details.by-hand")

    assert booked == 300
    assert ledger.balance(accounts.OTHER_COSTS) == 0
    assert banking.suspense_total() == -300


def test_held_statement_is_set_aside_by_keyboard(visit: OpenVisit) -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=99), opening=7_777, number="12"))

    with at_the_desk(visit, new_employee("finance"), width=PHONE) as visitor:
        page = visitor.page
        page.goto(BANK)
        page.get_by_role("link", name="afschrift 12").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#aside_because")
        page.locator("#aside_because").focus()
        page.keyboard.type("Dubbel")
        page.keyboard.press("Enter")
        page.wait_for_selector("#aside-title")

    assert banking.set_aside().get().decided_because == "Dubbel"

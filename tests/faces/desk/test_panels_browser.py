"""The pages about control panels in a real browser: accessible, and they fit a phone."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.customers.models import Customer
from balie.apps.promises import actions as promises
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions
from balie.apps.services.models import (
    ChangeVerb,
    PanelChange,
    PanelComparison,
    PanelDifference,
    PanelKind,
)
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_customer, new_domain, new_service
from tests.faces.desk.building import new_employee
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import PHONE, SCREEN, Visit

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

DIFFERENCES = (
    ("foreign", "oudeklant", "", "oude-klant-met-een-lange-naam.nl"),
    ("missing", "zeezicht1", "bakkerij-zeezicht.nl", ""),
    ("suspension", "zeezicht2", "active", "suspended"),
)


def troubled_panels() -> Customer:
    """A panel in use, one that refuses us, a change that failed, one that waits, differences."""
    panel = actions.add_panel(
        code="server1",
        name="Server 1",
        kind=PanelKind.DIRECTADMIN,
        base_address="https://server1.hosting-voorbeeld.example:2222",
        user_name="reseller",
        by=SYSTEM,
        now=NOW,
    )
    other = actions.add_panel(
        code="post",
        name="Mailserver",
        kind=PanelKind.MODOBOA,
        base_address="https://mail.example",
        by=SYSTEM,
        now=NOW,
    )
    actions.halt_panel(panel=other, reason="it refused our login", by=SYSTEM, now=NOW)
    PanelComparison.objects.create(panel=panel, compared_at=NOW, ours=3, theirs=3)
    PanelComparison.objects.create(
        panel=other, compared_at=NOW, failure="the panel does not let us in"
    )
    customer = new_customer(name="Bakkerij Zeezicht")
    accounts = [
        actions.note_account(
            service=new_service(customer, domain=new_domain(customer, f"zeezicht{number}.nl")),
            user_name=f"zeezicht{number}",
            panel=panel,
            by=SYSTEM,
            now=NOW,
        )
        for number in (1, 2)
    ]
    PanelChange.objects.create(
        account=accounts[0],
        verb=ChangeVerb.SUSPEND,
        reason="not paid",
        asked_at=NOW,
        asked_by="system",
        outcome="failed",
        detail="zeezicht1 has another domain there: it is not this customer's",
        ended_at=NOW,
    )
    actions.ask_change(
        account=accounts[1], verb=ChangeVerb.SUSPEND, reason="not paid", by=SYSTEM, now=NOW
    )
    for kind, user_name, ours, theirs in DIFFERENCES:
        PanelDifference.objects.create(
            panel=panel,
            account=next((one for one in accounts if one.user_name == user_name), None),
            kind=kind,
            user_name=user_name,
            ours=ours,
            theirs=theirs,
            found_at=NOW,
        )
    return customer


@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, SCREEN])
def test_every_page_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    customer = troubled_panels()
    raw = policy_in_force(now=NOW).to_mapping() | {"panels": {"arrivals": True}}
    promises.apply_policy(mapping=raw, by=SYSTEM, now=NOW)
    pages = ["/balie/panelen/", f"/balie/klanten/{customer.number}/", "/balie/"]
    pages.append("/klant/van-paneel/server1/?gebruiker=zeezicht1&op=1&teken=x")

    with at_the_desk(visit, new_employee("admin"), width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in pages:
            answer = visitor.page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            visitor.assert_accessible()
            visitor.assert_fits()


def test_account_is_closed_and_an_alarm_dealt_with_by_keyboard_alone(visit: OpenVisit) -> None:
    customer = troubled_panels()

    with at_the_desk(visit, new_employee("finance"), width=SCREEN) as visitor:
        page = visitor.page
        page.goto(f"/balie/klanten/{customer.number}/")
        page.get_by_role("button", name="Account sluiten zeezicht1").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Het is onderweg naar het panel").wait_for()
        page.goto("/balie/panelen/")
        page.get_by_role("button", name="Afgehandeld zeezicht1").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/balie/panelen/")
        page.get_by_role("heading", name="Niet gelukt").wait_for(state="detached")

    verbs = PanelChange.objects.filter(outcome="waiting").values_list("account__user_name", "verb")
    assert sorted(verbs) == [("zeezicht1", "suspend"), ("zeezicht2", "suspend")]
    assert PanelChange.objects.get(outcome="failed").seen_at == NOW

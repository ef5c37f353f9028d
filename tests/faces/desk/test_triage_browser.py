"""Triage and roster in a real browser: every page accessible, and given out by keyboard alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time

import pytest

from balie.apps.tickets import actions
from balie.apps.tickets.models import RoutingRule, Team, Ticket
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import asked, minutes_ago, new_employee
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import SCREEN, Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]

LONG = "Er is een incasso afgeschreven, maar de machtiging was ingetrokken"


def small_crew() -> list[Ticket]:
    """Two people with hours and skills, a rule, and three questions to give out."""
    skill = actions.add_skill(code="sepa", name_nl="Incasso", name_en="Debits", by=SYSTEM, now=NOW)
    administration = Team.objects.get(code="administration")
    for name, weekdays in (("Joris Feenstra", range(5)), ("Marit Hoekstra", (5, 6))):
        employee = new_employee(name=name)
        actions.set_teams(
            employee=employee, teams=[administration], leads=[administration], by=SYSTEM, now=NOW
        )
        actions.set_skills(employee=employee, skills=[skill], by=SYSTEM, now=NOW)
        for weekday in weekdays:
            actions.add_shift(
                employee=employee,
                weekday=weekday,
                starts=time(9),
                ends=time(17),
                kind="duty" if weekday > 4 else "office",
                period_start=date(2026, 1, 1),
                by=SYSTEM,
                now=NOW,
            )
    actions.add_exception(
        employee=employee,
        first_on=date(2026, 11, 28),
        last_on=date(2026, 11, 29),
        reason="cursus",
        by=SYSTEM,
        now=NOW,
    )
    actions.add_rule(words="storno", team=administration, skill=skill, by=SYSTEM, now=NOW)
    tickets = [
        asked(new_customer(), at=minutes_ago(40), subject=LONG).ticket,
        asked(at=minutes_ago(30), subject="Goedemiddag").ticket,
        asked(at=minutes_ago(20), subject="Storno").ticket,
    ]
    jobs.run_pending(now=NOW)
    return tickets


@in_every_look
def test_every_page_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    first, _second, last = small_crew()
    admin = new_employee("admin")
    pages = [
        "triage/",
        f"triage/?na={first.number}",
        f"triage/?na={last.number}",
        "triage/cijfers/",
        "ploeg/",
        "ploeg/?week=2026-12-25",
        "ploeg/mensen/",
        f"ploeg/mensen/?wie={admin.pk}",
        "ploeg/regels/",
        f"ploeg/regels/{RoutingRule.objects.get().pk}/",
    ]

    with at_the_desk(visit, admin, width=width, dark=dark) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in pages:
            answer = visitor.page.goto(f"/balie/{address}")
            assert answer is not None
            assert answer.status == 200, address
            visitor.page.evaluate(
                "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
            )
            visitor.assert_accessible()
            visitor.assert_fits()


def test_questions_are_given_out_by_keyboard_alone(visit: OpenVisit) -> None:
    accepted, skipped, chosen = small_crew()

    with at_the_desk(visit, new_employee(), width=SCREEN) as visitor:
        page = visitor.page
        page.goto("/balie/triage/")
        page.keyboard.press("Enter")
        page.get_by_text(f"{accepted.number} is toegewezen.").wait_for()
        page.wait_for_load_state("load")
        page.keyboard.press("s")
        page.wait_for_url(f"**/triage/?na={skipped.number}")
        page.keyboard.press("2")
        page.get_by_text(f"{chosen.number} is toegewezen.").wait_for()
        page.get_by_text("Dat was de laatste").wait_for()
        page.wait_for_load_state("load")
        page.keyboard.press("s")
        page.wait_for_url("**/triage/")
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.id") == "id_employee"
        page.keyboard.press("Escape")
        page.locator("[data-key='o']").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/vragen/{skipped.number}/")

    accepted.refresh_from_db()
    chosen.refresh_from_db()
    skipped.refresh_from_db()
    teams = [one.code for one in Team.objects.order_by("pk")]
    assert (str(accepted.team), str(accepted.assignee)) == ("administration", "Joris Feenstra")
    assert (str(chosen.team), chosen.assignee) == (teams[1], None)
    assert skipped.team is None

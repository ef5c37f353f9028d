"""The roster, the people and the rules: everybody reads them, an admin changes them."""

from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import RosterException, RoutingRule, Shift, Skill, Team, TeamMember
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.faces.desk.building import new_employee, says, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
FRAME_FORMS = 3  # on every page: the search, the way out, the list of keys


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    """An employee who appoints, signed in."""
    sign_in(client, new_employee("admin").user)
    return client


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def shift_of(employee: Employee, *, weekday: int = 0, kind: str = "office") -> Shift:
    return actions.add_shift(
        employee=employee,
        weekday=weekday,
        starts=time(9),
        ends=time(17),
        kind=kind,
        period_start=date(2026, 1, 1),
        by=SYSTEM,
        now=NOW,
    )


def rule_on(words: str) -> RoutingRule:
    return actions.add_rule(words=words, team=team("sales"), by=SYSTEM, now=NOW)


def test_week_shows_who_works_when_and_who_is_away(agent: Client) -> None:
    here, away = new_employee(name="Marit"), new_employee(name="Joris")
    for employee in (here, away):
        shift_of(employee)
    actions.add_exception(
        employee=away, first_on=TODAY, last_on=TODAY, reason="cursus", by=SYSTEM, now=NOW
    )

    page = text_of(agent.get("/balie/ploeg/"))

    assert "ma 23 nov 2026 Marit 09:00–17:00 Afwezig: Joris" in page
    assert "di 24 nov 2026 niemand" in page
    assert "Joris ma 23 nov 2026 afwezig cursus" in page


def test_another_week_stands_in_the_address_and_a_nonsense_day_means_this_one(
    agent: Client,
) -> None:
    shift_of(new_employee(name="Marit"))

    assert "vr 25 dec 2026 feestdag" in text_of(agent.get("/balie/ploeg/?week=2026-12-25"))
    for nonsense in ("", "gisteren", "2026-13-01", "0001-01-01", "9999-12-31"):
        page = text_of(agent.get(f"/balie/ploeg/?week={nonsense}"))
        assert "Week van ma 23 nov 2026" in page, nonsense


def test_duty_is_worked_on_a_holiday_and_office_is_not(agent: Client) -> None:
    shift_of(new_employee(name="Marit"), weekday=4)
    shift_of(new_employee(name="Joris"), weekday=4, kind="duty")

    page = text_of(agent.get("/balie/ploeg/?week=2026-12-25"))

    assert "vr 25 dec 2026 feestdag Joris 09:00–17:00" in page


def test_hours_are_added_for_several_days_at_once(admin: Client) -> None:
    employee = new_employee()

    response = admin.post(
        "/balie/ploeg/uren/",
        {
            "employee": employee.pk,
            "weekdays": ["0", "4"],
            "starts": "17:00",
            "ends": "00:00",
            "kind": "duty",
            "period_start": "2026-11-23",
        },
    )

    assert response.status_code == 302
    rows = Shift.objects.order_by("weekday").values_list("weekday", "starts", "ends", "kind")
    assert list(rows) == [(0, time(17), time(0), "duty"), (4, time(17), time(0), "duty")]


def test_hours_that_end_before_they_start_are_refused_in_words(admin: Client) -> None:
    response = admin.post(
        "/balie/ploeg/uren/",
        {
            "employee": new_employee().pk,
            "weekdays": ["0"],
            "starts": "22:00",
            "ends": "06:00",
            "kind": "duty",
            "period_start": "2026-11-23",
        },
    )

    assert response.status_code == 422
    assert "een nacht is twee blokken" in text_of(response)
    assert not Shift.objects.exists()


def test_ended_hours_no_longer_hold_and_the_past_keeps_them(admin: Client) -> None:
    shift = shift_of(new_employee(name="Marit"), weekday=0)

    admin.post(f"/balie/ploeg/uren/{shift.pk}/einde/")

    shift.refresh_from_db()
    assert shift.period_end == TODAY
    assert "ma 23 nov 2026 niemand" in text_of(admin.get("/balie/ploeg/"))
    last_week = text_of(admin.get("/balie/ploeg/?week=2026-11-16"))
    assert "ma 16 nov 2026 Marit 09:00–17:00" in last_week


def test_days_off_are_added_and_taken_back(admin: Client) -> None:
    given = {"employee": new_employee().pk, "first_on": "2026-12-21", "last_on": "2027-01-01"}

    admin.post("/balie/ploeg/dagen/", given)

    row = RosterException.objects.get()
    assert (row.period_start, row.last_on, row.starts) == (
        date(2026, 12, 21),
        date(2027, 1, 1),
        None,
    )
    admin.post(f"/balie/ploeg/dagen/{row.pk}/weg/")
    assert not RosterException.objects.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"last_on": "2026-12-20"}, "De laatste dag ligt voor de eerste."),
        ({"starts": "09:00"}, "Geef beide tijden, of geen van beide."),
        ({"starts": "17:00", "ends": "09:00"}, "een nacht is twee blokken"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    admin: Client, given: dict[str, str], why: str
) -> None:
    days = {"employee": new_employee().pk, "first_on": "2026-12-21", "last_on": "2026-12-21"}

    response = admin.post("/balie/ploeg/dagen/", {**days, **given})

    assert response.status_code == 422
    assert why in text_of(response)
    assert not RosterException.objects.exists()


@pytest.mark.postgres
def test_person_gets_teams_skills_and_the_lead_another_had(admin: Client) -> None:
    first, second = new_employee(name="Marit"), new_employee(name="Joris")
    dns = actions.add_skill(code="dns", name_nl="DNS", name_en="DNS", by=SYSTEM, now=NOW)
    support, sales = team("support"), team("sales")
    for employee in (first, second):
        admin.post(
            f"/balie/ploeg/mensen/{employee.pk}/",
            {"teams": [support.pk, sales.pk], "leads": [support.pk], "skills": [dns.pk]},
        )

    assert queries.lead_of(support) == second
    assert queries.lead_of(sales) is None
    assert queries.members_of(support) == [second, first]
    page = text_of(admin.get("/balie/ploeg/mensen/"))
    assert "Joris Support (leidt) , Verkoop DNS Wijzigen" in page
    assert "Marit Support, Verkoop DNS Wijzigen" in page
    admin.post(f"/balie/ploeg/mensen/{second.pk}/", {})
    assert not TeamMember.objects.filter(employee=second).exists()
    assert queries.lead_of(support) is None


def test_skill_of_the_same_name_is_refused(admin: Client) -> None:
    given = {"code": "dns", "name_nl": "DNS", "name_en": "DNS"}
    admin.post("/balie/ploeg/vaardigheden/", given)

    response = admin.post("/balie/ploeg/vaardigheden/", given)

    assert response.status_code == 422
    assert "bestaat al" in text_of(response)
    assert Skill.objects.count() == 1


def test_rule_is_added_changed_switched_off_and_removed(admin: Client) -> None:
    given = {"words": "Storno, storno,Incasso ", "team": team("administration").pk}
    admin.post("/balie/ploeg/regels/erbij/", given)
    rule = RoutingRule.objects.get()
    assert rule.words == "storno, incasso"

    page = f"/balie/ploeg/regels/{rule.pk}/"
    assert 'value="storno, incasso"' in admin.get(page).content.decode()
    admin.post(f"{page}wijzigen/", {"sender_domain": "@Bank.example", "team": team("sales").pk})
    rule.refresh_from_db()
    assert (rule.words, rule.sender_domain, rule.team) == ("", "bank.example", team("sales"))

    admin.post(f"{page}aan-uit/", {"is_on": "0"})
    rule.refresh_from_db()
    assert not rule.is_on
    assert "komt van bank.example Verkoop uit" in text_of(admin.get("/balie/ploeg/regels/"))

    response = admin.post(f"{page}weg/")
    assert says(response) == ["De regel is verwijderd."]
    assert not RoutingRule.objects.exists()


@pytest.mark.parametrize("given", [{"words": "storno"}, {"team": "1"}, {"words": " , "}])
def test_rule_that_looks_at_or_says_nothing_is_refused(
    admin: Client, given: dict[str, str]
) -> None:
    response = admin.post("/balie/ploeg/regels/erbij/", given)

    assert response.status_code == 422
    assert not RoutingRule.objects.exists()


def test_rule_goes_up_one_place(admin: Client) -> None:
    rules = [rule_on(words) for words in ("een", "twee", "drie")]

    admin.post(f"/balie/ploeg/regels/{rules[2].pk}/omhoog/")
    admin.post(f"/balie/ploeg/regels/{rules[0].pk}/omhoog/")

    assert [one.words for one in queries.rules()] == ["een", "drie", "twee"]


def test_agent_reads_all_of_it_and_changes_none(agent: Client) -> None:
    employee = new_employee()
    shift, rule = shift_of(employee), rule_on("storno")
    row = actions.add_exception(
        employee=employee, first_on=TODAY, last_on=TODAY, by=SYSTEM, now=NOW
    )
    tries = {
        "add_shift": [],
        "end_shift": [shift.pk],
        "add_exception": [],
        "remove_exception": [row.pk],
        "set_person": [employee.pk],
        "add_skill": [],
        "add_rule": [],
        "change_rule": [rule.pk],
        "switch_rule": [rule.pk],
        "raise_rule": [rule.pk],
        "remove_rule": [rule.pk],
    }

    pages = [agent.get(f"/balie/ploeg/{page}") for page in ("", "mensen/", "regels/")]
    statuses = {
        name: agent.post(reverse(f"desk:{name}", args=arguments)).status_code
        for name, arguments in tries.items()
    }

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [page.content.count(b"<form") for page in pages] == [FRAME_FORMS] * 3
    assert statuses == dict.fromkeys(tries, 404)
    assert agent.get(f"/balie/ploeg/regels/{rule.pk}/").status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize("page", ["", "mensen/", "regels/"])
def test_pages_take_as_many_queries_for_one_row_as_for_thirty(admin: Client, page: str) -> None:
    def one_more() -> None:
        employee = new_employee()
        actions.set_teams(employee=employee, teams=[team("support")], by=SYSTEM, now=NOW)
        shift_of(employee)
        rule_on("storno")
        actions.add_exception(employee=employee, first_on=TODAY, last_on=TODAY, by=SYSTEM, now=NOW)

    one_more()
    admin.get(f"/balie/ploeg/{page}")
    with CaptureQueriesContext(connection) as one:
        admin.get(f"/balie/ploeg/{page}")
    for _ in range(29):
        one_more()
    with CaptureQueriesContext(connection) as thirty:
        admin.get(f"/balie/ploeg/{page}")

    assert len(thirty) == len(one)

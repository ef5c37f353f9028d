"""Triage at the desk: a question with its suggestion and reason, and one key to accept."""

from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions
from balie.apps.tickets.models import Suggestion, Team, Ticket
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import asked, minutes_ago, new_employee, says, text_of

pytestmark = pytest.mark.django_db


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def joined(code: str, *, name: str = "") -> Employee:
    employee = new_employee(name=name)
    actions.set_teams(employee=employee, teams=[team(code)], by=SYSTEM, now=NOW)
    return employee


def debit(minutes: int = 30, subject: str = "Incasso afgeschreven, ik wil storneren") -> Ticket:
    """A question about a debit, with its suggestion."""
    ticket = asked(new_customer(), at=minutes_ago(minutes), subject=subject).ticket
    jobs.run_pending(now=NOW)
    return ticket


def rostered(employee: Employee) -> None:
    for weekday in range(5):
        actions.add_shift(
            employee=employee,
            weekday=weekday,
            starts=time(9),
            ends=time(17),
            period_start=date(2026, 1, 1),
            by=SYSTEM,
            now=NOW,
        )


def test_question_is_shown_with_promise_suggestion_and_reason(agent: Client) -> None:
    rostered(joined("administration", name="Joris"))
    ticket = debit()

    page = text_of(agent.get("/balie/triage/"))

    assert f"{ticket.subject} {ticket.number}" in page
    assert "Sinds vanochtend laadt mijn site traag." in page
    assert "Administratie , Joris" in page
    assert "De woorden “incasso”, “afgeschreven” en “storneren” gaan over incasso." in page
    assert "Joris was toen aan het werk, met 0 open vragen." in page
    assert ticket.asker_name in page


def test_who_does_not_know_says_so_and_offers_nothing_to_accept(agent: Client) -> None:
    asked(subject="Hallo", at=minutes_ago(5))
    Ticket.objects.get().messages.update(body="Goedemiddag")
    jobs.run_pending(now=NOW)

    response = agent.get("/balie/triage/")

    assert "Dat weet ik niet" in text_of(response)
    assert "aannemen/" not in response.content.decode()


def test_accepting_gives_it_out_and_goes_on(agent: Client) -> None:
    employee = joined("administration")
    ticket = debit()
    debit(minutes=5, subject="Tweede incasso")

    response = agent.post(f"/balie/triage/{ticket.number}/aannemen/")

    assert response["Location"] == "/balie/triage/"
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team("administration"), employee)
    assert Suggestion.objects.get(ticket=ticket).accepted_at == NOW
    assert "Tweede incasso" in text_of(agent.get("/balie/triage/"))


def test_what_was_given_out_meanwhile_is_not_given_out_again(agent: Client) -> None:
    ticket = debit()
    actions.assign(ticket=ticket, team=team("sales"), by=SYSTEM, now=NOW)

    response = agent.post(f"/balie/triage/{ticket.number}/aannemen/")

    assert "is intussen al toegewezen" in says(response)[0]
    ticket.refresh_from_db()
    assert ticket.team == team("sales")


def test_own_choice_overrules(agent: Client) -> None:
    ticket = debit()

    agent.post(f"/balie/triage/{ticket.number}/geven/", {"team": team("sales").pk})

    ticket.refresh_from_db()
    suggestion = Suggestion.objects.get(ticket=ticket)
    assert ticket.team == team("sales")
    assert (suggestion.accepted_at, suggestion.overruled_at) == (None, NOW)


def test_choice_of_nobody_is_refused(agent: Client) -> None:
    ticket = debit()

    response = agent.post(f"/balie/triage/{ticket.number}/geven/", {})

    assert response.status_code == 422
    assert "Kies een team, een persoon of allebei." in text_of(response)
    ticket.refresh_from_db()
    assert ticket.team is None


def test_skipping_goes_on_behind_it_and_ends(agent: Client) -> None:
    first, second = debit(minutes=30), debit(minutes=20, subject="Tweede incasso")

    after_first = text_of(agent.get(f"/balie/triage/?na={first.number}"))
    after_second = text_of(agent.get(f"/balie/triage/?na={second.number}"))

    assert "Tweede incasso" in after_first
    assert "Dat was de laatste" in after_second
    assert "2 vragen die u oversloeg" in after_second


def test_skipped_questions_stay_behind_when_the_next_is_accepted(agent: Client) -> None:
    first, second = debit(minutes=30), debit(minutes=20, subject="Tweede incasso")

    response = agent.post(f"/balie/triage/{second.number}/aannemen/?na={first.number}")

    assert response["Location"] == f"/balie/triage/?na={first.number}"


def test_nothing_to_give_out_says_so(agent: Client) -> None:
    assert "Elke vraag heeft iemand" in text_of(agent.get("/balie/triage/"))


@pytest.mark.postgres
def test_triage_takes_as_many_queries_for_one_as_for_thirty(
    agent: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rostered(joined("administration"))
    debit()
    agent.get("/balie/triage/")
    with CaptureQueriesContext(connection) as one:
        agent.get("/balie/triage/")
    for _ in range(29):
        debit(minutes=20)

    with django_assert_num_queries(len(one)):
        agent.get("/balie/triage/")


@pytest.mark.postgres
def test_figures_count_per_week_what_became_of_suggestions(agent: Client) -> None:
    joined("administration")
    right, wrong, _waiting = debit(), debit(minutes=20), debit(minutes=10)
    for ticket in (right, wrong):
        agent.post(f"/balie/triage/{ticket.number}/aannemen/")
    actions.assign(ticket=wrong, team=team("support"), by=SYSTEM, now=NOW)
    for ticket in (right, wrong):
        ticket.refresh_from_db()
        actions.answer(ticket=ticket, body="Zo.", employee=new_employee(), now=NOW)

    page = text_of(agent.get("/balie/triage/cijfers/"))

    assert "ma 23 nov 2026 2 0 1 0 2 1 (50%)" in page
    assert "50% van 2 beantwoorde vragen" in page
    assert "woordenlijsten" in page

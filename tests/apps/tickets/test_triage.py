"""Triage: what is suggested, what people make of it, and that the promise stays."""

from datetime import time, timedelta

import pytest

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Suggestion, Team, Ticket
from balie.infra import jobs
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import Job
from tests.apps.building import NOW, TODAY
from tests.apps.tickets.asking import EMPLOYEE, amsterdam, answer, ask, new_employee

pytestmark = pytest.mark.django_db

MONDAY_TEN = amsterdam(9, 10)
DEBIT = "Er is een incasso afgeschreven, ik wil storneren"


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def join(employee: Employee, *codes: str, leads: tuple[str, ...] = ()) -> Employee:
    actions.set_teams(
        employee=employee,
        teams=[team(code) for code in codes],
        leads=[team(code) for code in leads],
        by=SYSTEM,
        now=NOW,
    )
    return employee


def works(employee: Employee, *weekdays: int, starts: int = 9, ends: int = 17) -> Employee:
    for weekday in weekdays:
        actions.add_shift(
            employee=employee,
            weekday=weekday,
            starts=time(starts),
            ends=time(ends),
            period_start=TODAY - timedelta(days=400),
            by=SYSTEM,
            now=NOW,
        )
    return employee


def asked_and_suggested(body: str = DEBIT) -> Suggestion:
    question = ask(MONDAY_TEN, body=body)
    jobs.run_pending(now=MONDAY_TEN)
    return Suggestion.objects.get(ticket=question.ticket)


def test_new_question_gets_a_suggestion_by_the_shipped_words() -> None:
    suggestion = asked_and_suggested()

    assert suggestion.team == team("administration")
    assert suggestion.evidence["by"] == "words"
    assert suggestion.evidence["topic"] == "debit"
    assert suggestion.evidence["words"] == ["incasso", "afgeschreven", "storneren"]
    assert (suggestion.certainty, suggestion.model) == (None, None)


def test_question_about_nothing_known_is_left_to_a_person() -> None:
    suggestion = asked_and_suggested("Goedemiddag, wie kan mij helpen?")

    assert suggestion.team is None
    assert suggestion.evidence == {"by": "unknown", "why": "nothing"}


def test_question_between_two_teams_is_left_to_a_person() -> None:
    suggestion = asked_and_suggested("Wat is de prijs op mijn factuur")

    assert suggestion.team is None
    assert suggestion.evidence["why"] == "unsure"
    assert suggestion.evidence["between"] == ["administration", "sales"]


def test_suggestion_is_made_once() -> None:
    suggestion = asked_and_suggested()

    again = actions.suggest(ticket=suggestion.ticket, now=MONDAY_TEN + timedelta(hours=1))

    assert again == suggestion
    assert Suggestion.objects.count() == 1


def test_question_with_a_team_gets_no_suggestion() -> None:
    question = actions.ask(
        channel="portal",
        subject="",
        body=DEBIT,
        asker_name="J. Bakker",
        asker_email="j@klant.example",
        raw=b"x",
        asked_at=MONDAY_TEN,
        team=team("administration"),
        by=SYSTEM,
        now=MONDAY_TEN,
    )

    jobs.run_pending(now=MONDAY_TEN)

    assert not Job.objects.filter(name=actions.SUGGEST).exists()
    assert queries.suggestion_of(question.ticket) is None


def test_rule_goes_before_the_words() -> None:
    rule = actions.add_rule(words="Incasso, storno", team=team("support"), by=SYSTEM, now=NOW)

    suggestion = asked_and_suggested()

    assert suggestion.team == team("support")
    assert suggestion.evidence["by"] == "rule"
    assert suggestion.evidence["rule"] == rule.pk
    assert suggestion.evidence["words"] == ["incasso"]


def test_rule_that_is_off_does_not_count() -> None:
    rule = actions.add_rule(words="incasso", team=team("support"), by=SYSTEM, now=NOW)
    actions.switch_rule(rule=rule, is_on=False, by=SYSTEM, now=NOW)

    assert asked_and_suggested().team == team("administration")


def test_rule_by_the_sender_counts_for_his_domain_and_below_it() -> None:
    actions.add_rule(sender_domain="@Klant.example", team=team("sales"), by=SYSTEM, now=NOW)

    assert asked_and_suggested().team == team("sales")


def test_colleague_is_at_work_and_has_the_least_to_do() -> None:
    busy = works(join(new_employee(), "administration"), 0)
    free = works(join(new_employee(), "administration"), 0)
    works(join(new_employee(), "administration"), 1)
    works(join(new_employee(), "support"), 0)
    actions.assign(ticket=ask(MONDAY_TEN).ticket, employee=busy, by=SYSTEM, now=MONDAY_TEN)

    suggestion = asked_and_suggested()

    assert suggestion.employee == free
    assert suggestion.evidence["colleague"] == {
        "there_at": "",
        "load": 0,
        "knows": False,
        "similar": 0,
    }


def test_colleague_who_comes_before_it_is_due_is_suggested_with_his_hour() -> None:
    later = works(join(new_employee(), "administration"), 0, starts=13)

    suggestion = asked_and_suggested()

    assert suggestion.employee == later
    assert suggestion.evidence["colleague"]["there_at"] == amsterdam(9, 13).isoformat()


def test_nobody_is_suggested_when_nobody_is_there_in_time() -> None:
    works(join(new_employee(), "administration"), 4)

    suggestion = asked_and_suggested()

    assert suggestion.team == team("administration")
    assert suggestion.employee is None
    assert suggestion.evidence["colleague"] == {"why": "nobody there"}


def test_colleague_who_knows_what_a_rule_asks_for_is_suggested() -> None:
    skill = actions.add_skill(code="sepa", name_nl="SEPA", name_en="SEPA", by=SYSTEM, now=NOW)
    works(join(new_employee(), "administration"), 0)
    knows = works(join(new_employee(), "administration"), 0)
    actions.set_skills(employee=knows, skills=[skill], by=SYSTEM, now=NOW)
    actions.assign(ticket=ask(MONDAY_TEN).ticket, employee=knows, by=SYSTEM, now=MONDAY_TEN)
    actions.add_rule(words="incasso", skill=skill, by=SYSTEM, now=NOW)

    suggestion = asked_and_suggested()

    assert (suggestion.employee, suggestion.skill) == (knows, skill)


def test_house_without_a_roster_suggests_by_load_alone() -> None:
    employee = join(new_employee(), "administration")

    assert asked_and_suggested().employee == employee


@pytest.mark.postgres
def test_accepting_gives_the_ticket_out_and_keeps_the_promise() -> None:
    employee = works(join(new_employee(), "administration"), 0)
    suggestion = asked_and_suggested()
    promise = suggestion.ticket.questions.get().promise

    by = Actor("employee", employee.pk, employee.name)
    actions.accept(suggestion=suggestion, by=by, now=MONDAY_TEN)

    suggestion.refresh_from_db()
    ticket = Ticket.objects.get(pk=suggestion.ticket_id)
    assert (ticket.team, ticket.assignee) == (team("administration"), employee)
    assert (suggestion.accepted_at, suggestion.accepted_by) == (MONDAY_TEN, str(by))
    due_at = promise.due_at
    promise.refresh_from_db()
    assert promise.due_at == due_at == ticket.due_at


@pytest.mark.postgres
def test_second_who_accepts_is_told_that_it_is_given_out() -> None:
    suggestion = asked_and_suggested()
    actions.accept(suggestion=suggestion, by=SYSTEM, now=MONDAY_TEN)

    with pytest.raises(actions.UnableToAccept, match="gave this question out"):
        actions.accept(suggestion=suggestion, by=SYSTEM, now=MONDAY_TEN)

    assert suggestion.ticket.assignments.count() == 1


def test_unknown_cannot_be_accepted() -> None:
    suggestion = asked_and_suggested("Hallo?")

    with pytest.raises(actions.UnableToAccept, match="nothing was suggested"):
        actions.accept(suggestion=suggestion, by=SYSTEM, now=MONDAY_TEN)


def test_another_team_overrules_and_what_follows_changes_no_verdict() -> None:
    suggestion = asked_and_suggested()
    ticket = suggestion.ticket

    actions.assign(ticket=ticket, team=team("support"), by=SYSTEM, now=MONDAY_TEN)
    actions.assign(ticket=ticket, team=team("administration"), by=SYSTEM, now=MONDAY_TEN)

    suggestion.refresh_from_db()
    assert (suggestion.accepted_at, suggestion.overruled_at) == (None, MONDAY_TEN)


def test_who_takes_a_question_brings_his_only_team() -> None:
    suggestion = asked_and_suggested()

    actions.assign(
        ticket=suggestion.ticket,
        employee=join(new_employee(), "support"),
        by=SYSTEM,
        now=MONDAY_TEN,
    )

    suggestion.refresh_from_db()
    assert suggestion.ticket.team == team("support")
    assert suggestion.overruled_at == MONDAY_TEN


def test_who_is_in_two_teams_brings_none() -> None:
    ticket = ask(MONDAY_TEN).ticket

    actions.assign(
        ticket=ticket, employee=join(new_employee(), "support", "sales"), by=SYSTEM, now=MONDAY_TEN
    )

    assert ticket.team is None


def test_reassigning_keeps_the_promise_of_every_question() -> None:
    question = ask(MONDAY_TEN)
    due_at = question.promise.due_at

    for code, hours in (("sales", 1), ("support", 3), ("administration", 9)):
        later = MONDAY_TEN + timedelta(hours=hours)
        actions.assign(ticket=question.ticket, team=team(code), by=SYSTEM, now=later)

    question.promise.refresh_from_db()
    question.ticket.refresh_from_db()
    assert (question.promise.due_at, question.promise.made_at) == (due_at, MONDAY_TEN)
    assert question.ticket.due_at == due_at
    assert question.ticket.assignments.count() == 3


def test_triage_takes_the_first_due_and_goes_on_behind_the_one_skipped() -> None:
    late = ask(MONDAY_TEN + timedelta(days=1)).ticket
    first = ask(MONDAY_TEN).ticket
    given = ask(MONDAY_TEN - timedelta(hours=1)).ticket
    answered = ask(MONDAY_TEN - timedelta(hours=2)).ticket
    actions.assign(ticket=given, team=team("sales"), by=SYSTEM, now=MONDAY_TEN)
    answer(answered, MONDAY_TEN)

    assert list(queries.to_triage(viewer=EMPLOYEE)) == [first, late]
    assert queries.next_to_triage(viewer=EMPLOYEE) == first
    assert queries.next_to_triage(viewer=EMPLOYEE, after=first.number) == late
    assert queries.next_to_triage(viewer=EMPLOYEE, after=late.number) is None

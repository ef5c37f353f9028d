"""Who is warned before a promise breaks: on time, once, and nobody who can do nothing."""

from datetime import date, datetime, time

import pytest
from django.core import mail as django_mail
from pytest_django import DjangoAssertNumQueries

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import PromiseWarning, Question
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow, OutboxState
from tests.apps.building import NOW
from tests.apps.tickets.asking import amsterdam, answer, ask, new_employee
from tests.apps.tickets.test_mails import text_of

pytestmark = pytest.mark.django_db


def at_work(
    employee: Employee, weekday: int, starts: time = time(9), ends: time = time(17)
) -> None:
    actions.add_shift(
        employee=employee,
        weekday=weekday,
        starts=starts,
        ends=ends,
        period_start=date(2026, 1, 1),
        by=SYSTEM,
        now=NOW,
    )


def warned(now: datetime) -> list[int]:
    return sorted(one.employee_id for one in actions.warn_of_due_promises(now=now))


def given_to(question: Question, employee: Employee) -> None:
    actions.assign(ticket=question.ticket, employee=employee, by=SYSTEM, now=NOW)


@pytest.mark.postgres
def test_holder_is_warned_once_before_he_goes_home() -> None:
    holder, colleague = new_employee(), new_employee()
    for one in (holder, colleague):
        at_work(one, 1)
    question = ask(amsterdam(10, 10))
    given_to(question, holder)

    before, then, again = (warned(amsterdam(10, *at)) for at in ((15, 59), (16, 0), (16, 1)))

    assert (before, then, again) == ([], [holder.pk], [])
    assert PromiseWarning.objects.count() == 1
    assert OutboxRow.objects.filter(kind="promise-warning").count() == 1


def test_answered_question_warns_nobody_and_takes_back_a_warning_under_way() -> None:
    holder = new_employee()
    at_work(holder, 1)
    question = ask(amsterdam(10, 10))
    given_to(question, holder)
    warned(amsterdam(10, 16))
    answer(question.ticket, amsterdam(10, 16))

    outbox.send_due(now=amsterdam(10, 16, 1))

    row = OutboxRow.objects.get(kind="promise-warning")
    assert (row.state, row.last_error) == (OutboxState.WITHDRAWN, "answered meanwhile")
    assert warned(amsterdam(10, 16, 30)) == []


def test_who_was_warned_hears_of_it_again_when_the_answer_bounced() -> None:
    holder = new_employee()
    at_work(holder, 1)
    question = ask(amsterdam(10, 10))
    given_to(question, holder)
    warned(amsterdam(10, 16))
    message = answer(question.ticket, amsterdam(10, 16, 5))
    actions.note_undelivered(message=message, now=amsterdam(10, 16, 30))

    again, once_more = warned(amsterdam(10, 16, 31)), warned(amsterdam(10, 16, 32))

    assert (again, once_more) == ([holder.pk], [])
    assert OutboxRow.objects.filter(kind="promise-warning").count() == 2


def test_without_a_roster_who_leads_hears_of_it_and_else_who_appoints() -> None:
    lead, admin = new_employee(), new_employee("admin")
    (team,) = [one for one in queries.teams() if one.code == "support"]
    actions.set_teams(employee=lead, teams=[team], leads=[team], by=SYSTEM, now=NOW)
    nobodys, supports = ask(amsterdam(10, 10)), ask(amsterdam(10, 11))
    actions.assign(ticket=supports.ticket, team=team, by=SYSTEM, now=NOW)

    actions.warn_of_due_promises(now=amsterdam(10, 12))

    told = PromiseWarning.objects.values_list("question", "employee")
    assert set(told) == {(nobodys.pk, admin.pk), (supports.pk, lead.pk)}


def test_late_question_warns_nobody_any_more() -> None:
    new_employee("admin")
    ask(amsterdam(10, 10))

    assert warned(amsterdam(11, 0, 1)) == []


def test_who_is_given_it_after_the_moment_is_warned_when_he_works() -> None:
    early, late = new_employee(), new_employee()
    at_work(early, 1)
    at_work(late, 1, time(18), time(22))
    question = ask(amsterdam(10, 10))
    given_to(question, late)

    first = warned(amsterdam(10, 16, 30))
    second = warned(amsterdam(10, 21))

    assert (first, second) == ([], [late.pk])


def test_mail_says_which_question_and_before_when() -> None:
    holder = new_employee()
    at_work(holder, 1)
    question = ask(amsterdam(10, 10))
    given_to(question, holder)
    warned(amsterdam(10, 16))

    outbox.send_due(now=amsterdam(10, 16))

    (sent,) = [one for one in django_mail.outbox if holder.user.email in one.to[0]]
    plain = sent.subject.replace("\u00a0", " ")
    assert plain == f"Loopt af vandaag voor 24:00: {question.ticket.number}"
    assert "Wij beloofden dat vandaag voor 24:00." in text_of(sent)


def test_number_of_queries_does_not_grow_with_the_questions(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at_work(new_employee(), 1)
    for _each in range(30):
        ask(amsterdam(10, 10))

    with django_assert_num_queries(4):
        actions.warn_of_due_promises(now=amsterdam(10, 11))


@pytest.mark.postgres
def test_who_is_given_it_after_another_was_warned_is_warned_as_well() -> None:
    first, second = new_employee(), new_employee()
    for one in (first, second):
        at_work(one, 1)
    question = ask(amsterdam(10, 10))
    given_to(question, first)
    before = warned(amsterdam(10, 16))
    actions.assign(ticket=question.ticket, employee=second, by=SYSTEM, now=amsterdam(10, 16, 5))

    after, again = warned(amsterdam(10, 16, 10)), warned(amsterdam(10, 16, 11))

    assert (before, after, again) == ([first.pk], [second.pk], [])

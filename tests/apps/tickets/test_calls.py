"""Calls as an exchange reports them: in any order, twice, at once; and what comes of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from balie.apps.customers.viewer import Viewer
from balie.apps.office.queries import verify
from balie.apps.promises import actions as promises
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Call, CallBack, Caller, CallEvent, PhoneTalk, Ticket
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from balie.infra.jobs import function_of
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.racing import at_once
from tests.apps.tickets.asking import EMPLOYEE, new_employee
from tests.apps.tickets.calling import (
    MINUTE,
    NUMBER,
    SECOND,
    SOURCE,
    answered,
    event,
    missed,
    report,
    settle,
)

pytestmark = pytest.mark.django_db

LATER = NOW + 10 * MINUTE


def state(call: Call) -> tuple[object, ...]:
    """What a call amounts to, without its ids."""
    return (
        call.started_at,
        call.answered_at,
        call.ended_at,
        call.call_back_at,
        call.choice,
        call.agent,
        call.outcome,
        call.number,
        call.employee_id,
    )


def viewer(pk: int) -> Viewer:
    """An employee who looks."""
    return replace(EMPLOYEE, person_id=pk)


def broken(at: datetime = LATER) -> list[str]:
    """The invariants that do not hold."""
    return [fault.detail for result in verify(now=at) for fault in result.violations]


@pytest.mark.postgres
def test_reports_lead_to_one_state_in_whatever_order_and_however_often_they_come() -> None:
    marit = new_employee()
    actions.set_extension(employee=marit, extension="201", now=NOW)
    orders = list(permutations(answered()))
    expected = state(report(answered()))

    for number, order in enumerate(orders):
        told = [event(one.event, one.at, call=f"x{number}", choice=one.choice, agent=one.agent,
                      outcome=one.outcome) for one in order]  # fmt: skip
        assert state(report([*told, told[0], told[-1]], now=LATER)) == expected

    assert len(orders) == 24
    assert expected[1:4] == (NOW + 10 * SECOND, NOW + 5 * MINUTE, None)
    assert CallEvent.objects.count() == 4 + 24 * 4


def test_missed_is_what_nobody_answered_whatever_the_exchange_calls_it() -> None:
    call = report(missed())

    [settled] = settle(LATER)

    assert settled == call
    assert (call.outcome, call.answered_at) == ("answered", None)
    [day] = queries.missed_per_day(since=NOW - MINUTE, until=LATER, policy=Policy())
    assert (day.calls, day.missed, day.in_hours) == (1, 1, 1)


def test_missed_call_is_a_question_promised_from_its_start() -> None:
    report(missed(), now=LATER - 2 * MINUTE)

    settle(LATER)

    ticket = Ticket.objects.get()
    question = ticket.questions.get()
    assert question.promise.made_at == NOW
    assert (ticket.channel, ticket.subject, ticket.customer) == ("phone", "Gemiste oproep", None)
    assert ticket.team is not None
    assert ticket.team.code == "support"
    assert CallBack.objects.get().number == NUMBER
    assert NUMBER not in ticket.asker_name + ticket.subject + question.message.body
    assert OutboxRow.objects.count() == 0
    assert broken() == []


def test_call_waits_a_minute_for_reports_that_are_still_on_their_way() -> None:
    started, menu, ended = missed()
    report([started, menu, ended])

    assert settle(ended.at + 59 * SECOND) == []
    report([event("answered", NOW + 10 * SECOND)], now=ended.at + 59 * SECOND)

    assert settle(LATER) == []
    assert Ticket.objects.count() == 0


def test_report_of_an_answer_after_the_ticket_takes_nothing_back() -> None:
    report(missed())
    settle(LATER)

    call = report([event("answered", NOW + 10 * SECOND, agent="201")], now=LATER)

    assert call.answered_at == NOW + 10 * SECOND
    assert Ticket.objects.get().open_questions == 1
    assert settle(LATER + timedelta(hours=5)) == []


@pytest.mark.parametrize(("choice", "tickets"), [("1", 0), ("2", 1), ("3", 0), ("", 1), ("8", 1)])
def test_only_support_or_no_choice_is_promised_an_answer(choice: str, tickets: int) -> None:
    report(missed(choice=choice))

    settle(LATER)

    assert Ticket.objects.count() == tickets


def test_choice_that_leads_to_support_is_the_one_in_the_policy() -> None:
    support = {"digit": "7", "label_nl": "Hulp", "label_en": "Help", "team": "support"}
    sales = {"digit": "2", "label_nl": "Verkoop", "label_en": "Sales", "team": "sales"}
    policy = Policy.from_mapping({"phone": {"menu": [support, sales]}})
    promises.apply_policy(mapping=policy.to_mapping(), by=SYSTEM, now=NOW)
    report(missed(choice="2"))
    report(missed(choice="7", call="c2", number="+31507009921"))

    settle(LATER)

    assert [call.choice for call in Call.objects.filter(ticket__isnull=False)] == ["7"]


def test_call_without_a_number_is_counted_and_nothing_else() -> None:
    report(missed(number=""))

    settle(LATER)

    assert Ticket.objects.count() == 0
    assert [
        day.missed
        for day in queries.missed_per_day(since=NOW - MINUTE, until=LATER, policy=Policy())
    ] == [1]


@pytest.mark.parametrize(("minutes", "tickets"), [(0, 1), (12, 1), (30, 1), (31, 2), (300, 2)])
def test_same_number_within_half_an_hour_is_one_ticket(minutes: int, tickets: int) -> None:
    report(missed())
    settle(NOW + 2 * MINUTE)
    report(missed(at=NOW + minutes * MINUTE, call="c2"))

    settle(NOW + minutes * MINUTE + 2 * MINUTE)

    assert Ticket.objects.count() == tickets
    assert Call.objects.filter(ticket__isnull=True).count() == 0
    assert broken(NOW + timedelta(hours=6)) == []


def test_second_try_after_the_answer_is_a_question_of_its_own() -> None:
    report(missed())
    settle(NOW + 2 * MINUTE)
    first = Ticket.objects.get()
    actions.note_reached(ticket=first, body="Opgelost.", employee=new_employee(), now=LATER)
    report(missed(at=LATER + MINUTE, call="c2"))

    settle(LATER + 5 * MINUTE)

    assert Ticket.objects.count() == 2


def test_other_number_is_another_ticket() -> None:
    report(missed())
    report(missed(call="c2", number="+31507009921"))

    settle(LATER)

    assert Ticket.objects.count() == 2


def test_wish_to_be_called_back_is_a_question_at_once() -> None:
    report([event("started", NOW), event("callback", NOW + 30 * SECOND)])

    settle(NOW + 31 * SECOND)

    assert Ticket.objects.get().questions.get().promise.made_at == NOW + 30 * SECOND
    assert CallBack.objects.get().number == NUMBER


def test_answered_call_is_a_ticket_closed_by_phone_kept_when_it_was_answered() -> None:
    marit = new_employee()
    actions.set_extension(employee=marit, extension="201", now=NOW)
    report(answered())

    assert settle(NOW + 30 * MINUTE) == []
    settle(NOW + 36 * MINUTE)

    ticket = Ticket.objects.get()
    promise = ticket.questions.get().promise
    assert ticket.closed_by == f"employee:{marit.pk}"
    assert (promise.made_at, promise.kept_at) == (NOW, NOW + 10 * SECOND)
    assert PhoneTalk.objects.get().employee == marit
    assert OutboxRow.objects.count() == 0
    assert broken(NOW + 36 * MINUTE) == []


def test_answer_of_nobody_we_know_by_name_keeps_no_promise() -> None:
    report(answered(agent="999"))

    settle(NOW + 36 * MINUTE)

    assert Ticket.objects.count() == 0
    assert Call.objects.get().settled_at == NOW + 36 * MINUTE


def test_employee_is_known_by_his_telephone_or_his_address() -> None:
    marit, pieter = new_employee(), new_employee()
    actions.set_extension(employee=marit, extension="201", now=NOW)
    actions.set_extension(employee=pieter, extension="202", now=NOW)
    actions.set_extension(employee=pieter, extension="201", now=NOW)

    assert queries.employee_at("201") == pieter
    assert queries.employee_at(marit.user.email.upper()) == marit
    assert queries.employee_at("203") is None
    assert queries.employee_at("") is None
    assert queries.extensions_of(pieter) == ["201", "202"]


def test_outgoing_call_is_nobodys_question() -> None:
    report([event("started", NOW, direction="out"), event("ended", NOW + MINUTE, direction="out")])

    settle(LATER)

    assert Ticket.objects.count() == 0
    assert queries.missed_per_day(since=NOW - MINUTE, until=LATER, policy=Policy()) == []


def test_call_of_which_no_end_is_told_is_missed_after_hours() -> None:
    report([event("started", NOW)])

    assert settle(NOW + timedelta(hours=3, minutes=59)) == []
    settle(NOW + timedelta(hours=4))

    assert Ticket.objects.get().questions.get().promise.made_at == NOW


def test_running_calls_are_shown_to_everybody_until_somebody_answers() -> None:
    marit = new_employee()
    actions.set_extension(employee=marit, extension="201", now=NOW)
    mine = viewer(marit.pk)
    report([event("started", NOW)])

    assert [call.call_id for call in queries.calls_now(viewer=EMPLOYEE, now=NOW)] == ["c1"]
    report([event("answered", NOW + SECOND, agent="201")])
    assert queries.calls_now(viewer=viewer(marit.pk + 1), now=NOW) == []
    assert [call.call_id for call in queries.calls_now(viewer=mine, now=NOW)] == ["c1"]
    report([event("ended", NOW + MINUTE)])
    assert queries.calls_now(viewer=mine, now=NOW) == []


def test_choices_are_counted_per_local_day_each_call_once_per_key() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday in Amsterdam
    report([event("menu", NOW, choice="2"), event("menu", NOW + SECOND, choice="2")])
    report([event("menu", NOW + 2 * SECOND, choice="9")])
    report([event("menu", NOW, call="c2", choice="2"), event("menu", late, call="c3", choice="2")])

    counted = queries.choices_per_day(since=NOW - MINUTE, until=late + MINUTE)

    assert [(one.day.day, one.choice, one.count) for one in counted] == [
        (24, "2", 1),
        (23, "2", 2),
        (23, "9", 1),
    ]


def test_numbers_are_forgotten_after_a_month_and_the_counts_stay() -> None:
    report(missed())
    report(missed(call="c2", number="+31507009921"))
    settle(LATER)
    told = CallBack.objects.get(number=NUMBER).ticket
    actions.note_reached(ticket=told, body="Opgelost.", employee=new_employee(), now=LATER)

    assert actions.erase_numbers(now=NOW + timedelta(days=29)) == 0
    function_of("erase-numbers")(NOW + timedelta(days=31))

    # Who still waits can still be called.
    assert set(Call.objects.values_list("number", flat=True)) == {"", "+31507009921"}
    assert set(CallBack.objects.values_list("number", flat=True)) == {"", "+31507009921"}
    assert Caller.objects.count() == 0
    assert len(queries.choices_per_day(since=NOW - MINUTE, until=LATER)) == 1
    assert actions.erase_numbers(now=NOW + timedelta(days=31)) == 0


@pytest.mark.postgres
def test_call_and_report_are_one_row_each() -> None:
    call = report([event("started", NOW)])

    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.create(
            source=SOURCE, call_id="c1", direction="in", started_at=NOW, heard_at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CallEvent.objects.create(call=call, event="started", at=NOW, received_at=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_call_at_once_are_both_in_its_state() -> None:
    told = answered(agent="201")

    def take_in(number: int) -> None:
        actions.record_event(source=SOURCE, event=told[number], now=NOW)

    ends = at_once(take_in, before='INSERT INTO "tickets_call"', parties=4)

    assert ends == ["done"] * 4
    assert state(Call.objects.get())[:5] == (
        NOW,
        NOW + 10 * SECOND,
        NOW + 5 * MINUTE,
        None,
        "2",
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_make_one_ticket_of_one_caller() -> None:
    report(missed())
    report(missed(at=NOW + MINUTE, call="c2"))
    calls = list(Call.objects.order_by("pk"))

    def settle_one(number: int) -> None:
        actions.settle_call(call=calls[number], now=LATER)

    assert at_once(settle_one, before='INSERT INTO "tickets_caller"') == ["done", "done"]
    assert Ticket.objects.count() == 1
    assert Call.objects.filter(ticket=Ticket.objects.get()).count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_call_settled_by_two_at_once_is_one_ticket() -> None:
    call = report(missed())

    def settle_it(number: int) -> None:
        actions.settle_call(call=call, now=LATER)

    assert at_once(settle_it, before='UPDATE "tickets_call"') == ["done", "done"]
    assert Ticket.objects.count() == 1

"""What keeps a promise and what does not, event by event (guide: desk, section 3, E1 to E7).

All on Tuesday 10 March 2026 unless said; moments are on the wall clock of Amsterdam.
"""

from datetime import datetime, timedelta

import pytest

from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.actions import UnableToAnswer, UnableToEndQuestion
from balie.apps.tickets.models import Message, Question, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import (
    EMPLOYEE,
    amsterdam,
    answer,
    ask,
    ask_again,
    misses,
    new_employee,
    send,
    viewer_of,
)

pytestmark = pytest.mark.django_db

MIDNIGHT = amsterdam(11, 0)


def promise_of(question: Question) -> Promise:
    return Promise.objects.get(pk=question.promise_id)


def due_of(ticket: Ticket) -> datetime | None:
    return Ticket.objects.get(pk=ticket.pk).due_at


def test_e1_only_the_answer_of_a_person_keeps_the_promise() -> None:
    question = ask(amsterdam(10, 10))
    send(amsterdam(10, 10, 0, 5))
    assert promise_of(question).kept_at is None

    answer(question.ticket, amsterdam(10, 15))
    send(amsterdam(10, 15))

    promise = promise_of(question)
    assert promise.kept_at == amsterdam(10, 15)
    assert promise.was_kept
    assert promise.usual_by == amsterdam(10, 11)
    assert promise.usual_by < promise.kept_at


def test_e2_a_note_keeps_nothing() -> None:
    question = ask(amsterdam(10, 10))

    actions.add_note(
        ticket=question.ticket, body="?", employee=new_employee(), now=amsterdam(10, 10, 20)
    )
    send(amsterdam(10, 10, 20))

    assert list(queries.open_questions(question.ticket)) == [question]
    assert misses(MIDNIGHT) == [(MIDNIGHT, "")]


def test_e2_closing_keeps_nothing_and_hides_nothing() -> None:
    question = ask(amsterdam(10, 10))

    actions.close(ticket=question.ticket, by=SYSTEM, now=amsterdam(10, 10, 20))

    assert list(queries.queue(viewer=EMPLOYEE)) == [question.ticket]
    assert list(queries.queue(viewer=EMPLOYEE, state="closed")) == []
    assert misses(MIDNIGHT) == [(MIDNIGHT, "")]


def test_e2_an_empty_answer_is_refused() -> None:
    question = ask(amsterdam(10, 10))

    with pytest.raises(UnableToAnswer, match="write what the customer needs to know"):
        actions.answer(
            ticket=question.ticket, body=" \n", employee=new_employee(), now=amsterdam(10, 11)
        )

    assert promise_of(question).kept_at is None


def test_e3_a_bounce_after_the_due_moment_is_a_miss_with_its_cause() -> None:
    question = ask(amsterdam(10, 10))
    message = answer(question.ticket, amsterdam(10, 23, 50))
    send(amsterdam(10, 23, 50))
    actions.close(ticket=question.ticket, by=SYSTEM, now=amsterdam(10, 23, 50))

    message = actions.note_undelivered(message=message, now=amsterdam(11, 0, 20))

    promise = promise_of(question)
    assert (promise.kept_at, promise.due_at) == (None, MIDNIGHT)
    assert misses(amsterdam(11, 9)) == [(MIDNIGHT, "undelivered")]
    assert (message.delivered_at, message.undelivered_at) == (None, amsterdam(11, 0, 20))
    assert list(queries.queue(viewer=EMPLOYEE)) == [question.ticket]


def test_e3_a_bounce_before_the_due_moment_leaves_time_for_another_answer() -> None:
    question = ask(amsterdam(10, 10))
    message = answer(question.ticket, amsterdam(10, 11))
    send(amsterdam(10, 11))
    actions.note_undelivered(message=message, now=amsterdam(10, 12))

    answer(question.ticket, amsterdam(10, 13))
    send(amsterdam(10, 13))

    assert promise_of(question).kept_at == amsterdam(10, 13)
    assert misses(amsterdam(11, 9)) == []


def test_e3_a_second_bounce_of_the_same_answer_undoes_nothing_more() -> None:
    question = ask(amsterdam(10, 10))
    bounced = answer(question.ticket, amsterdam(10, 11))
    actions.note_undelivered(message=bounced, now=amsterdam(10, 12))
    second = answer(question.ticket, amsterdam(10, 13))
    send(amsterdam(10, 13))

    actions.note_undelivered(message=bounced, now=amsterdam(10, 14))

    question.refresh_from_db()
    assert question.answer == second
    assert promise_of(question).was_kept


def test_e4_a_reminder_is_a_second_question_and_resets_nothing() -> None:
    first = ask(amsterdam(9, 20, 30))
    second = ask_again(first.ticket, amsterdam(10, 9))

    dues = [promise_of(question).due_at for question in (first, second)]
    assert dues == [amsterdam(10, 20, 30), MIDNIGHT]
    assert due_of(first.ticket) == amsterdam(10, 20, 30)

    answer(first.ticket, amsterdam(10, 21))
    send(amsterdam(10, 21))

    assert [promise_of(question).was_kept for question in (first, second)] == [False, True]
    assert misses(amsterdam(11, 9)) == [(amsterdam(10, 20, 30), "")]
    assert due_of(first.ticket) is None


def test_e5_due_is_the_earliest_of_the_open_questions() -> None:
    first = ask(amsterdam(9, 21))
    ask_again(first.ticket, amsterdam(10, 9, 30))

    assert due_of(first.ticket) == amsterdam(10, 21)
    assert first.ticket.questions.count() == 2


def test_e6_what_counts_is_when_it_came_in_not_when_it_was_picked_up() -> None:
    picked_up = amsterdam(10, 20, 7)

    question = ask(amsterdam(10, 19, 58, 30), now=picked_up)

    promise = promise_of(question)
    assert promise.made_at == amsterdam(10, 19, 58, 30)
    assert promise.due_at == MIDNIGHT
    assert question.message.written_at == promise.made_at


def test_e7_asking_back_is_an_answer_and_what_follows_a_new_question() -> None:
    first = ask(amsterdam(10, 10))
    answer(first.ticket, amsterdam(10, 11))
    send(amsterdam(10, 11))
    actions.close(ticket=first.ticket, by=SYSTEM, now=amsterdam(10, 11))

    second = ask_again(first.ticket, amsterdam(14, 11))

    assert promise_of(first).kept_at == amsterdam(10, 11)
    assert promise_of(second).due_at == amsterdam(15, 11)
    assert due_of(first.ticket) == amsterdam(15, 11)
    first.ticket.refresh_from_db()
    assert first.ticket.closed_at is None


def test_mail_that_cannot_be_delivered_reopens_the_question() -> None:
    question = ask(amsterdam(10, 10), email="geen adres")
    answer(question.ticket, amsterdam(10, 11))

    report = send(amsterdam(10, 11))

    assert report.failed == 2
    question.refresh_from_db()
    assert question.answer is None
    assert misses(MIDNIGHT) == [(MIDNIGHT, "")]


def test_answer_told_by_phone_keeps_the_promise_in_the_call() -> None:
    question = ask(amsterdam(10, 10), email="geen adres")

    message = actions.answer(
        ticket=question.ticket,
        body="Zoals net verteld.",
        employee=new_employee(),
        told_by_phone=True,
        now=amsterdam(10, 11),
    )
    send(amsterdam(10, 11, 1))

    message.refresh_from_db()
    assert message.delivered_at == amsterdam(10, 11)
    assert promise_of(question).kept_at == amsterdam(10, 11)


def test_answer_shown_to_the_signed_in_asker_keeps_the_promise() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question = ask(amsterdam(10, 10), contact=contact, customer=customer)
    answer(question.ticket, amsterdam(10, 11))

    actions.show_answers(
        ticket=question.ticket, viewer=viewer_of(contact, customer), now=amsterdam(10, 11, 5)
    )
    send(amsterdam(10, 12))

    assert promise_of(question).kept_at == amsterdam(10, 11, 5)


def test_answer_shown_to_somebody_else_keeps_nothing() -> None:
    customer = new_customer(with_contact=False)
    asker, colleague = new_contact(customer), new_contact(customer, role="finance")
    question = ask(amsterdam(10, 10), contact=asker, customer=customer)
    answer(question.ticket, amsterdam(10, 11))

    for viewer in (EMPLOYEE, viewer_of(colleague, customer)):
        actions.show_answers(ticket=question.ticket, viewer=viewer, now=amsterdam(10, 11, 5))

    assert promise_of(question).kept_at is None


def test_bounced_answer_that_the_asker_then_opens_has_reached_him() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question = ask(amsterdam(10, 10), contact=contact, customer=customer)
    message = answer(question.ticket, amsterdam(10, 11))
    actions.note_undelivered(message=message, now=amsterdam(10, 12))
    later = ask_again(question.ticket, amsterdam(10, 13))

    actions.show_answers(
        ticket=question.ticket, viewer=viewer_of(contact, customer), now=amsterdam(10, 14)
    )

    assert promise_of(question).kept_at == amsterdam(10, 14)
    assert promise_of(later).kept_at is None


def test_first_question_of_a_ticket_cannot_be_said_to_need_no_answer() -> None:
    question = ask(amsterdam(10, 10))

    with pytest.raises(UnableToEndQuestion, match="answer it"):
        actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 11))

    assert promise_of(question).withdrawn_at is None


def thanked() -> Question:
    """A question that was answered in time, and the thanks for it."""
    first = ask(amsterdam(10, 9))
    actions.answer(
        ticket=first.ticket,
        body="Zo.",
        employee=new_employee(),
        told_by_phone=True,
        now=amsterdam(10, 9),
    )
    return ask_again(first.ticket, amsterdam(10, 10))


def test_thanks_needs_no_answer_and_its_promise_ends() -> None:
    question = thanked()

    actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 11))
    actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 12))

    question.refresh_from_db()
    assert question.needs_none_at == amsterdam(10, 11)
    assert promise_of(question).withdrawn_at == amsterdam(10, 11)
    assert misses(amsterdam(11, 9)) == []
    assert due_of(question.ticket) is None


def test_promise_that_was_missed_cannot_be_said_away() -> None:
    question = thanked()

    actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(11, 9))

    assert promise_of(question).withdrawn_at is None
    assert misses(amsterdam(11, 9)) == [(MIDNIGHT, "")]


def test_answered_question_cannot_be_said_away() -> None:
    question = thanked()
    answer(question.ticket, amsterdam(10, 11))

    question = actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 12))

    assert question.needs_none_at is None


def test_nothing_moves_a_due_moment_later() -> None:
    question = ask(amsterdam(10, 10))
    ticket, employee = question.ticket, new_employee()
    team = queries.teams()[1]

    actions.assign(ticket=ticket, team=team, employee=employee, by=SYSTEM, now=amsterdam(10, 11))
    actions.add_note(ticket=ticket, body="?", employee=employee, now=amsterdam(10, 12))
    ask_again(ticket, amsterdam(10, 13))
    actions.close(ticket=ticket, by=SYSTEM, now=amsterdam(10, 14))
    bounced = answer(ticket, amsterdam(10, 15))
    actions.note_undelivered(message=bounced, now=amsterdam(10, 16))

    assert promise_of(question).due_at == MIDNIGHT
    assert due_of(ticket) == MIDNIGHT


def test_of_two_answers_the_first_one_counts() -> None:
    question = ask(amsterdam(10, 10))
    first = answer(question.ticket, amsterdam(10, 11))

    answer(question.ticket, amsterdam(10, 11, 1))

    question.refresh_from_db()
    assert question.answer == first


def test_answer_that_the_outbox_could_not_note_at_once_is_kept_when_it_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question = ask(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 23, 59))
    with monkeypatch.context() as broken:
        broken.setattr(actions, "note_delivered", None)
        send(amsterdam(10, 23, 59))
    assert misses(MIDNIGHT) == [(MIDNIGHT, "")]

    outbox.send_due(now=MIDNIGHT + timedelta(minutes=5))

    assert promise_of(question).kept_at == amsterdam(10, 23, 59)
    assert misses(amsterdam(11, 9)) == []


def bounced(answered: Message, at: datetime) -> None:
    row = OutboxRow.objects.get(event__startswith=f"answer:{answered.pk}:")
    outbox.note_bounced(message_id=row.message_id, reason="550 5.1.1 no such user", now=at)


def test_e3_bounce_that_came_by_mail_reopens_the_question() -> None:
    question = ask(amsterdam(10, 10))
    answered = answer(question.ticket, amsterdam(10, 23, 50))
    send(amsterdam(10, 23, 50))
    assert misses(amsterdam(11, 0, 10)) == []

    bounced(answered, amsterdam(11, 0, 20))

    assert list(queries.open_questions(question.ticket)) == [question]
    assert misses(amsterdam(11, 0, 21)) == [(amsterdam(11, 0), "undelivered")]
    answered.refresh_from_db()
    assert (answered.delivered_at, answered.undelivered_at) == (None, amsterdam(11, 0, 20))


def test_bounce_of_what_was_told_by_phone_reopens_nothing() -> None:
    question = ask(amsterdam(10, 10))
    answered = actions.answer(
        ticket=question.ticket,
        body="Zo werkt het weer.",
        employee=new_employee(),
        told_by_phone=True,
        now=amsterdam(10, 11),
    )
    send(amsterdam(10, 11, 1))

    bounced(answered, amsterdam(10, 11, 5))

    assert not queries.open_questions(question.ticket).exists()
    assert misses(amsterdam(12, 0)) == []

"""Each invariant of the tickets holds after honest work and catches its planted break."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from balie.apps.promises.actions import promise_answer
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, invariants
from balie.apps.tickets.actions.inbound import take_in
from balie.apps.tickets.models import Message, Question, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.invariants import Result
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.tickets.asking import answer, ask, ask_again, new_employee, send
from tests.apps.tickets.mailing import mail, receive

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """Questions answered, bounced, said away, told by phone and still open."""
    receive(mail(), NOW)
    kept, bounced, thanks, told, waiting = (ask(NOW) for _ in range(5))
    answer(kept.ticket, NOW + HOUR)
    send(NOW + HOUR)
    actions.note_undelivered(message=answer(bounced.ticket, NOW + HOUR), now=NOW + 2 * HOUR)
    answer(thanks.ticket, NOW)
    thanks = ask_again(thanks.ticket, NOW + HOUR)
    actions.needs_no_answer(question=thanks, by=SYSTEM, now=NOW + HOUR)
    actions.answer(
        ticket=told.ticket, body="x", employee=new_employee(), told_by_phone=True, now=NOW + HOUR
    )
    ask_again(waiting.ticket, NOW + HOUR)
    actions.merge(
        ticket=ask(NOW).ticket, into=waiting.ticket, knowingly=True, by=SYSTEM, now=NOW + HOUR
    )


def due_at_another_moment() -> None:
    Ticket.objects.filter(open_questions__gt=0).update(due_at=NOW + timedelta(days=9))


def asked_past_the_ticket() -> None:
    Question.objects.filter(answer__isnull=False).update(answer=None)


def merged_in_a_circle() -> None:
    one, other = Ticket.objects.filter(open_questions=0, merged_into=None)[:2]
    Ticket.objects.filter(pk=one.pk).update(merged_into=other)
    Ticket.objects.filter(pk=other.pk).update(merged_into=one)


def merge_undone_halfway() -> None:
    Ticket.objects.filter(merged_into__isnull=False).update(merged_into=None)


def message_that_nobody_finds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_search")


def asked_without_a_promise() -> None:
    source = Message.objects.filter(kind="question").earliest("pk")
    source.pk = None
    source.save()


def promised_later_than_asked() -> None:
    Promise.objects.update(made_at=F("made_at") + timedelta(seconds=1))


def promise_of_nobody() -> None:
    promise_answer(asked_at=NOW, now=NOW)


def kept_by_nothing() -> None:
    Promise.objects.filter(kept_at__isnull=True).update(kept_at=NOW + HOUR)


def kept_by_what_was_not_delivered() -> None:
    Message.objects.filter(kind="answer").update(delivered_at=None)


def kept_by_a_note() -> None:
    Message.objects.filter(kind="answer").update(kind="note")


def answer_without_mail() -> None:
    OutboxRow.objects.filter(kind="answer").delete()


def mail_without_answer() -> None:
    Question.objects.update(answer=None)
    Message.objects.filter(kind="answer", talk__isnull=True).delete()


def answer_mailed_twice() -> None:
    row = OutboxRow.objects.filter(kind="answer").earliest("pk")
    with transaction.atomic():
        outbox.put(
            kind="answer", event="again", recipient=("ticket", 1), payload=row.payload, now=NOW
        )


def mail_that_waits_for_days() -> None:
    take_in(raw=mail(), taken_at=NOW - timedelta(days=3), now=NOW - timedelta(days=3))


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.one_promise_per_question, asked_without_a_promise),
    (invariants.one_promise_per_question, promised_later_than_asked),
    (invariants.one_promise_per_question, promise_of_nobody),
    (invariants.kept_by_a_delivered_answer, kept_by_nothing),
    (invariants.kept_by_a_delivered_answer, kept_by_what_was_not_delivered),
    (invariants.kept_by_a_delivered_answer, kept_by_a_note),
    (invariants.one_mail_per_answer, answer_without_mail),
    (invariants.one_mail_per_answer, mail_without_answer),
    (invariants.one_mail_per_answer, answer_mailed_twice),
    (invariants.due_as_its_questions, due_at_another_moment),
    (invariants.due_as_its_questions, asked_past_the_ticket),
    (invariants.merges_lead_on, merged_in_a_circle),
    (invariants.merges_lead_on, merge_undone_halfway),
    (invariants.every_message_is_found, message_that_nobody_finds),
    (invariants.mail_in_one_place, mail_that_waits_for_days),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=NOW + 3 * HOUR)

    assert result.violations == ()
    assert result.checked > 0


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    plant()

    assert not check(now=NOW + 3 * HOUR).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)

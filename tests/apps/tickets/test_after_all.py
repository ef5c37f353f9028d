"""A message that was said to need no answer, answered after all: the promise is the same one."""

import pytest

from balie.apps.promises.models import Promise
from balie.apps.tickets import actions
from balie.apps.tickets.models import Question, Ticket
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.tickets.asking import amsterdam, answer, ask, ask_again, misses, send

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MIDNIGHT = amsterdam(11, 0)


def thanked() -> Question:
    """An answered question, and "thanks" on its ticket."""
    first = ask(amsterdam(10, 8))
    answer(first.ticket, amsterdam(10, 9))
    send(amsterdam(10, 9))
    return ask_again(first.ticket, amsterdam(10, 10))


def test_question_needs_an_answer_after_all_under_the_same_promise() -> None:
    question = thanked()
    due_at = Promise.objects.get(pk=question.promise_id).due_at
    actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 11))
    actions.close(ticket=question.ticket, by=SYSTEM, now=amsterdam(10, 11))

    actions.needs_answer_after_all(question=question, by=SYSTEM, now=amsterdam(10, 12))

    question.refresh_from_db()
    assert (question.needs_none_at, question.needs_none_by) == (None, "")
    assert (
        Promise.objects.get(pk=question.promise_id).withdrawn_at,
        Ticket.objects.get(pk=question.ticket_id).due_at,
    ) == (None, due_at)
    assert Ticket.objects.get(pk=question.ticket_id).closed_at is None
    assert AuditEvent.objects.filter(event="question.needs_answer").count() == 1


def test_question_taken_up_again_too_late_is_missed() -> None:
    question = thanked()
    actions.needs_no_answer(question=question, by=SYSTEM, now=amsterdam(10, 11))

    actions.needs_answer_after_all(question=question, by=SYSTEM, now=amsterdam(11, 9))

    assert misses(amsterdam(11, 9)) == [(MIDNIGHT, "")]

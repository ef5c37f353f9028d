"""Answering and sending the answer, killed anywhere and done again, end as if nothing happened."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from balie.apps.office import queries as office
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Message, Question
from balie.infra import outbox
from balie.infra.mail import Prepared
from tests.apps.killing import EVERY, kill_points
from tests.apps.tickets.asking import amsterdam, ask, new_employee

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.usefixtures("committed")]

ANSWERED = amsterdam(10, 11)
# A row whose sender died is free again at once: what is tested is not how long a lease is.
NO_LEASE = timedelta(microseconds=1)


def asked() -> Question:
    """A question that was acknowledged."""
    question = ask(amsterdam(10, 10))
    outbox.send_due(now=amsterdam(10, 10))
    mail.outbox.clear()
    return question


def answer_and_send(question: Question) -> None:
    """An employee answers what still waits, and the mail leaves."""
    if queries.open_questions(question.ticket).exists():
        actions.answer(ticket=question.ticket, body="Zo.", employee=new_employee(), now=ANSWERED)
    outbox.send_due(now=ANSWERED, lease=NO_LEASE)


def damage(question: Question) -> list[str]:
    """What is wrong right after the kill and after doing it again."""
    found = broken()
    answer_and_send(question)
    found += broken()
    promise = Promise.objects.get(pk=question.promise_id)
    if promise.kept_at != ANSWERED:
        found.append(f"kept at {promise.kept_at}")
    answers = Message.objects.filter(ticket=question.ticket, kind="answer")
    if [message.delivered_at for message in answers] != [ANSWERED]:
        found.append(f"{len(answers)} answers, not one delivered")
    # A mail may go out twice when the process dies while the server says yes, under one name.
    names = {
        message.finished["Message-ID"] for message in mail.outbox if isinstance(message, Prepared)
    }
    if len(names) != 1 or len(mail.outbox) > 2:
        found.append(f"{len(mail.outbox)} mails under {len(names)} names")
    return found


def broken() -> list[str]:
    return [
        str(violation) for result in office.verify(now=ANSWERED) for violation in result.violations
    ]


def test_answer_killed_anywhere_reaches_the_asker_once() -> None:
    points = 0
    for point, question in kill_points(asked, answer_and_send):
        assert damage(question) == [], point
        points += 1

    assert points >= 40 // EVERY


def test_answer_that_is_no_transaction_does_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: message, answered question and mail are committed one by one."""
    naked, put = actions.answer.__wrapped__, outbox.put  # type: ignore[attr-defined]

    def work(question: Question) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(actions, "answer", naked)
            patch.setattr(outbox, "put", transaction.atomic(put))
            answer_and_send(question)

    assert any(damage(question) for _, question in kill_points(asked, work))

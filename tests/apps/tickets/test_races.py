"""Two at the same moment: merges that would make a circle, answers, questions, second thoughts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from balie.apps.tickets import actions
from balie.apps.tickets.actions import due, merging
from balie.apps.tickets.invariants import INVARIANTS
from balie.apps.tickets.models import Merge, Message, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.racing import at_once
from tests.apps.tickets.asking import ask, ask_again, new_employee

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

HOLDING = 'UPDATE "tickets_ticket"'
LATER = NOW + timedelta(seconds=10)


def broken() -> list[str]:
    return [str(one) for check in INVARIANTS for one in check(now=LATER).violations]


def merge_in_a_circle() -> list[str]:
    """Each of two employees merges the other way, at the same moment."""
    tickets = [ask(NOW).ticket, ask(NOW).ticket]

    def work(number: int) -> object:
        ticket, into = tickets[number], tickets[1 - number]
        return actions.merge(ticket=ticket, into=into, knowingly=True, by=SYSTEM, now=NOW)

    return at_once(work, before=HOLDING, expected=(actions.UnableToMerge, IntegrityError))


def test_merges_at_the_same_moment_make_no_circle() -> None:
    ends = merge_in_a_circle()

    assert ends == ["UnableToMerge", "done"]
    assert Merge.objects.count() == 1
    assert broken() == []


def test_merges_that_hold_nothing_are_stopped_by_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken twin looks and then merges: the constraint of a merged one judges."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer, who looks after the other one has written")
    monkeypatch.setattr(merging, "take_hold", lambda pk: None)
    monkeypatch.setattr(due, "take_hold", lambda pk: None)

    ends = merge_in_a_circle()

    assert ends == ["IntegrityError", "done"]
    assert broken() == []


def test_of_two_answers_at_the_same_moment_one_is_read_first() -> None:
    question = ask(NOW)
    employees = [new_employee(), new_employee()]

    ends = at_once(
        lambda number: actions.answer(
            ticket=question.ticket,
            body="Zo.",
            employee=employees[number],
            seen=question.message_id,
            now=NOW,
        ),
        before=HOLDING,
        expected=(actions.WrittenMeanwhile,),
    )

    assert ends == ["WrittenMeanwhile", "done"]
    assert Message.objects.filter(kind="answer").count() == 1
    assert broken() == []


def test_questions_at_the_same_moment_are_all_counted() -> None:
    ticket = ask(NOW).ticket

    ends = at_once(
        lambda number: ask_again(Ticket.objects.get(pk=ticket.pk), NOW + timedelta(number)),
        before=HOLDING,
        parties=4,
    )

    assert ends == ["done"] * 4
    assert Ticket.objects.get().open_questions == 5
    assert broken() == []


def test_second_thoughts_and_the_mail_server_do_not_both_win() -> None:
    question, employee = ask(NOW), new_employee()
    outbox.send_due(now=NOW)
    message = actions.answer(
        ticket=question.ticket, body="Zo.", employee=employee, leaves_at=LATER, now=NOW
    )

    def work(number: int) -> object:
        if number:
            return outbox.send_due(now=LATER)
        return actions.take_back(message=message, employee=employee, now=LATER)

    ends = at_once(work, before="UPDATE", expected=(actions.UnableToTakeBack,))
    outbox.send_due(now=LATER)

    message.refresh_from_db()
    question.refresh_from_db()
    question.promise.refresh_from_db()
    won = "done" if ends == ["done", "done"] else "lost"
    kept = {"done": ("unsent", None), "lost": ("answer", LATER)}[won]
    assert (message.kind, question.promise.kept_at) == kept
    assert broken() == []

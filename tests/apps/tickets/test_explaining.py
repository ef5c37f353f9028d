"""A stored promise replayed: what happened to its question, and moments that do not agree."""

from argparse import Namespace
from datetime import timedelta

import pytest

from balie.apps.promises import actions as promises
from balie.apps.promises.models import Miss, Promise
from balie.apps.tickets import actions
from balie.apps.tickets.queries.explaining import explain
from balie.config.commands import promise_explain
from balie.config.terminal import CommandFailed
from balie.domain.policy import Answers, Policy
from balie.infra import clock
from balie.infra.audit import SYSTEM, Actor
from tests.apps.tickets.asking import amsterdam, answer, ask, ask_again, new_employee, send

pytestmark = pytest.mark.django_db

MARIT = Actor("employee", 1, "Marit")


def test_bounced_answer_and_note_are_told_and_keep_nothing() -> None:
    question = ask(amsterdam(10, 10))
    ticket = question.ticket
    actions.add_note(ticket=ticket, body="Lastig.", employee=new_employee(), now=amsterdam(10, 11))
    first = answer(ticket, amsterdam(10, 12))
    send(amsterdam(10, 12))
    actions.note_undelivered(message=first, now=amsterdam(10, 13))

    explained = explain(Promise.objects.get(pk=question.promise_id), now=amsterdam(11, 9))

    told = [rule.found for rule in explained.rules if rule.name == "event"]
    assert [": note by " in told[0], "keeps nothing" in told[0]] == [True, True]
    assert "not delivered (Tue 10 Mar 2026 13:00:00 +0100)" in told[1]
    assert explained.rules[-1].found == "missed: not answered in time"
    assert explained.differences == ()


def test_promise_is_explained_under_the_policy_it_was_made_under() -> None:
    question = ask(amsterdam(10, 10))
    slower = Policy(answers=Answers(guarantee_hours=72))
    promises.apply_policy(mapping=slower.to_mapping(), by=SYSTEM, now=amsterdam(10, 11))

    explained = explain(Promise.objects.get(pk=question.promise_id), now=amsterdam(10, 12))

    assert explained.rules[1].found.startswith("24 elapsed hours later")
    assert explained.differences == ()


def test_stored_moment_that_a_replay_does_not_give_is_told() -> None:
    question = ask(amsterdam(10, 10))
    promise = Promise.objects.get(pk=question.promise_id)
    Promise.objects.filter(pk=promise.pk).update(due_at=promise.due_at + timedelta(hours=1))
    promise.refresh_from_db()

    (difference,) = explain(promise, now=amsterdam(10, 12)).differences

    assert difference.startswith("due_at: stored 2026-03-11 00:00")


def test_miss_that_a_replay_contradicts_is_told() -> None:
    question = ask(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 15))
    send(amsterdam(10, 15))
    promise = Promise.objects.get(pk=question.promise_id)
    at = amsterdam(11, 0)
    Miss.objects.create(promise=promise, missed_at=at, noticed_at=at)

    (difference,) = explain(promise, now=amsterdam(12, 9)).differences

    assert difference == "miss: stored (2026-03-10 23:00:00+00:00), replayed kept"


def test_answer_too_late_without_a_miss_is_told() -> None:
    question = ask(amsterdam(10, 10))
    promise = Promise.objects.get(pk=question.promise_id)
    promise.kept_at = amsterdam(11, 9)
    promise.save()

    (difference,) = explain(promise, now=amsterdam(12, 9)).differences

    assert difference.startswith("miss: none stored, replayed too late")


def test_who_ended_a_promise_is_told() -> None:
    question = ask(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 11))
    send(amsterdam(10, 11))
    thanks = ask_again(question.ticket, amsterdam(10, 12))
    actions.needs_no_answer(question=thanks, by=MARIT, now=amsterdam(10, 13))

    explained = explain(Promise.objects.get(pk=thanks.promise_id), now=amsterdam(12, 9))

    assert explained.rules[-1].found == (
        f"ended Tue 10 Mar 2026 13:00:00 +0100: it needed no answer, said {MARIT}"
    )
    assert explained.differences == ()


def test_command_prints_the_verdict_of_every_question_of_a_ticket(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = ask(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 15))
    send(amsterdam(10, 15))

    with clock.frozen(amsterdam(12, 9)):
        code = promise_explain.run(Namespace(number=question.ticket.number.lower()))

    shown = capsys.readouterr().out
    assert code == 0
    assert f"promise {question.promise_id} (answer), made under policy version 1" in shown
    assert "verdict      kept" in shown


def test_command_exits_with_one_when_a_replay_differs(capsys: pytest.CaptureFixture[str]) -> None:
    question = ask(amsterdam(10, 10))
    Promise.objects.filter(pk=question.promise_id).update(usual_by=None)

    code = promise_explain.run(Namespace(number=str(question.promise_id)))

    assert code == 1
    assert "REPLAY DIFFERS  usual_by" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["999999", "V1999-00001", "'; --"])
def test_command_says_what_does_not_exist(number: str) -> None:
    with pytest.raises(CommandFailed, match="there is no promise"):
        promise_explain.run(Namespace(number=number))

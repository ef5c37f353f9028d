"""Each constraint of the tickets refuses the row it is there for, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.promises.actions import promise_answer
from balie.apps.tickets import actions
from balie.apps.tickets.models import Assignment, Message, Question, Team, Ticket
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.refusing import assert_refused, copy_of, declared
from tests.apps.tickets.asking import answer, ask, new_employee

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def asked() -> Message:
    return Message.objects.get(kind="question")


def answered() -> Message:
    return Message.objects.get(kind="answer")


ROWS: dict[str, Callable[[], Any]] = {
    "tickets_message_author": lambda: copy_of(answered(), employee=None),
    "tickets_team.code": lambda: copy_of(Team.objects.earliest("pk")),
    "tickets_ticket.number": lambda: copy_of(Ticket.objects.get()),
    "tickets_question.message_id": lambda: copy_of(
        Question.objects.get(), promise=promise_answer(asked_at=NOW, now=NOW)
    ),
    "tickets_question.promise_id": lambda: copy_of(
        Question.objects.get(), message=copy_of_saved(asked())
    ),
}


def copy_of_saved(message: Message) -> Message:
    copy: Message = copy_of(message)
    copy.save()
    return copy


@pytest.fixture(autouse=True)
def conversation() -> None:
    """A question and its answer."""
    answer(ask(NOW).ticket, NOW)


@pytest.mark.parametrize("constraint", ROWS)
def test_constraint_refuses_its_row(constraint: str) -> None:
    assert_refused(ROWS[constraint](), constraint)


def test_every_constraint_has_a_row() -> None:
    assert set(ROWS) == declared("tickets")


@pytest.mark.parametrize("kind", ["note", "question", "autoreply"])
def test_message_has_the_author_its_kind_asks_for(kind: str) -> None:
    row = copy_of(asked()) if kind != "question" else copy_of(answered())

    row.kind = kind

    assert_refused(row, "tickets_message_author")


def test_assignment_is_never_changed() -> None:
    ticket = Ticket.objects.get()
    actions.assign(ticket=ticket, employee=new_employee(), by=SYSTEM, now=NOW)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Assignment.objects.update(assigned_by="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Assignment.objects.all()._raw_delete("default")

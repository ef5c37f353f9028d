"""Each constraint of the tickets refuses the row it is there for, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.promises.actions import promise_answer
from balie.apps.tickets import actions
from balie.apps.tickets.models import (
    Assignment,
    Draft,
    Merge,
    Message,
    Presence,
    Question,
    SavedReply,
    Tag,
    Team,
    Ticket,
    TicketLink,
    TicketTag,
)
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.refusing import assert_refused, copy_of, declared
from tests.apps.tickets.asker_rows import ASKER_ROWS
from tests.apps.tickets.asking import answer, ask, new_employee
from tests.apps.tickets.call_rows import CALL_ROWS
from tests.apps.tickets.mail_rows import MAIL_ROWS
from tests.apps.tickets.staffing_rows import STAFFING_ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def asked() -> Message:
    return Message.objects.get(kind="question")


def answered() -> Message:
    return Message.objects.get(kind="answer")


ROWS: dict[str, Callable[[], Any]] = {
    **MAIL_ROWS,
    **ASKER_ROWS,
    **STAFFING_ROWS,
    **CALL_ROWS,
    "tickets_message_author": lambda: copy_of(answered(), employee=None),
    "tickets_team.code": lambda: copy_of(Team.objects.earliest("pk")),
    "tickets_ticket.number": lambda: copy_of(Ticket.objects.get()),
    "tickets_question.message_id": lambda: copy_of(
        Question.objects.get(), promise=promise_answer(asked_at=NOW, now=NOW)
    ),
    "tickets_question.promise_id": lambda: copy_of(
        Question.objects.get(), message=copy_of_saved(asked())
    ),
    "tickets_due_while_waiting": lambda: copy_of(Ticket.objects.get(), number="T", due_at=NOW),
    "tickets_merged_waits_elsewhere": lambda: copy_of(
        Ticket.objects.get(),
        number="T",
        merged_into=Ticket.objects.get(),
        due_at=NOW,
        open_questions=1,
    ),
    "tickets_message_origin_elsewhere": lambda: copy_of(asked(), origin=Ticket.objects.get()),
    "tickets_one_standing_merge": lambda: copy_of(merged()),
    "tickets_merge_of_two": lambda: into_itself(merged()),
    "tickets_one_link": lambda: copy_of(linked()),
    "tickets_link_of_two": lambda: copy_of(linked(), other=Ticket.objects.earliest("pk")),
    "tickets_tag.name": lambda: copy_of(tagged().tag),
    "tickets_tag_lower_case": lambda: Tag(name="DNS"),
    "tickets_tag_once": lambda: copy_of(tagged()),
    "tickets_saved_reply_name": lambda: copy_of(saved_reply()),
    "tickets_saved_reply_lower_case": lambda: copy_of(saved_reply(), name="Dns"),
    "tickets_one_draft": lambda: copy_of(draft()),
    "tickets_one_presence": lambda: copy_of(present()),
}


def merged() -> Merge:
    other = ask(NOW).ticket
    return actions.merge(
        ticket=other, into=Ticket.objects.earliest("pk"), knowingly=True, by=SYSTEM, now=NOW
    )


def into_itself(merge: Merge) -> Merge:
    row: Merge = copy_of(merge, into=merge.ticket, undone_at=NOW)
    return row


def linked() -> TicketLink:
    first = Ticket.objects.earliest("pk")
    return actions.link(ticket=first, other=ask(NOW).ticket, by=SYSTEM, now=NOW)


def tagged() -> TicketTag:
    return actions.add_tag(ticket=Ticket.objects.get(), name="dns", by=SYSTEM, now=NOW)


def saved_reply() -> SavedReply:
    return actions.save_reply(reply=None, name="dns", body_nl="Zo.", body_en="", by=SYSTEM, now=NOW)


def draft() -> Draft | None:
    return actions.save_draft(
        ticket=Ticket.objects.get(),
        employee=new_employee(),
        kind="answer",
        body="Zo",
        version=0,
        now=NOW,
    )


def present() -> Presence:
    return actions.be_present(
        ticket=Ticket.objects.get(), employee=new_employee(), is_typing=False, now=NOW
    )


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

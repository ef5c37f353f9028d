"""A ticket is asked, assigned and closed, and every step leaves its row."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Assignment, RawSource, Team
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import answer, ask, ask_again, mails, new_employee

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def trail(kind: str, pk: int) -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(subject_kind=kind, subject_id=pk).order_by("pk")
    return [(event.event, event.by_kind) for event in found]


def test_question_keeps_what_came_in_byte_for_byte() -> None:
    question = ask(NOW, body="Eerste regel\nen de rest é€")

    source = RawSource.objects.get()
    raw = "Eerste regel\nen de rest é€".encode()
    assert bytes(source.content) == raw
    assert source.sha256 == hashlib.sha256(raw).hexdigest()
    assert (source.channel, source.received_at) == ("web", NOW)
    assert question.message.source == source
    assert question.message.body == "Eerste regel\nen de rest é€"


def test_ticket_without_a_subject_gets_the_first_line() -> None:
    assert ask(NOW, body="\n Mijn  site \ndoet het niet").ticket.subject == "Mijn site"
    assert ask(NOW, body="x" * 300).ticket.subject == "x" * 199 + "…"


def test_tickets_are_numbered_per_year_of_asking_in_amsterdam() -> None:
    new_year_in_amsterdam = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    numbers = [ask(at).ticket.number for at in (NOW, NOW, new_year_in_amsterdam)]

    assert [number[-5:] for number in numbers] == ["00001", "00002", "00001"]
    assert ["2026" in number for number in numbers] == [True, True, False]
    assert "2027" in numbers[2]


def test_only_a_signed_in_asker_is_confirmed() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)

    assert ask(NOW, contact=contact, customer=customer).ticket.asker_confirmed
    assert not ask(NOW, email=contact.user.email).ticket.asker_confirmed


def test_new_question_is_acknowledged_once() -> None:
    question = ask(NOW)
    ask_again(question.ticket, NOW + HOUR)

    assert [row.payload for row in mails("question-received")] == [{"question": question.pk}]


def test_question_opens_a_closed_ticket_again_and_says_so() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    ticket = ask(NOW, contact=contact, customer=customer).ticket
    actions.close(ticket=ticket, by=Actor("employee", 1), now=NOW + HOUR)

    ask_again(ticket, NOW + 2 * HOUR)

    ticket.refresh_from_db()
    assert (ticket.closed_at, ticket.closed_by) == (None, "")
    assert trail("ticket", ticket.pk) == [
        ("ticket.opened", "system"),
        ("ticket.closed", "employee"),
        ("ticket.reopened", "contact"),
        ("ticket.asked_again", "contact"),
    ]


def test_closing_twice_changes_nothing() -> None:
    ticket = ask(NOW).ticket
    actions.close(ticket=ticket, by=Actor("employee", 1), now=NOW + HOUR)

    ticket = actions.close(ticket=ticket, by=Actor("employee", 2), now=NOW + 2 * HOUR)

    assert (ticket.closed_at, ticket.closed_by) == (NOW + HOUR, "employee:1")


def test_answer_is_public_named_and_mailed_once() -> None:
    ticket = ask(NOW).ticket
    employee = new_employee()

    message = answer(ticket, NOW + HOUR, employee=employee)

    assert (message.author_name, message.written_at) == (employee.name, NOW + HOUR)
    assert [row.event for row in mails("answer")] == [f"answer:{message.pk}:visitor"]
    event = AuditEvent.objects.get(event="ticket.answered")
    assert (event.by_kind, event.by_id) == ("employee", employee.pk)


def test_assignment_is_a_row_and_the_last_one_shows() -> None:
    ticket = ask(NOW).ticket
    support, sales, _ = Team.objects.order_by("pk")
    employee = new_employee()

    actions.assign(ticket=ticket, team=support, employee=employee, by=SYSTEM, now=NOW)
    actions.assign(ticket=ticket, team=sales, by=SYSTEM, now=NOW + HOUR)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (sales, None)
    rows = Assignment.objects.order_by("pk").values_list("team__code", "employee")
    assert list(rows) == [("support", employee.pk), ("sales", None)]


def test_taking_a_ticket_leaves_it_with_its_team() -> None:
    ticket = ask(NOW).ticket
    support = queries.teams()[0]
    actions.assign(ticket=ticket, team=support, by=SYSTEM, now=NOW)

    employee = new_employee()
    actions.assign(ticket=ticket, employee=employee, by=SYSTEM, now=NOW)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (support, employee)

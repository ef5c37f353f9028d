"""Who sees which ticket, in which order, and that a list takes few queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from balie.apps.promises.actions import note_misses
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Team, Ticket
from balie.infra.audit import SYSTEM
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import (
    EMPLOYEE,
    amsterdam,
    answer,
    ask,
    ask_again,
    mails,
    new_employee,
    viewer_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AtMost = Callable[[int], AbstractContextManager[object]]


def test_contact_sees_his_customers_tickets_and_no_others() -> None:
    mine, other = new_customer(with_contact=False), new_customer()
    contact = new_contact(mine)
    ticket = ask(amsterdam(10, 10), contact=contact, customer=mine).ticket
    strange = ask(amsterdam(10, 10), customer=other).ticket
    outsider = ask(amsterdam(10, 10)).ticket
    viewer = viewer_of(contact, mine)

    assert list(queries.tickets_for(viewer=viewer)) == [ticket]
    assert queries.ticket_for(viewer=viewer, number=ticket.number) == ticket
    for hidden in (strange, outsider):
        with pytest.raises(Ticket.DoesNotExist):
            queries.ticket_for(viewer=viewer, number=hidden.number)
    assert queries.tickets_for(viewer=EMPLOYEE).count() == 3


def test_notes_are_for_employees() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    ticket = ask(amsterdam(10, 10), contact=contact, customer=customer).ticket
    note = actions.add_note(
        ticket=ticket, body="intern", employee=new_employee(), now=amsterdam(10, 11)
    )
    message = answer(ticket, amsterdam(10, 12))

    seen = queries.conversation(ticket, viewer=viewer_of(contact, customer))
    assert [one.kind for one in seen] == ["question", "answer"]
    assert queries.conversation(ticket, viewer=EMPLOYEE)[1:] == [note, message]


def test_queue_begins_with_what_is_due_first() -> None:
    tuesday = ask(amsterdam(10, 10)).ticket
    monday_night = ask(amsterdam(9, 21)).ticket
    monday = ask(amsterdam(9, 10)).ticket
    answered = ask(amsterdam(9, 9)).ticket
    answer(answered, amsterdam(9, 11))
    closed = ask(amsterdam(9, 8)).ticket
    answer(closed, amsterdam(9, 11))
    actions.close(ticket=closed, by=SYSTEM, now=amsterdam(9, 11))

    queue = list(queries.queue(viewer=EMPLOYEE))

    assert queue == [monday, monday_night, tuesday]
    assert list(queries.queue(viewer=EMPLOYEE, state="answered")) == [answered]
    assert list(queries.queue(viewer=EMPLOYEE, state="closed")) == [closed]


def test_queue_counts_open_questions_and_knows_the_earliest() -> None:
    ticket = ask(amsterdam(9, 21)).ticket
    ask_again(ticket, amsterdam(10, 9))
    ask_again(ticket, amsterdam(10, 10))

    (row,) = queries.queue(viewer=EMPLOYEE)

    assert (row.open_questions, row.due_at) == (3, amsterdam(10, 21))


def test_queue_can_be_of_one_team_or_one_employee() -> None:
    first, second = ask(amsterdam(10, 10)).ticket, ask(amsterdam(10, 10)).ticket
    employee = new_employee()
    sales = Team.objects.get(code="sales")
    actions.assign(ticket=first, team=sales, by=SYSTEM, now=amsterdam(10, 11))
    actions.assign(ticket=second, employee=employee, by=SYSTEM, now=amsterdam(10, 11))

    assert list(queries.queue(viewer=EMPLOYEE, team="sales")) == [first]
    assert list(queries.queue(viewer=EMPLOYEE, assignee=employee.pk)) == [second]


def test_lists_take_as_many_queries_for_twenty_tickets_as_for_one(
    django_assert_num_queries: AtMost,
) -> None:
    for minute in range(20):
        ticket = ask(amsterdam(10, 10, minute)).ticket
        ask_again(ticket, amsterdam(10, 11, minute))
        answer(ticket, amsterdam(10, 12, minute))
        ask_again(ticket, amsterdam(10, 13, minute))

    with django_assert_num_queries(1):
        assert len([row.team for row in queries.queue(viewer=EMPLOYEE)]) == 20
    with django_assert_num_queries(2):
        found = list(queries.with_questions(queries.tickets_for(viewer=EMPLOYEE)))
        assert sum(len(ticket.questions.all()) for ticket in found) == 60
    with django_assert_num_queries(2):  # the messages, and their files
        queries.conversation(ticket, viewer=EMPLOYEE)


def test_missed_questions_are_listed_with_what_was_due_last_first() -> None:
    first, second = ask(amsterdam(9, 10)), ask(amsterdam(9, 21))
    answer(first.ticket, amsterdam(11, 10))
    note_misses(now=amsterdam(12, 0))

    assert list(queries.missed_questions()) == [second, first]


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("A.Bakker@Klant.example", "a.bakker@klant.example"),
        ("a+nieuws+x@klant.example", "a@klant.example"),
        ("+a@klant.example", "@klant.example"),
        ('"a@b"+c@klant.example', '"a@b"@klant.example'),
        ("geen adres", "geen adres"),
        ("", ""),
    ],
)
def test_mailbox_of_an_address(address: str, mailbox: str) -> None:
    assert queries.same_mailbox(address) == mailbox


def test_acknowledgements_are_counted_up_to_the_one_itself() -> None:
    for email in ("ab@klant.example", "a@anders.example", "a@klant.example", "A+1@klant.example"):
        ask(amsterdam(10, 10), email=email)
    day_later = ask(amsterdam(11, 10), email="a@klant.example").ticket

    counted = [
        len(queries.acknowledged_before(row, ticket=Ticket.objects.get(pk=row.recipient_id)))
        for row in mails("question-received")
    ]

    assert counted == [0, 0, 0, 1, 0]
    assert not queries.has_confirmed(day_later)


def test_contact_of_two_customers_sees_what_he_asked_for_neither() -> None:
    one, other = new_customer(with_contact=False), new_customer(with_contact=False)
    contact, colleague = new_contact(one), new_contact(one)
    ticket = ask(amsterdam(10, 10), contact=contact).ticket

    for customer in (one, other):
        assert list(queries.tickets_for(viewer=viewer_of(contact, customer))) == [ticket]
    assert list(queries.tickets_for(viewer=viewer_of(colleague, one))) == []

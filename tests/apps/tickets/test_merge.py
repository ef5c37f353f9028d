"""Merge, undo, split and link: promises stay, redirects are followed, nobody reads another's."""

import pytest
from django.core import mail

from balie.apps.customers.models import Contact, Customer
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.invariants import INVARIANTS
from balie.apps.tickets.models import Merge, Question, Ticket, TicketLink
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import (
    EMPLOYEE,
    amsterdam,
    answer,
    ask,
    ask_again,
    mails,
    send,
    viewer_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LATER = amsterdam(10, 12)


def merge(ticket: Ticket, into: Ticket, *, knowingly: bool = True) -> Merge:
    return actions.merge(ticket=ticket, into=into, knowingly=knowingly, by=SYSTEM, now=LATER)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def assert_books_hold() -> None:
    assert [one for check in INVARIANTS for one in check(now=NOW).violations] == []


def customer_who_asks() -> tuple[Customer, Contact]:
    customer = new_customer(with_contact=False)
    return customer, new_contact(customer)


def test_e5_both_questions_stay_listed_with_their_promises() -> None:
    first, second = ask(amsterdam(9, 21)), ask(amsterdam(10, 9, 30))
    before = list(Promise.objects.order_by("pk").values())

    merge(first.ticket, second.ticket)

    into = fresh(second.ticket)
    listed = [one.question for one in queries.conversation(into, viewer=EMPLOYEE)]
    assert listed == [first, second]
    assert (into.due_at, into.open_questions) == (amsterdam(10, 21), 2)
    assert list(Promise.objects.order_by("pk").values()) == before
    assert list(queries.queue(viewer=EMPLOYEE)) == [into]
    assert_books_hold()


def test_e5_answer_keeps_or_misses_each_promise_by_itself() -> None:
    first, second = ask(amsterdam(9, 21)), ask(amsterdam(10, 9, 30))
    merge(first.ticket, second.ticket)

    answer(second.ticket, amsterdam(10, 22))
    send(amsterdam(10, 22))

    kept = {one.pk: one.promise.was_kept for one in Question.objects.select_related("promise")}
    assert kept == {first.pk: False, second.pk: True}
    assert_books_hold()


def test_each_visitor_gets_his_own_answer_at_his_own_ticket() -> None:
    first = ask(amsterdam(10, 10), email="a@klant.example")
    second = ask(amsterdam(10, 11), email="b@klant.example")
    merge(first.ticket, second.ticket)
    mail.outbox.clear()

    answer(second.ticket, LATER)
    send(LATER)

    answers = [one for one in mail.outbox if one.subject.startswith("Antwoord")]
    assert sorted((one.to[0], first.ticket.number in one.subject) for one in answers) == [
        ("a@klant.example", True),
        ("b@klant.example", False),
    ]
    assert Promise.objects.filter(kept_at=LATER).count() == 2
    assert_books_hold()


def test_acknowledgement_that_waited_still_goes_to_who_asked() -> None:
    first = ask(amsterdam(10, 10), email="a@klant.example")
    second = ask(amsterdam(10, 11), email="b@klant.example")
    merge(first.ticket, second.ticket)

    send(LATER)

    received = {one.to[0]: first.ticket.number in one.subject for one in mail.outbox}
    assert received == {"a@klant.example": True, "b@klant.example": False}


def test_two_askers_are_merged_only_knowingly() -> None:
    first = ask(amsterdam(10, 10), email="a@klant.example")
    second = ask(amsterdam(10, 11), email="b@klant.example")

    with pytest.raises(actions.UnableToMerge, match="two people") as refused:
        merge(first.ticket, second.ticket, knowingly=False)

    assert refused.value.why == "askers"
    assert fresh(first.ticket).open_questions == 1


def test_tickets_of_two_customers_never_merge() -> None:
    first, second = (
        ask(NOW, contact=contact, customer=customer)
        for customer, contact in (customer_who_asks(), customer_who_asks())
    )

    with pytest.raises(actions.UnableToMerge) as refused:
        merge(first.ticket, second.ticket)

    assert refused.value.why == "customers"


def test_customer_never_goes_on_in_a_ticket_of_nobody_known() -> None:
    customer, contact = customer_who_asks()
    mine = ask(NOW, contact=contact, customer=customer)

    with pytest.raises(actions.UnableToMerge) as refused:
        merge(mine.ticket, ask(NOW).ticket)

    assert refused.value.why == "direction"


def test_customer_does_not_see_what_a_visitor_wrote() -> None:
    customer, contact = customer_who_asks()
    mine = ask(amsterdam(10, 10), contact=contact, customer=customer, body="Van mij.")
    strange = ask(amsterdam(10, 11), body="Kanarie van een ander.")
    answer(strange.ticket, amsterdam(10, 11, 30))
    merge(strange.ticket, mine.ticket)
    viewer = viewer_of(contact, customer)

    seen = queries.conversation(fresh(mine.ticket), viewer=viewer)

    assert [one.body for one in seen] == ["Van mij."]
    assert len(queries.conversation(fresh(mine.ticket), viewer=EMPLOYEE)) == 3
    with pytest.raises(Ticket.DoesNotExist):
        queries.ticket_for(viewer=viewer, number=strange.ticket.number)


def test_number_of_a_merged_ticket_leads_to_the_end_of_the_chain() -> None:
    customer, contact = customer_who_asks()
    a, b, c = (ask(NOW, contact=contact, customer=customer).ticket for _ in range(3))

    merge(a, b)
    merge(b, c)

    for viewer in (EMPLOYEE, viewer_of(contact, customer)):
        assert queries.ticket_for(viewer=viewer, number=a.number) == c
        assert list(queries.tickets_for(viewer=viewer)) == [c]
    assert queries.survivor_of(fresh(a)) == c
    assert fresh(c).open_questions == 3
    assert_books_hold()


def test_reply_to_a_merged_ticket_lands_where_it_goes_on() -> None:
    first = ask(amsterdam(10, 10), email="a@klant.example")
    second = ask(amsterdam(10, 11), email="b@klant.example")
    merge(first.ticket, second.ticket)
    actions.close(ticket=second.ticket, by=SYSTEM, now=LATER)

    again = ask_again(first.ticket, amsterdam(10, 13))

    assert again.ticket == second.ticket
    assert again.message.origin == first.ticket
    assert fresh(second.ticket).closed_at is None
    answer(second.ticket, amsterdam(10, 14))
    assert sorted(row.recipient_id for row in mails("answer")) == [
        first.ticket_id,
        second.ticket_id,
    ]


def test_cycles_and_merges_into_what_went_on_are_refused() -> None:
    a, b, c = (ask(NOW).ticket for _ in range(3))
    merge(a, b)
    merge(b, c)

    refused = []
    for ticket, into in ((c, a), (c, c), (a, c), (b, a)):
        with pytest.raises(actions.UnableToMerge) as caught:
            merge(ticket, into)
        refused.append(caught.value.why)

    assert refused == ["merged", "self", "merged", "merged"]
    assert_books_hold()


def test_undone_merge_gives_each_its_own_back() -> None:
    first = ask(amsterdam(10, 10), email="a@klant.example")
    second = ask(amsterdam(10, 11), email="b@klant.example")
    merged = merge(first.ticket, second.ticket)
    later = ask_again(first.ticket, amsterdam(10, 13))

    actions.unmerge(merged=merged, by=SYSTEM, now=amsterdam(10, 14))

    assert set(fresh(first.ticket).questions.all()) == {first, later}
    assert list(fresh(second.ticket).questions.all()) == [second]
    assert fresh(first.ticket).due_at == first.promise.due_at
    with pytest.raises(actions.UnableToMerge, match="on its own"):
        actions.unmerge(merged=merged, by=SYSTEM, now=amsterdam(10, 14))
    merge(second.ticket, first.ticket)
    assert_books_hold()


def test_undone_merge_shows_each_the_answer_that_both_got() -> None:
    customer, contact = customer_who_asks()
    viewer = viewer_of(contact, customer)
    first, second = (ask(amsterdam(10, 10), contact=contact, customer=customer) for _ in range(2))
    merged = merge(first.ticket, second.ticket)
    given = answer(second.ticket, LATER)

    actions.unmerge(merged=merged, by=SYSTEM, now=LATER)

    for ticket in (fresh(first.ticket), fresh(second.ticket)):
        assert queries.conversation(ticket, viewer=viewer)[-1] == given
    actions.show_answers(ticket=fresh(first.ticket), viewer=viewer, now=LATER)
    assert Promise.objects.filter(kept_at=LATER).count() == 2
    assert_books_hold()


def test_undone_merge_takes_the_answer_to_its_question_alone_along() -> None:
    first, second = ask(amsterdam(10, 10)), ask(amsterdam(10, 11))
    answer(second.ticket, LATER)
    merged = merge(first.ticket, second.ticket)
    given = answer(second.ticket, LATER)

    actions.unmerge(merged=merged, by=SYSTEM, now=LATER)

    given.refresh_from_db()
    assert (given.ticket, given.origin) == (fresh(first.ticket), None)
    assert_books_hold()


def test_undone_merge_takes_along_what_came_in_on_a_ticket_before_it_in_the_chain() -> None:
    first, second, third = (ask(amsterdam(10, 10)) for _ in range(3))
    merge(first.ticket, second.ticket)
    merged = merge(second.ticket, third.ticket)
    later = ask_again(fresh(first.ticket), amsterdam(10, 13))
    assert later.ticket == third.ticket

    actions.unmerge(merged=merged, by=SYSTEM, now=amsterdam(10, 14))

    assert set(fresh(second.ticket).questions.all()) == {first, second, later}
    assert list(fresh(third.ticket).questions.all()) == [third]
    assert_books_hold()


def test_merge_of_which_everything_was_split_off_is_not_undone() -> None:
    first, second = ask(amsterdam(10, 10)), ask(amsterdam(10, 11))
    merged = merge(first.ticket, second.ticket)
    actions.split(
        ticket=fresh(second.ticket), messages=[first.message_id], subject="", by=SYSTEM, now=LATER
    )

    with pytest.raises(actions.UnableToMerge) as refused:
        actions.unmerge(merged=merged, by=SYSTEM, now=LATER)

    assert refused.value.why == "split"
    assert fresh(first.ticket).merged_into == second.ticket
    assert_books_hold()


def test_merge_and_undoing_it_are_in_the_trail_of_both() -> None:
    first, second = ask(NOW).ticket, ask(NOW).ticket

    actions.unmerge(merged=merge(first, second), by=SYSTEM, now=LATER)

    for ticket in (first, second):
        events = AuditEvent.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
        assert [one.event for one in events.order_by("pk")][1:] == [
            "ticket.merged",
            "ticket.unmerged",
        ]


def test_split_takes_questions_promises_and_their_answer_along() -> None:
    first = ask(amsterdam(10, 10))
    ticket = first.ticket
    answered = answer(ticket, amsterdam(10, 10, 30))
    second = ask_again(ticket, amsterdam(10, 11))
    before = list(Promise.objects.order_by("pk").values())

    made = actions.split(
        ticket=ticket, messages=[second.message_id], subject="Iets anders", by=SYSTEM, now=LATER
    )

    second.refresh_from_db()
    assert (second.ticket, made.subject, made.asker_email) == (
        made,
        "Iets anders",
        ticket.asker_email,
    )
    assert (made.due_at, made.opened_at) == (second.promise.due_at, amsterdam(10, 11))
    assert list(fresh(ticket).messages.order_by("pk")) == [first.message, answered]
    assert list(Promise.objects.order_by("pk").values()) == before
    (here,), (there,) = queries.links_of(ticket), queries.links_of(made)
    assert (here.ticket, here.came_from) == (made, False)
    assert (there.ticket, there.came_from) == (ticket, True)
    assert_books_hold()


def test_answer_in_flight_keeps_a_promise_that_was_split_off() -> None:
    first = ask(amsterdam(10, 10))
    second = ask_again(first.ticket, amsterdam(10, 11))
    answer(first.ticket, LATER)

    actions.split(
        ticket=first.ticket, messages=[second.message_id], subject="", by=SYSTEM, now=LATER
    )
    send(LATER)

    assert Promise.objects.filter(kept_at=LATER).count() == 2
    assert_books_hold()


@pytest.mark.parametrize(
    ("chosen", "why"), [("answer", "question"), ("all", "rest"), ("strange", "strange")]
)
def test_split_that_leaves_nobody_a_question_is_refused(chosen: str, why: str) -> None:
    first = ask(amsterdam(10, 10))
    message = answer(first.ticket, LATER)
    other = ask(amsterdam(10, 10))
    choice = {
        "answer": [message.pk],
        "all": [first.message_id],
        "strange": [other.message_id],
    }[chosen]

    with pytest.raises(actions.UnableToSplit) as refused:
        actions.split(ticket=first.ticket, messages=choice, subject="", by=SYSTEM, now=LATER)

    assert refused.value.why == why
    assert Ticket.objects.count() == 2


def test_link_is_one_from_either_side_and_can_be_taken_away() -> None:
    a, b = ask(NOW).ticket, ask(NOW).ticket

    actions.link(ticket=a, other=b, by=SYSTEM, now=NOW)
    actions.link(ticket=b, other=a, by=SYSTEM, now=NOW)

    assert [one.ticket for one in queries.links_of(b)] == [a]
    actions.unlink(ticket=b, other=a, by=SYSTEM, now=NOW)
    assert TicketLink.objects.count() == 0

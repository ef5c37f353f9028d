"""Several contacts of one customer in one ticket: each asks in his own name and is answered."""

import pytest
from django.core import mail

from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.invariants import INVARIANTS
from balie.apps.tickets.mails import keep_promises, reopen_questions
from balie.apps.tickets.models import Question
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.credentials.recovering import text_of
from tests.apps.tickets.asking import (
    amsterdam,
    answer,
    ask,
    ask_again,
    mails,
    send,
    viewer_of,
)

pytestmark = pytest.mark.django_db


def promise_of(question: Question) -> Promise:
    return Promise.objects.get(pk=question.promise_id)


def test_second_contact_asks_in_his_own_name_and_is_answered_himself() -> None:
    customer = new_customer(with_contact=False)
    first, second = new_contact(customer), new_contact(customer, role="finance")
    mine = ask(amsterdam(10, 10), contact=first, customer=customer)
    his = ask_again(mine.ticket, amsterdam(10, 11), contact=second)
    answer(mine.ticket, amsterdam(10, 12))
    events = AuditEvent.objects.filter(event="ticket.asked_again", subject_id=mine.ticket_id)

    send(amsterdam(10, 13))

    assert (his.message.contact_id, his.message.author_name) == (second.pk, second.name)
    assert events.count() == 1
    assert sorted(message.to[0] for message in mail.outbox[1:]) == sorted(
        [first.user.email, second.user.email]
    )
    (letter,) = [message for message in mail.outbox if message.to == [second.user.email]]
    assert f"Beste {second.name}," in text_of(letter)
    assert promise_of(mine).kept_at == promise_of(his).kept_at == amsterdam(10, 13)


def test_answer_shown_to_one_asker_keeps_only_the_promise_made_to_him() -> None:
    customer = new_customer(with_contact=False)
    first, second = new_contact(customer), new_contact(customer, role="finance")
    mine = ask(amsterdam(10, 10), contact=first, customer=customer)
    his = ask_again(mine.ticket, amsterdam(10, 11), contact=second)
    answer(mine.ticket, amsterdam(10, 12))

    actions.show_answers(
        ticket=mine.ticket, viewer=viewer_of(second, customer), now=amsterdam(10, 13)
    )

    assert (promise_of(mine).kept_at, promise_of(his).kept_at) == (None, amsterdam(10, 13))


def test_answer_that_bounces_from_one_asker_stays_kept_for_the_other() -> None:
    customer = new_customer(with_contact=False)
    first, second = new_contact(customer), new_contact(customer, role="finance")
    mine = ask(amsterdam(10, 10), contact=first, customer=customer)
    his = ask_again(mine.ticket, amsterdam(10, 11), contact=second)
    answer(mine.ticket, amsterdam(10, 12))
    to_first, to_second = mails("answer")
    keep_promises(to_first, amsterdam(10, 13))

    reopen_questions(to_second, amsterdam(10, 14))

    waiting = queries.open_questions(mine.ticket)
    assert [question.pk for question in waiting] == [his.pk]
    assert (promise_of(mine).kept_at, promise_of(his).kept_at) == (amsterdam(10, 13), None)
    assert [one for check in INVARIANTS for one in check(now=NOW).violations] == []

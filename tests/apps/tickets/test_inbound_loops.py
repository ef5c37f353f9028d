"""Two desks that write to each other soon stop: what a machine said is never answered."""

import pytest
from django.core import mail as sent

from balie.apps.tickets import actions
from balie.apps.tickets.models import InboundMail, Ticket
from balie.infra.mail import Prepared
from balie.infra.models import OutboxRow
from tests.apps.tickets.asking import amsterdam, send
from tests.apps.tickets.mailing import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)
THEIRS = "helpdesk@elders.example"


def last_sent() -> bytes:
    """What left last, byte for byte."""
    message = sent.outbox[-1]
    assert isinstance(message, Prepared)
    return message.finished.as_bytes()


def test_acknowledgement_that_another_desk_acknowledges_is_not_answered() -> None:
    """Their acknowledgement is as ours: the same headers, and our reference in its subject."""
    receive(mail(sender=THEIRS), AT)
    send(AT)
    ours = last_sent()
    name = ours.partition(b"Message-ID: ")[2].partition(b"\n")[0]
    theirs = ours.replace(name, b"<hun@elders.example>").replace(b"delinde.example", b"x.example")

    for number in range(5):
        receive(theirs.replace(b"<hun@", b"<hun%d@" % number), AT)
        send(AT)

    assert len(sent.outbox) == 1
    assert Ticket.objects.count() == 1
    assert InboundMail.objects.filter(place="no_question").count() == 5


def test_our_own_acknowledgement_that_comes_back_is_not_answered() -> None:
    receive(mail(sender=THEIRS), AT)
    send(AT)

    receive(last_sent(), AT)
    send(AT)

    assert len(sent.outbox) == 1
    assert Ticket.objects.get().questions.count() == 1


def test_machine_that_hides_what_it_is_gets_one_acknowledgement_and_no_more() -> None:
    """No header says that a machine writes: it never confirms its address (guide: desk, 4)."""
    for _ in range(30):
        receive(mail(sender=THEIRS), AT)
        send(AT)

    assert len(sent.outbox) == 1
    assert Ticket.objects.count() == 30


def test_alarm_does_not_say_that_a_machine_was_told() -> None:
    receive(mail(dmarc="pass", headers={"X-Auto-Response-Suppress": "All"}), AT)
    assert Ticket.objects.get().asker_confirmed

    (alarm,) = actions.tell_of_misses(now=amsterdam(11, 1))

    assert not alarm.asker_told
    assert OutboxRow.objects.filter(kind="promise-broken").count() == 0

"""A promise broke: one honest mail to who asked, one alarm to who leads the team."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import BrokenPromise, Question, RawSource, Team, TeamMember, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import (
    amsterdam,
    answer,
    ask,
    ask_again,
    mails,
    misses,
    new_employee,
    send,
)
from tests.apps.tickets.test_mails import header, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MIDNIGHT = amsterdam(11, 0)
JUST_AFTER = MIDNIGHT + timedelta(seconds=30)


def asked_by_a_customer() -> Question:
    customer = new_customer(with_contact=False)
    question = ask(amsterdam(10, 10), contact=new_contact(customer), customer=customer)
    send(amsterdam(10, 10))
    mail.outbox.clear()
    return question


def led_by(team: str) -> Employee:
    lead = new_employee()
    TeamMember.objects.create(team=Team.objects.get(code=team), employee=lead, is_lead=True)
    return lead


def assigned(question: Question, *, team: str = "support", to: Employee | None = None) -> None:
    actions.assign(
        ticket=question.ticket,
        team=Team.objects.get(code=team),
        employee=to,
        by=SYSTEM,
        now=amsterdam(10, 11),
    )


def test_asker_is_told_who_has_it_and_by_when_it_comes() -> None:
    question = asked_by_a_customer()
    holder = new_employee()
    assigned(question, to=holder)

    actions.tell_of_misses(now=JUST_AFTER)
    send(JUST_AFTER)

    (message,) = mail.outbox
    assert message.to == [question.ticket.asker_email]
    assert message.subject.startswith("Uw vraag is nog niet beantwoord [T-2026-")
    text = text_of(message)
    assert "Wij beloofden u gisteren voor 24:00 te antwoorden." in text
    assert f"Uw vraag ligt nu bij {holder.name}. U krijgt antwoord vandaag voor 10:00." in text
    assert header(message, "Auto-Submitted") == "auto-generated"


def test_when_no_moment_stands_any_more_it_comes_as_soon_as_we_can() -> None:
    question = asked_by_a_customer()
    assigned(question)

    actions.tell_of_misses(now=amsterdam(12, 9))
    send(amsterdam(12, 9))

    text = text_of(mail.outbox[0])
    assert "Uw vraag ligt nu bij ons team Support. U krijgt antwoord zo snel mogelijk." in text


def test_asker_is_told_once_however_often_and_late_it_runs() -> None:
    asked_by_a_customer()

    for hours in range(40):
        actions.tell_of_misses(now=JUST_AFTER + timedelta(hours=hours))
        send(JUST_AFTER + timedelta(hours=hours))

    assert len(mail.outbox) == 1
    assert BrokenPromise.objects.count() == 1


def test_nobody_is_told_before_the_promise_is_broken() -> None:
    asked_by_a_customer()

    assert actions.tell_of_misses(now=MIDNIGHT - timedelta(seconds=1)) == []


def test_nobody_is_told_when_it_was_answered() -> None:
    question = asked_by_a_customer()
    answer(question.ticket, amsterdam(10, 23, 59))

    actions.tell_of_misses(now=JUST_AFTER)

    assert mails("promise-broken") == []


def test_mail_is_withdrawn_when_the_answer_came_before_it_left() -> None:
    question = asked_by_a_customer()
    lead = led_by("support")
    assigned(question)
    actions.tell_of_misses(now=JUST_AFTER)
    answer(question.ticket, JUST_AFTER)

    send(JUST_AFTER)

    assert [row.state for row in mails("promise-broken")] == ["withdrawn"]
    assert [row.state for row in mails("promise-alarm")] == ["withdrawn"]
    assert [message.to for message in mail.outbox] == [[question.ticket.asker_email]]
    assert lead.user.email not in str(mail.outbox)


def test_unconfirmed_asker_is_not_told_and_the_lead_hears_why() -> None:
    question = ask(amsterdam(10, 10))
    lead = led_by("support")
    assigned(question)
    send(amsterdam(10, 10))
    mail.outbox.clear()

    actions.tell_of_misses(now=JUST_AFTER)
    send(JUST_AFTER)

    (message,) = mail.outbox
    assert message.to == [lead.user.email]
    assert message.subject == f"Belofte gebroken: {question.ticket.number}"
    text = text_of(message)
    assert "kreeg hierover geen mail: wij hebben geen bevestigd adres" in text
    assert f"/balie/vragen/{question.ticket.number}/" in text
    assert mails("promise-broken") == []


def test_asker_who_confirmed_is_told() -> None:
    question = ask(amsterdam(10, 10))
    send(amsterdam(10, 10))
    actions.confirm_asker(ticket=question.ticket, by=SYSTEM, now=amsterdam(10, 11))

    actions.tell_of_misses(now=JUST_AFTER)

    assert len(mails("promise-broken")) == 1


def test_what_came_from_elsewhere_with_its_past_tells_nobody() -> None:
    question = asked_by_a_customer()
    led_by("support")
    assigned(question)
    RawSource.objects.update(channel=RawSource.IMPORTED)

    assert actions.tell_of_misses(now=JUST_AFTER) == []
    assert misses(JUST_AFTER) != []


def test_question_without_an_address_is_an_alarm_only() -> None:
    lead = led_by("support")
    question = ask(amsterdam(10, 10), email="")
    assigned(question)

    actions.tell_of_misses(now=JUST_AFTER)

    assert [row.recipient_id for row in mails("promise-alarm")] == [lead.pk]
    assert mails("promise-broken") == []


def test_question_that_was_split_off_is_told_of() -> None:
    first = asked_by_a_customer()
    second = ask_again(first.ticket, amsterdam(10, 10))
    made = actions.split(
        ticket=first.ticket,
        messages=[second.message_id],
        subject="",
        by=SYSTEM,
        now=amsterdam(10, 11),
    )

    told = actions.tell_of_misses(now=JUST_AFTER)

    assert {alarm.question for alarm in told} == {first, second}
    assert {row.recipient_id for row in mails("promise-broken")} == {first.ticket_id, made.pk}


def test_question_merged_into_one_without_an_address_is_told_of() -> None:
    question, silent = ask(amsterdam(10, 10)), ask(amsterdam(10, 10), email="")
    actions.confirm_asker(ticket=question.ticket, by=SYSTEM, now=amsterdam(10, 11))
    actions.merge(
        ticket=question.ticket,
        into=silent.ticket,
        knowingly=True,
        by=SYSTEM,
        now=amsterdam(10, 11),
    )

    told = actions.tell_of_misses(now=JUST_AFTER)

    assert {(alarm.question, alarm.asker_told) for alarm in told} == {
        (question, True),
        (silent, False),
    }


def test_question_by_phone_without_an_address_is_an_alarm_only() -> None:
    lead = led_by("support")
    question = ask(amsterdam(10, 10), email="")
    Ticket.objects.update(channel="phone", asker_confirmed=True)
    question.ticket.refresh_from_db()
    assigned(question)

    actions.tell_of_misses(now=JUST_AFTER)

    assert [row.recipient_id for row in mails("promise-alarm")] == [lead.pk]
    assert mails("promise-broken") == []


def test_alarm_stands_until_the_question_is_answered() -> None:
    question = asked_by_a_customer()
    actions.tell_of_misses(now=JUST_AFTER)
    assert [alarm.question for alarm in queries.standing_alarms()] == [question]

    answer(question.ticket, amsterdam(11, 9))

    assert list(queries.standing_alarms()) == []


def test_alarm_does_not_say_that_the_asker_knows_when_the_mail_came_back() -> None:
    asked_by_a_customer()
    actions.tell_of_misses(now=JUST_AFTER)
    send(JUST_AFTER)
    before = [alarm.knows for alarm in queries.standing_alarms()]
    (row,) = mails("promise-broken")

    outbox.note_bounced(message_id=row.message_id, reason="5.1.1 onbekend", now=JUST_AFTER)

    assert before == [True]
    assert [alarm.knows for alarm in queries.standing_alarms()] == [False]


def test_alarm_is_never_changed() -> None:
    asked_by_a_customer()
    (alarm,) = actions.tell_of_misses(now=JUST_AFTER)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        alarm.delete()

"""The mails about questions: what they say, and what an outsider cannot make them say or do."""

from datetime import timedelta
from typing import cast

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from balie.apps.tickets import actions, queries
from balie.apps.tickets.references import reference_of
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.mail import Prepared
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, mails, new_employee, send

pytestmark = pytest.mark.django_db

VICTIM = "slachtoffer@elders.example"


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail as it went out."""
    body = message.message().get_body(preferencelist=("plain",))
    assert body is not None
    return cast("str", body.get_content()).replace("\u00a0", " ")


def header(message: EmailMessage, name: str) -> str | None:
    value = cast("Prepared", message).finished[name]
    return None if value is None else str(value)


def test_acknowledgement_says_until_when_the_answer_comes() -> None:
    question = ask(amsterdam(10, 10, 15))

    send(amsterdam(10, 10, 15))

    (message,) = mail.outbox
    assert message.to == ["j.bakker@klant.example"]
    reference = reference_of(question.ticket)
    assert message.subject == f"Wij hebben uw vraag ontvangen [{reference}]"
    assert "U krijgt antwoord vandaag voor 24:00." in text_of(message)
    assert header(message, "Auto-Submitted") == "auto-generated"


def test_answer_carries_the_words_and_the_name_of_the_employee() -> None:
    question = ask(amsterdam(10, 10))
    employee = new_employee()
    answer(question.ticket, amsterdam(10, 11), employee=employee)

    send(amsterdam(10, 11))

    message = mail.outbox[-1]
    assert question.ticket.number in message.subject
    assert "Zo werkt het weer." in text_of(message)
    assert employee.name in text_of(message)
    assert header(message, "Auto-Submitted") is None


def test_mails_are_in_the_language_of_the_asker() -> None:
    actions.ask(
        channel="web",
        subject="Help",
        body="Help",
        asker_name="J. Baker",
        asker_email="j.baker@klant.example",
        raw=b"Help",
        asked_at=amsterdam(10, 10),
        language="en",
        by=SYSTEM,
        now=amsterdam(10, 10),
    )

    send(amsterdam(10, 10))

    assert mail.outbox[0].subject.startswith("We have received your question")


def test_contact_is_written_to_at_his_address_on_file() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question = ask(amsterdam(10, 10), contact=contact, customer=customer)
    contact.user.email = "nieuw@klant.example"
    contact.user.save()
    answer(question.ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert [message.to for message in mail.outbox] == [["nieuw@klant.example"]] * 2


def test_outsider_chooses_no_word_of_what_we_send_by_ourselves() -> None:
    actions.ask(
        channel="web",
        subject="WIN NU",
        body="WIN NU op evil.example",
        asker_name="WIN NU op evil.example",
        asker_email=VICTIM,
        raw=b"x",
        asked_at=amsterdam(10, 10),
        by=SYSTEM,
        now=amsterdam(10, 10),
    )

    send(amsterdam(10, 10))

    (message,) = mail.outbox
    assert "evil.example" not in message.message().as_bytes().decode()
    assert "WIN NU" not in message.subject + text_of(message)


@pytest.mark.parametrize(
    "email", [f"{VICTIM}\r\nBcc: {VICTIM}", f"a@x.example, {VICTIM}", f"<{VICTIM}>", "geen adres"]
)
def test_mail_goes_to_one_plain_address_or_not_at_all(email: str) -> None:
    ask(amsterdam(10, 10), email=email)

    report = send(amsterdam(10, 10))

    assert report.failed == 1
    assert mail.outbox == []


def acknowledged(email: str = VICTIM) -> int:
    return sum(message.to == [email] for message in mail.outbox)


def test_victim_gets_one_acknowledgement_however_his_address_is_spelt() -> None:
    user, _, domain = VICTIM.partition("@")
    for second in range(10):
        for spelt in (VICTIM, VICTIM.upper(), f"{user}+{second}@{domain}"):
            ask(amsterdam(10, 10, 0, second), email=spelt)
        send(amsterdam(10, 10, 0, second))

    assert [message.to for message in mail.outbox] == [[VICTIM]]
    withdrawn = OutboxRow.objects.filter(state="withdrawn")
    assert withdrawn.count() == 29
    assert withdrawn.earliest("pk").last_error.endswith("had an acknowledgement today")


def test_first_one_is_acknowledged_also_when_the_mails_go_out_later() -> None:
    questions = [ask(amsterdam(10, 10, minute), email=VICTIM) for minute in range(3)]

    send(amsterdam(10, 11))

    assert acknowledged() == 1
    assert [row.state for row in mails("question-received")] == ["accepted"] + ["withdrawn"] * 2
    assert len(questions) == 3


def test_new_question_is_acknowledged_again_after_a_day() -> None:
    for minute in range(0, 49 * 60, 30):
        moment = amsterdam(10, 0) + timedelta(minutes=minute)
        ask(moment, email=VICTIM)
        send(moment)

    assert acknowledged() == 3


def confirmed_once() -> None:
    """The victim showed on one ticket that the address is his."""
    ticket = ask(amsterdam(9, 0), email=VICTIM).ticket
    send(amsterdam(9, 0))
    actions.confirm_asker(ticket=ticket, by=SYSTEM, now=amsterdam(9, 1))
    mail.outbox.clear()


def test_who_confirmed_gets_three_acknowledgements_an_hour() -> None:
    confirmed_once()
    for second in range(20):
        ask(amsterdam(10, 10, 0, second), email=VICTIM)
        send(amsterdam(10, 10, 0, second))

    assert acknowledged() == 3
    withdrawn = OutboxRow.objects.filter(state="withdrawn")
    assert withdrawn.count() == 17
    assert withdrawn.earliest("pk").last_error.endswith("this hour")


def test_who_confirmed_gets_ten_acknowledgements_a_day() -> None:
    confirmed_once()
    for minute in range(0, 24 * 60, 21):
        moment = amsterdam(10, 0) + timedelta(minutes=minute)
        ask(moment, email=VICTIM)
        send(moment)

    assert acknowledged() == 10


def test_signed_in_asker_is_always_acknowledged() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)

    for second in range(5):
        ask(amsterdam(10, 10, 0, second), contact=contact, customer=customer)
        send(amsterdam(10, 10, 0, second))

    assert acknowledged(contact.user.email) == 5


def test_answer_that_is_withdrawn_leaves_the_question_waiting_in_sight() -> None:
    question = ask(amsterdam(10, 10))
    send(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 11))

    outbox.withdraw_queued(before=amsterdam(10, 12), reason="restored", now=amsterdam(10, 12))

    question.refresh_from_db()
    assert question.answer is None
    assert [one.pk for one in queries.open_questions(question.ticket)] == [question.pk]

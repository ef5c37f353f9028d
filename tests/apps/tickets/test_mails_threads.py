"""A mail and its replies stay together: by the reference, and by the names of the mails before."""

from typing import cast

import pytest
from django.core import mail

from balie.apps.promises import queries as policies
from balie.apps.tickets import mails as ticket_mails
from balie.apps.tickets.actions.inbound import take_in
from balie.apps.tickets.models import InboundMail, Ticket
from balie.apps.tickets.references import reference_of, ticket_number_in
from balie.infra import mail_texts
from balie.infra.audit import SYSTEM
from balie.infra.mail import Prepared
from balie.infra.models import OutboxRow
from balie.infra.outbox import Refusal
from tests.apps.tickets.asking import amsterdam, answer, ask, ask_again, mails, send
from tests.apps.tickets.test_mails import header, text_of

pytestmark = pytest.mark.django_db


def mailed(question_message: int, named: str, *, hold_back: str = "") -> InboundMail:
    """The question came by this mail."""
    stored = take_in(
        raw=f"Message-ID: <{named}>\r\n\r\nx".encode(),
        taken_at=amsterdam(10, 10),
        now=amsterdam(10, 10),
    )
    InboundMail.objects.filter(pk=stored.pk).update(
        named=named,
        message=question_message,
        place="question",
        placed_at=amsterdam(10, 10),
        hold_back=hold_back,
    )
    return stored


def names_in(message: object, field: str) -> list[str]:
    return (header(message, field) or "").split()  # type: ignore[arg-type]


def test_every_mail_about_a_question_carries_its_reference_and_asks_replies_to_the_desk() -> None:
    ticket = ask(amsterdam(10, 10)).ticket
    answer(ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert len(mail.outbox) == 2
    desk = policies.policy_in_force(now=amsterdam(10, 11)).company.email
    for message in mail.outbox:
        assert message.subject.endswith(f" [{reference_of(ticket)}]")
        assert ticket_number_in(str(message.subject)) == ticket.number
        assert desk in (header(message, "Reply-To") or "")


def test_reference_stands_in_the_subject_whatever_staff_made_of_the_text() -> None:
    ticket = ask(amsterdam(10, 10)).ticket
    mail_texts.save(
        "question-received-unconfirmed",
        language="nl",
        subject="Gelezen!",
        body="{uiterlijk} {bevestigingslink}",
        seen=0,
        by=SYSTEM,
        now=amsterdam(10, 10),
    )

    send(amsterdam(10, 10))

    assert mail.outbox[0].subject == f"Gelezen! [{reference_of(ticket)}]"


def test_answer_follows_the_acknowledgement() -> None:
    ticket = ask(amsterdam(10, 10)).ticket
    send(amsterdam(10, 10))
    answer(ticket, amsterdam(10, 11))
    send(amsterdam(10, 11))
    ask_again(ticket, amsterdam(10, 12))
    answer(ticket, amsterdam(10, 13))

    send(amsterdam(10, 13))

    first, second, third = (row.message_id for row in OutboxRow.objects.order_by("pk"))
    assert names_in(mail.outbox[0], "References") == []
    assert names_in(mail.outbox[1], "References") == [first]
    assert names_in(mail.outbox[2], "References") == [first, second]
    assert names_in(mail.outbox[2], "In-Reply-To") == [second]
    assert header(mail.outbox[2], "Message-ID") == third


def test_answer_is_a_reply_to_the_mail_that_asked() -> None:
    question = ask(amsterdam(10, 10))
    mailed(question.message_id, "vraag-1@klant.example")
    send(amsterdam(10, 10))
    answer(question.ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert names_in(mail.outbox[0], "In-Reply-To") == ["<vraag-1@klant.example>"]
    assert names_in(mail.outbox[1], "In-Reply-To") == ["<vraag-1@klant.example>"]
    assert len(names_in(mail.outbox[1], "References")) == 2


@pytest.mark.parametrize(
    "named",
    ["a b@x.example", "a@x\r\nBcc: b@x.example", "<a@x>", "zonder", "é@x.example", "a" * 290],
)
def test_name_that_is_none_keeps_no_answer_from_leaving(named: str) -> None:
    question = ask(amsterdam(10, 10))
    mailed(question.message_id, "x@x.example")
    InboundMail.objects.update(named=named)
    answer(question.ticket, amsterdam(10, 11))

    report = send(amsterdam(10, 11))

    assert report.accepted == 2
    whole = mail.outbox[-1].message().as_bytes()
    assert b"Bcc" not in whole
    assert names_in(mail.outbox[0], "In-Reply-To") == []


def test_long_name_is_not_encoded_away() -> None:
    question = ask(amsterdam(10, 10))
    named = f"{'q' * 120}@mail.outlook.klant.example"
    mailed(question.message_id, named)
    answer(question.ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    whole = cast("Prepared", mail.outbox[-1]).finished.as_bytes()
    assert f"In-Reply-To: <{named}>\r\n".encode() in whole
    assert f"\r\n <{named}>\r\n".encode() in whole
    assert b"=?" not in whole.partition(b"References:")[2].partition(b"\r\nReply")[0][:400]


def test_mail_that_nothing_may_answer_by_itself_is_not_acknowledged() -> None:
    question = ask(amsterdam(10, 10))
    mailed(question.message_id, "a@x.example", hold_back="it came from a list")

    report = send(amsterdam(10, 10))

    assert (report.refused, mail.outbox) == (1, [])
    assert mails("question-received")[0].last_error == "it came from a list"


def test_late_answer_is_not_announced_to_what_may_not_be_answered_by_itself() -> None:
    question = ask(amsterdam(10, 10))
    mailed(question.message_id, "a@x.example", hold_back="it came from a list")
    row = OutboxRow(kind="promise-broken", payload={"question": question.pk})

    refusal = ticket_mails.may_tell_asker(row, amsterdam(11, 1))

    assert refusal == Refusal("it came from a list")


def test_acknowledgement_that_leaves_too_late_promises_no_moment_that_is_past() -> None:
    ask(amsterdam(10, 10))

    send(amsterdam(12, 9))

    text = text_of(mail.outbox[0])
    assert "U krijgt antwoord zo snel mogelijk." in text
    assert "Tijdens kantooruren" not in text


def test_subject_of_the_asker_is_one_line_in_our_answer() -> None:
    ticket = ask(amsterdam(10, 10)).ticket
    Ticket.objects.update(subject="Hallo\r\nBcc: slachtoffer@elders.example {naam}")
    answer(ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert mail.outbox[-1].to == ["j.bakker@klant.example"]
    assert "\n" not in mail.outbox[-1].subject

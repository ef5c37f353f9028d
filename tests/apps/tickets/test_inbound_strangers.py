"""What a stranger mails on a customer's ticket, and who is no longer of it (guide: safety, A14)."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.core import mail as sent

from balie.apps.customers.models import Contact, Customer
from balie.apps.tickets import actions, queries
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import Attachment, InboundMail, Message, Question
from balie.apps.tickets.references import reference_of
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import EMPLOYEE, amsterdam, answer, ask, mails, send, viewer_of
from tests.apps.tickets.mailing import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)
LATER = amsterdam(10, 12)
MARIT = Actor("employee", 1, "Marit")
STRANGER = '"De Linde Hosting helpdesk" <boef@elders.example>'


@pytest.fixture
def customer() -> Customer:
    return new_customer(with_contact=False)


@pytest.fixture
def contact(customer: Customer) -> Contact:
    return new_contact(customer)


@pytest.fixture
def question(customer: Customer, contact: Contact) -> Question:
    return ask(AT, contact=contact, customer=customer)


def replied(question: Question, *, sender: str, dmarc: str = "pass") -> InboundMail:
    """A reply with our reference and a file, from whoever."""
    raw = mail(sender=sender, dmarc=dmarc, subject=f"Re: {reference_of(question.ticket)}")
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    message.add_attachment("Log hier in.", filename="inloggen.txt")
    return receive(message.as_bytes(), LATER)


def bodies(question: Question, contact: Contact, customer: Customer) -> list[int]:
    found = queries.conversation(question.ticket, viewer=viewer_of(contact, customer))
    return [message.pk for message in found]


class TestHidden:
    def test_mail_of_a_stranger_is_for_the_desk_alone(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        theirs = replied(question, sender=STRANGER).message_id

        at_the_desk = queries.conversation(question.ticket, viewer=EMPLOYEE)
        assert [message.pk for message in at_the_desk] == [question.message_id, theirs]
        assert bodies(question, contact, customer) == [question.message_id]

    @pytest.mark.parametrize("dmarc", ["", "fail"])
    def test_so_is_one_that_only_says_it_is_of_the_contact(
        self, customer: Customer, contact: Contact, question: Question, dmarc: str
    ) -> None:
        replied(question, sender=contact.user.email, dmarc=dmarc)

        assert bodies(question, contact, customer) == [question.message_id]

    def test_so_is_one_of_somebody_else_on_file(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        replied(question, sender=new_contact(new_customer()).user.email)

        assert bodies(question, contact, customer) == [question.message_id]

    def test_mail_of_the_contact_himself_is_shown(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        own = replied(question, sender=contact.user.email).message_id

        assert bodies(question, contact, customer) == [question.message_id, own]

    def test_file_of_a_stranger_is_for_the_desk_alone(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        replied(question, sender=STRANGER)
        (file,) = Attachment.objects.all()

        assert queries.file_for(viewer=EMPLOYEE, pk=file.pk) == file
        with pytest.raises(Attachment.DoesNotExist):
            queries.file_for(viewer=viewer_of(contact, customer), pk=file.pk)

    def test_employee_lets_the_customer_see_it_and_takes_that_back(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        theirs = replied(question, sender=STRANGER)
        (file,) = Attachment.objects.all()

        placing.show_to_customer(mail=theirs, by=MARIT, now=LATER)
        shown = bodies(question, contact, customer)
        opened = queries.file_for(viewer=viewer_of(contact, customer), pk=file.pk)
        placing.hide_from_customer(mail=theirs, by=MARIT, now=LATER)

        assert shown == [question.message_id, theirs.message_id]
        assert opened == file
        assert bodies(question, contact, customer) == [question.message_id]
        told = AuditEvent.objects.filter(subject_kind="mail").order_by("pk")
        assert list(told.values_list("event", "by_id")) == [("mail.shown", 1), ("mail.hidden", 1)]

    def test_file_of_the_contact_himself_is_his(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        replied(question, sender=contact.user.email)
        (file,) = Attachment.objects.all()

        assert queries.file_for(viewer=viewer_of(contact, customer), pk=file.pk) == file

    def test_it_stays_hidden_on_a_ticket_of_its_own(
        self, customer: Customer, contact: Contact, question: Question
    ) -> None:
        theirs = replied(question, sender=STRANGER).message_id
        assert theirs is not None
        made = actions.split(
            ticket=question.ticket, messages=[theirs], subject="", by=SYSTEM, now=LATER
        )

        shown = queries.conversation(made, viewer=viewer_of(contact, customer))
        assert shown == []

    def test_question_and_clock_of_it_stay(self, question: Question) -> None:
        theirs = replied(question, sender=STRANGER).message

        assert theirs is not None
        assert theirs.question.promise.made_at == LATER
        assert queries.open_questions(question.ticket).count() == 2

    def test_contact_is_not_told_of_its_broken_promise(self, question: Question) -> None:
        answer(question.ticket, AT)
        send(AT)
        theirs = replied(question, sender=STRANGER).message

        (alarm,) = actions.tell_of_misses(now=amsterdam(13, 10))

        assert theirs is not None
        assert (alarm.question, alarm.asker_told) == (theirs.question, False)
        assert mails("promise-broken") == []


class TestNoLongerHis:
    def test_old_address_of_a_contact_is_nobody_and_gets_nothing(
        self, contact: Contact, question: Question
    ) -> None:
        old = contact.user.email
        contact.user.email = "nieuw@klant.example"
        contact.user.save()

        placed = replied(question, sender=old)
        answer(question.ticket, LATER)
        sent.outbox.clear()
        send(LATER)

        assert placed.trust == "unknown"
        assert {to for one in sent.outbox for to in one.to} == {"nieuw@klant.example"}

    def test_contact_taken_off_the_customer_asks_as_nobody(
        self, contact: Contact, question: Question
    ) -> None:
        contact.customers.clear()

        theirs = replied(question, sender=contact.user.email).message

        assert theirs is not None
        assert theirs.contact is None

    def test_contact_taken_off_the_customer_gets_no_answer_and_the_question_waits(
        self, contact: Contact, question: Question
    ) -> None:
        send(AT)
        contact.customers.clear()
        given = answer(question.ticket, LATER)
        sent.outbox.clear()

        send(LATER)

        question.refresh_from_db()
        assert sent.outbox == []
        assert question.answer is None
        assert Message.objects.get(pk=given.pk).undelivered_at == LATER

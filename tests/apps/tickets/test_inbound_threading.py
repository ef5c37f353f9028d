"""Who a mail is believed to be from, and which ticket it may go onto (guide: desk, 8, 9)."""

import pytest
from django.core import mail as sent

from balie.apps.customers.models import Contact, Customer
from balie.apps.tickets import actions
from balie.apps.tickets.models import Message, PerhapsBelongsTo, Ticket
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.references import reference_of
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, send
from tests.apps.tickets.mailing import ASKER, mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)
MARIT = Actor("employee", 1, "Marit")


@pytest.fixture
def customer() -> Customer:
    return new_customer()


@pytest.fixture
def contact(customer: Customer) -> Contact:
    return new_contact(customer)


ANSWERED = amsterdam(10, 11)


def answered(ticket: Ticket) -> OutboxRow:
    """An answer of ours that the mail server took, as its row in the outbox."""
    answer(ticket, ANSWERED)
    send(ANSWERED)
    return OutboxRow.objects.filter(kind="answer").latest("pk")


class TestTrust:
    def test_proven_contact_asks_as_himself(self, customer: Customer, contact: Contact) -> None:
        placed = receive(mail(sender=contact.user.email, dmarc="pass"), AT)

        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.customer) == (contact, customer)
        assert ticket.asker_confirmed
        assert placed.trust == inbound.sender_trust(Message.objects.get()) == "proven"

    @pytest.mark.parametrize("dmarc", ["", "fail", "none"])
    def test_unproven_address_of_a_contact_is_nobody_on_file(
        self, contact: Contact, dmarc: str
    ) -> None:
        placed = receive(mail(sender=contact.user.email, dmarc=dmarc), AT)

        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.customer, ticket.asker_confirmed) == (None, None, False)
        assert Message.objects.get().contact is None
        assert placed.trust == "unproven"

    def test_word_of_another_server_proves_nothing(self, contact: Contact) -> None:
        raw = mail(sender=contact.user.email, dmarc="pass").replace(b"mx.delinde", b"mx.elders")

        receive(raw, AT)

        assert Ticket.objects.get().contact is None

    def test_word_about_another_domain_proves_nothing(self, contact: Contact) -> None:
        raw = mail(sender=contact.user.email, dmarc="pass")

        receive(raw.replace(b"header.from=klant.example", b"header.from=elders.example"), AT)

        assert Ticket.objects.get().contact is None

    def test_unknown_address_is_unknown(self) -> None:
        assert receive(mail(dmarc="pass"), AT).trust == "unknown"

    def test_contact_of_two_customers_asks_for_neither(self, contact: Contact) -> None:
        contact.customers.add(new_customer(), through_defaults={"role": "owner", "since_at": AT})

        receive(mail(sender=contact.user.email, dmarc="pass"), AT)

        assert Ticket.objects.get().customer is None


class TestThreading:
    """Signed, or by who takes part and proves it; else a question of its own."""

    def test_reference_in_subject_adds_to_the_ticket(self) -> None:
        ticket = ask(AT).ticket

        receive(mail(subject=f"Re: Iets [{reference_of(ticket)}]"), amsterdam(10, 12))

        assert Ticket.objects.count() == 1
        assert ticket.questions.count() == 2

    @pytest.mark.parametrize("where", ["to", "body", "encoded"])
    def test_reference_is_found_wherever_it_stands(self, where: str) -> None:
        ticket = ask(AT).ticket
        reference = reference_of(ticket)
        raw = {
            "to": mail(to=f"helpdesk+{reference}@delinde.example"),
            "body": mail(body=f"Ja graag.\n\n> Uw kenmerk: {reference}\n"),
            "encoded": mail(subject=f"Antw: één vraag [{reference}]"),
        }[where]

        receive(raw, amsterdam(10, 12))

        assert ticket.questions.count() == 2

    def test_number_alone_opens_a_ticket_of_its_own_with_a_link(self) -> None:
        ticket = ask(AT, email="ander@klant.example").ticket

        receive(mail(subject=f"Re: {ticket.number}"), amsterdam(10, 12))

        new = Ticket.objects.exclude(pk=ticket.pk).get()
        assert ticket.questions.count() == 1
        assert [one.other for one in inbound.perhaps_of(new)] == [ticket]
        assert inbound.perhaps_of(new)[0].why == PerhapsBelongsTo.Why.NUMBER

    def test_header_that_names_our_mail_needs_who_took_part_and_proves_it(self) -> None:
        ticket = ask(AT, email=ASKER).ticket
        name = answered(ticket).message_id

        receive(mail(headers={"In-Reply-To": name}), amsterdam(10, 12))
        assert (Ticket.objects.count(), ticket.questions.count()) == (2, 1)

        receive(mail(headers={"References": f"<x@y> {name}"}, dmarc="pass"), amsterdam(10, 13))
        assert (Ticket.objects.count(), ticket.questions.count()) == (2, 2)

    def test_header_that_names_his_own_earlier_mail_finds_its_ticket(self) -> None:
        receive(mail(message_id="<eerste@klant.example>"), AT)

        receive(
            mail(headers={"In-Reply-To": "<eerste@klant.example>"}, dmarc="pass"),
            amsterdam(10, 12),
        )

        assert Ticket.objects.get().questions.count() == 2

    def test_forged_reference_is_no_reference(self) -> None:
        ticket = ask(AT).ticket
        forged = f"{ticket.number}-aaaaaaaaaaaa"

        receive(mail(subject=f"Re: {forged}", sender="boef@elders.example"), amsterdam(10, 12))

        assert ticket.questions.count() == 1

    def test_stranger_with_a_reference_asks_as_nobody_and_gets_no_answer(
        self, customer: Customer, contact: Contact
    ) -> None:
        ticket = ask(AT, contact=contact, customer=customer).ticket
        answered(ticket)
        sent.outbox.clear()

        receive(
            mail(subject=f"Re: {reference_of(ticket)}", sender="Boef <boef@elders.example>"),
            amsterdam(10, 12),
        )
        answer(ticket, amsterdam(10, 13))
        send(amsterdam(10, 13))

        message = Message.objects.filter(kind="question").latest("pk")
        assert (message.contact, message.author_name) == (None, "Boef")
        assert [one.to for one in sent.outbox if "boef" in str(one.to)] == []

    def test_forged_address_of_the_contact_does_not_ask_as_him(
        self, customer: Customer, contact: Contact
    ) -> None:
        ticket = ask(AT, contact=contact, customer=customer).ticket

        receive(
            mail(subject=f"Re: {reference_of(ticket)}", sender=contact.user.email),
            amsterdam(10, 12),
        )

        message = Message.objects.latest("pk")
        assert message.contact is None
        assert inbound.sender_trust(message) == "unproven"

    def test_contact_of_another_customer_does_not_get_an_answer_of_this_one(
        self, customer: Customer, contact: Contact
    ) -> None:
        ticket = ask(AT, contact=contact, customer=customer).ticket
        other = new_contact(new_customer())

        receive(
            mail(subject=f"Re: {reference_of(ticket)}", sender=other.user.email, dmarc="pass"),
            amsterdam(10, 12),
        )

        assert Message.objects.latest("pk").contact is None

    def test_colleague_of_the_asker_asks_as_himself(
        self, customer: Customer, contact: Contact
    ) -> None:
        ticket = ask(AT, contact=contact, customer=customer).ticket
        colleague = new_contact(customer)

        receive(
            mail(subject=f"Re: {reference_of(ticket)}", sender=colleague.user.email, dmarc="pass"),
            amsterdam(10, 12),
        )

        assert Message.objects.latest("pk").contact == colleague

    def test_reply_opens_a_closed_ticket_again(self) -> None:
        ticket = ask(AT).ticket
        answered(ticket)
        actions.close(ticket=ticket, by=MARIT, now=amsterdam(10, 11))

        receive(mail(subject=f"Re: {reference_of(ticket)}"), amsterdam(10, 12))

        ticket.refresh_from_db()
        assert ticket.closed_at is None

    def test_replies_to_one_newsletter_are_questions_of_their_own(self) -> None:
        for name in ("a", "b"):
            receive(
                mail(
                    sender=f"{name}@klant.example",
                    dmarc="pass",
                    headers={"In-Reply-To": "<nieuwsbrief@delinde.example>"},
                ),
                AT,
            )

        assert Ticket.objects.count() == 2

    def test_quoted_text_is_folded_and_kept(self) -> None:
        ticket = ask(AT).ticket
        body = "Ja graag.\n\nOp di 10 mrt 2026 om 11:00 schreef De Linde:\n> Wilt u dat?\n"

        placed = receive(mail(subject=f"Re: {reference_of(ticket)}", body=body), amsterdam(10, 12))

        assert Message.objects.latest("pk").body == "Ja graag."
        assert "".join(text for text, _ in placed.parts).split() == body.split()

"""What becomes of each kind of mail, and of whom it is believed (guide: desk, section 4)."""

from datetime import timedelta

import pytest
from django.core import mail as sent

from balie.apps.customers.models import Contact, Customer
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail, Message, PerhapsBelongsTo, Question, Ticket
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.references import reference_of
from balie.infra import outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, send
from tests.apps.tickets.mailing import ASKER, HELPDESK, mail, read_here, receive, store

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


def bounce(row: OutboxRow, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server writes about a mail of ours."""
    return (
        "From: MAILER-DAEMON@mx.klant.example\r\n"
        f"To: {HELPDESK}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{status}.{row.pk}@mx.klant.example>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        "MIME-Version: 1.0\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nEr is iets met uw bericht.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.klant.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ASKER}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} onbekend\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {row.message_id}\r\nSubject: Antwoord\r\n"
        "--b--\r\n"
    ).encode()


class TestNewQuestion:
    def test_mail_becomes_a_question_counted_from_our_servers_moment(self) -> None:
        placed = receive(
            mail(received=amsterdam(10, 19, 58), headers={"Date": "Tue, 10 Mar 2026 21:00 +0100"}),
            amsterdam(10, 20, 7),
        )

        question = Question.objects.get()
        assert placed.place == InboundMail.Place.QUESTION
        assert question.promise.made_at == amsterdam(10, 19, 58)
        assert question.promise.due_at == amsterdam(11, 0)  # DAY: before 20:00 on a working day

    def test_without_a_trusted_line_the_mailbox_tells_the_moment(self) -> None:
        raw = mail(received=amsterdam(10, 9)).replace(b"mx.delinde", b"mx.elders")

        receive(raw, AT)

        assert Question.objects.get().promise.made_at == AT

    def test_line_of_a_wrong_clock_does_not_count(self) -> None:
        receive(mail(received=AT - timedelta(days=400)), AT)

        assert Question.objects.get().promise.made_at == AT

    def test_mail_that_is_placed_late_keeps_its_moment(self) -> None:
        receive(mail(), AT, now=amsterdam(12, 9))

        promise = Promise.objects.get()
        assert (promise.made_at, promise.due_at) == (AT, amsterdam(11, 0))
        assert promise.is_over(now=amsterdam(12, 9))

    def test_ticket_says_who_asked_what(self) -> None:
        receive(mail(), AT)

        ticket = Ticket.objects.get()
        assert (ticket.channel, ticket.subject) == ("email", "Mijn site doet het niet")
        assert (ticket.asker_name, ticket.asker_email) == ("J. Bakker", ASKER)
        assert Message.objects.get().body == "Mijn site doet het niet meer."
        assert Message.objects.get().source == InboundMail.objects.get().source

    def test_mail_without_subject_and_words_has_a_name(self) -> None:
        receive(mail(subject="", body=" "), AT)

        assert Ticket.objects.get().subject == "(geen onderwerp)"

    def test_mail_is_placed_once_however_often_it_is_tried(self) -> None:
        raw = mail()
        stored = store(raw, AT)

        for _ in range(3):
            placing.place(mail=stored, reading=read_here(raw), now=AT)

        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)

    def test_files_are_kept_and_what_is_left_out_is_said(self) -> None:
        raw = (
            b"From: a@klant.example\r\nSubject: Scherm\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
            b"--b\r\nContent-Type: text/plain\r\n\r\nZie bijlage\r\n"
        )
        for number in range(12):
            raw += b'--b\r\nContent-Type: text/plain; name="%d.txt"\r\n' % number
            raw += b"Content-Disposition: attachment\r\n\r\ninhoud %d\r\n" % number

        placed = receive(raw + b"--b--\r\n", AT)

        assert Message.objects.get().attachments.count() == 10
        assert placing.FILES_LEFT_OUT in placed.faults


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


class TestMachines:
    """Recognised, noted, and never answered."""

    def test_bounce_of_an_answer_lets_the_question_wait_again(self) -> None:
        ticket = ask(AT, email=ASKER).ticket
        row = answered(ticket)

        placed = receive(bounce(row), amsterdam(11, 0, 20))

        assert (placed.place, placed.ticket) == ("no_question", ticket)
        question = ticket.questions.get()
        assert question.answer is None
        assert question.promise.due_at == amsterdam(11, 0)
        assert queries.open_questions(ticket).count() == 1

    def test_report_of_a_delay_changes_nothing(self) -> None:
        ticket = ask(AT, email=ASKER).ticket
        row = answered(ticket)

        placed = receive(bounce(row, action="delayed", status="4.4.1"), amsterdam(10, 15))

        assert (placed.place, placed.ticket) == ("no_question", ticket)
        assert queries.open_questions(ticket).count() == 0

    def test_bounce_of_a_mail_that_is_not_ours_is_listed(self) -> None:
        row = OutboxRow(pk=1, message_id="<niet-van-ons@elders.example>")

        placed = receive(bounce(row), AT)

        assert (placed.place, placed.ticket) == ("no_question", None)

    def test_lost_answer_that_is_not_named_is_for_a_person(self) -> None:
        ticket = ask(AT, email=ASKER).ticket
        raw = bounce(OutboxRow(pk=1, message_id=""))

        placed = receive(
            raw.replace(b"met uw bericht", f"met uw bericht {reference_of(ticket)}".encode()), AT
        )

        assert (placed.place, placed.why) == ("quarantine", placing.LOST_ANSWER)
        assert placed.ticket == ticket

    def test_out_of_office_changes_nothing_and_stands_on_its_ticket(self) -> None:
        ticket = ask(AT, email=ASKER).ticket
        answered(ticket)
        actions.close(ticket=ticket, by=MARIT, now=amsterdam(10, 11))

        placed = receive(
            mail(
                subject=f"Afwezig: Re: {reference_of(ticket)}",
                headers={"Auto-Submitted": "auto-replied"},
            ),
            amsterdam(10, 12),
        )

        ticket.refresh_from_db()
        assert placed.place == "no_question"
        assert [one.pk for one in inbound.mail_events(ticket)] == [placed.pk]
        assert (ticket.closed_at, ticket.questions.count()) == (amsterdam(10, 11), 1)

    def test_auto_submitted_no_is_a_person(self) -> None:
        assert receive(mail(headers={"Auto-Submitted": "no"}), AT).place == "question"

    def test_our_own_mail_that_comes_back_is_listed(self) -> None:
        ticket = ask(AT).ticket
        name = answered(ticket).message_id

        placed = receive(mail(message_id=name), amsterdam(10, 12))

        assert (placed.place, placed.why) == ("no_question", placing.CAME_BACK_TO_US)
        assert ticket.questions.count() == 1

    @pytest.mark.parametrize(
        "sender", [HELPDESK, "Helpdesk@DeLinde.example", "helpdesk+x@delinde.example"]
    )
    def test_mail_that_says_it_is_from_us_is_for_a_person(self, sender: str) -> None:
        placed = receive(mail(sender=sender), AT)

        assert (placed.place, placed.why) == ("quarantine", placing.FROM_OURSELVES)

    def test_newsletter_is_listed(self) -> None:
        placed = receive(
            mail(to="lezers@nieuws.example", headers={"List-Id": "<lezers.nieuws.example>"}), AT
        )

        assert placed.place == "no_question"

    def test_list_mail_to_our_own_address_is_for_a_person(self) -> None:
        placed = receive(mail(headers={"List-Id": "<groep.elders.example>"}), AT)

        assert placed.place == "quarantine"

    def test_no_reply_mail_is_for_a_person(self) -> None:
        assert receive(mail(sender="no-reply@winkel.example"), AT).place == "quarantine"

    def test_machine_gets_no_acknowledgement(self) -> None:
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"List-Id": "<x.example>"},
            {"X-Auto-Response-Suppress": "All"},
        ):
            receive(mail(headers=headers), AT)
        receive(mail(sender="noreply@winkel.example"), AT)

        send(AT)

        assert sent.outbox == []


class TestPersonDecides:
    def test_mail_out_of_quarantine_keeps_its_moment(self) -> None:
        raw = mail(sender="no-reply@winkel.example")
        stored = receive(raw, AT)

        question = placing.make_question(
            mail=stored, reading=read_here(raw), by=MARIT, now=amsterdam(12, 9)
        )

        stored.refresh_from_db()
        assert question.promise.made_at == AT
        assert (stored.place, stored.message) == ("question", question.message)
        assert (stored.decided_by, stored.decided_at) == ("employee:1", amsterdam(12, 9))

    def test_mail_that_cannot_be_read_becomes_a_question_all_the_same(self) -> None:
        raw = mail()
        stored = store(raw, AT)
        head = read_here(raw, is_whole=False)
        placing.quarantine(mail=stored, head=head, now=AT)

        question = placing.make_question(mail=stored, reading=None, by=MARIT, now=AT)

        assert question.ticket.subject == "Mijn site doet het niet"
        assert question.ticket.asker_email == ASKER
        assert question.message.body == (
            "De tekst van deze e-mail kon niet worden gelezen. Hij is bewaard zoals hij binnenkwam."
        )

    def test_mail_is_set_aside_with_who_when_and_why(self) -> None:
        stored = receive(mail(sender="no-reply@winkel.example"), AT)

        placing.set_aside(mail=stored, why=" Reclame ", by=MARIT, now=amsterdam(10, 12))

        stored.refresh_from_db()
        assert stored.place == "no_question"
        assert (stored.decided_by, stored.decided_why) == ("employee:1", "Reclame")
        assert stored.decided_at == amsterdam(10, 12)

    def test_setting_aside_needs_a_reason(self) -> None:
        stored = receive(mail(sender="no-reply@winkel.example"), AT)

        with pytest.raises(placing.UnableToPlace, match="say why"):
            placing.set_aside(mail=stored, why=" ", by=MARIT, now=AT)

    def test_question_is_not_set_aside(self) -> None:
        stored = receive(mail(), AT)

        with pytest.raises(placing.UnableToPlace):
            placing.set_aside(mail=stored, why="Reclame", by=MARIT, now=AT)

    def test_question_is_made_once(self) -> None:
        raw = mail(sender="no-reply@winkel.example")
        stored = receive(raw, AT)
        placing.make_question(mail=stored, reading=read_here(raw), by=MARIT, now=AT)

        with pytest.raises(placing.UnableToPlace):
            placing.make_question(mail=stored, reading=read_here(raw), by=MARIT, now=AT)

        assert Question.objects.count() == 1


class TestStub:
    """What cannot be read becomes a ticket under a running clock."""

    def test_mail_over_the_limit_is_a_ticket_with_its_subject(self) -> None:
        raw = mail().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        stored = storing.take_in(raw=raw, taken_at=AT, size_bytes=41_000_000, now=AT)
        placing.place(mail=stored, reading=read_here(raw, is_whole=False), now=AT)

        question = Question.objects.get()
        assert question.ticket.subject == "Mijn site doet het niet"
        assert question.message.body == "Deze e-mail is te groot om binnen te halen (41 MB)."
        assert question.promise.made_at == AT

    def test_mail_with_too_many_parts_is_a_ticket_with_its_subject(self) -> None:
        raw = b"From: a@klant.example\r\nSubject: Veel\r\nMIME-Version: 1.0\r\n"
        raw += b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        raw += b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 500 + b"--b--\r\n"

        placed = receive(raw, AT)

        assert (placed.place, Ticket.objects.get().subject) == ("question", "Veel")
        assert "more than 100 parts" in " ".join(placed.faults)

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"\r\n\r\n", b"geen mail\r\n"])
    def test_bytes_that_are_no_mail_are_a_ticket(self, raw: bytes) -> None:
        receive(raw, AT)

        assert Question.objects.get().promise.made_at == AT
        assert outbox.stuck(now=amsterdam(12, 10)).count() == 0

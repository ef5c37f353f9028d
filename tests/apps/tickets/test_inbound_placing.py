"""What becomes of each kind of mail, and of whom it is believed (guide: desk, section 4)."""

from datetime import timedelta

import pytest
from django.core import mail as sent

from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.actions.asking_by_mail import FILES_LEFT_OUT
from balie.apps.tickets.models import InboundMail, Message, Question, Ticket
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.references import reference_of
from balie.formats import mail_sentences
from balie.infra import outbox
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow
from tests.apps.tickets.asking import amsterdam, answer, ask, send
from tests.apps.tickets.mailing import ASKER, HELPDESK, bounce, mail, read_here, receive, store

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)
MARIT = Actor("employee", 1, "Marit")


ANSWERED = amsterdam(10, 11)


def answered(ticket: Ticket) -> OutboxRow:
    """An answer of ours that the mail server took, as its row in the outbox."""
    answer(ticket, ANSWERED)
    send(ANSWERED)
    return OutboxRow.objects.filter(kind="answer").latest("pk")


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
        assert FILES_LEFT_OUT in placed.faults


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
        assert mail_sentences.TOO_LARGE in InboundMail.objects.get().faults
        assert question.promise.made_at == AT

    def test_mail_with_too_many_parts_is_a_ticket_with_its_subject(self) -> None:
        raw = b"From: a@klant.example\r\nSubject: Veel\r\nMIME-Version: 1.0\r\n"
        raw += b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        raw += b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 500 + b"--b--\r\n"

        placed = receive(raw, AT)

        assert (placed.place, Ticket.objects.get().subject) == ("question", "Veel")
        assert mail_sentences.TOO_MANY_PARTS in placed.faults

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"\r\n\r\n", b"geen mail\r\n"])
    def test_bytes_that_are_no_mail_are_a_ticket(self, raw: bytes) -> None:
        receive(raw, AT)

        assert Question.objects.get().promise.made_at == AT
        assert outbox.stuck(now=amsterdam(12, 10)).count() == 0

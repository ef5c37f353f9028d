"""Drafts, who is there, saved replies, tags, and an answer that is taken back."""

from datetime import timedelta

import pytest
from django.core import mail

from balie.apps.customers.models import Employee
from balie.apps.promises.models import Promise
from balie.apps.tickets import actions, queries
from balie.apps.tickets.invariants import INVARIANTS
from balie.apps.tickets.models import Draft, Message, SavedReply, Ticket
from balie.domain.reply_fields import fill_in, unknown_fields
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import ask, new_employee, send, viewer_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SECOND = timedelta(seconds=1)


def save(ticket: Ticket, employee: Employee, body: str, version: int) -> Draft | None:
    return actions.save_draft(
        ticket=ticket, employee=employee, kind="answer", body=body, version=version, now=NOW
    )


def answer_that_waits(ticket: Ticket, employee: Employee, *, seconds: int = 10) -> Message:
    return actions.answer(
        ticket=ticket,
        body="Zo werkt het.",
        employee=employee,
        leaves_at=queries.leaves_at(ticket, seconds=seconds, now=NOW),
        now=NOW,
    )


def assert_books_hold() -> None:
    assert [one for check in INVARIANTS for one in check(now=NOW).violations] == []


def test_draft_counts_its_versions_and_is_of_one_employee() -> None:
    ticket, mine, other = ask(NOW).ticket, new_employee(), new_employee()

    save(ticket, mine, "Beste", 0)
    save(ticket, mine, "Beste klant", 1)
    save(ticket, other, "Hallo", 0)

    found = queries.drafts_of(ticket, mine)["answer"]
    assert (found.body, found.version) == ("Beste klant", 2)
    assert queries.drafts_of(ticket, other)["answer"].body == "Hallo"


@pytest.mark.parametrize("version", [0, 1])
def test_draft_changed_on_another_machine_is_shown_not_overwritten(version: int) -> None:
    ticket, employee = ask(NOW).ticket, new_employee()
    save(ticket, employee, "thuis", 0)
    save(ticket, employee, "thuis verder", 1)

    with pytest.raises(actions.WrittenElsewhere) as elsewhere:
        save(ticket, employee, "kantoor", version)

    assert (elsewhere.value.draft.body, elsewhere.value.draft.version) == ("thuis verder", 2)
    kept = save(ticket, employee, "kantoor", 2)
    assert kept is not None
    assert kept.body == "kantoor"


def test_emptied_draft_is_gone_and_one_sent_elsewhere_begins_anew() -> None:
    ticket, employee = ask(NOW).ticket, new_employee()
    save(ticket, employee, "weg ermee", 0)

    assert save(ticket, employee, "  ", 1) is None
    again = save(ticket, employee, "toch weer", 1)

    assert again is not None
    assert (again.body, again.version) == ("toch weer", 1)


def test_colleague_is_seen_while_he_is_there_and_typing_while_he_types() -> None:
    ticket, mine, other = ask(NOW).ticket, new_employee(), new_employee()

    def seen(seconds: int) -> list[bool]:
        found = queries.colleagues_at(ticket, but=mine, now=NOW + seconds * SECOND)
        return [one.is_typing for one in found]

    actions.be_present(ticket=ticket, employee=mine, is_typing=True, now=NOW)
    actions.be_present(ticket=ticket, employee=other, is_typing=True, now=NOW)

    assert (seen(1), seen(20), seen(60)) == ([True], [False], [])
    actions.be_present(ticket=ticket, employee=other, is_typing=False, now=NOW + 50 * SECOND)
    assert seen(60) == [False]


def test_answer_taken_back_answers_nothing_and_is_a_draft_again() -> None:
    question, employee = ask(NOW), new_employee()
    send(NOW)
    mail.outbox.clear()
    message = answer_that_waits(question.ticket, employee)
    actions.close(ticket=question.ticket, by=SYSTEM, now=NOW)

    draft = actions.take_back(message=message, employee=employee, now=NOW + SECOND)
    send(NOW + 60 * SECOND)

    question.refresh_from_db()
    message.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (draft.body, draft.employee) == ("Zo werkt het.", employee)
    assert (message.kind, question.answer) == ("unsent", None)
    assert (ticket.open_questions, ticket.closed_at) == (1, None)
    assert ticket.due_at == question.promise.due_at
    assert mail.outbox == []
    assert Promise.objects.get().kept_at is None
    assert OutboxRow.objects.get(kind="answer").state == "withdrawn"
    assert_books_hold()


def test_answer_that_was_not_taken_back_leaves_when_it_should() -> None:
    question, employee = ask(NOW), new_employee()
    answer_that_waits(question.ticket, employee)

    send(NOW + 9 * SECOND)
    assert Promise.objects.get().kept_at is None
    send(NOW + 10 * SECOND)

    assert Promise.objects.get().kept_at == NOW + 10 * SECOND


def test_answer_that_left_cannot_be_taken_back() -> None:
    question, employee = ask(NOW), new_employee()
    message = answer_that_waits(question.ticket, employee)
    send(NOW + 10 * SECOND)

    with pytest.raises(actions.UnableToTakeBack):
        actions.take_back(message=message, employee=employee, now=NOW + 11 * SECOND)

    message.refresh_from_db()
    assert message.kind == "answer"
    assert_books_hold()


def test_answer_being_sent_cannot_be_taken_back() -> None:
    question, employee = ask(NOW), new_employee()
    message = answer_that_waits(question.ticket, employee)
    OutboxRow.objects.filter(kind="answer").update(attempts=1)

    with pytest.raises(actions.UnableToTakeBack, match="leaving"):
        actions.take_back(message=message, employee=employee, now=NOW)

    question.refresh_from_db()
    assert question.answer == message
    assert_books_hold()


def test_answer_read_in_the_portal_cannot_be_taken_back() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question, employee = ask(NOW, contact=contact, customer=customer), new_employee()
    message = answer_that_waits(question.ticket, employee)
    actions.show_answers(
        ticket=question.ticket, viewer=viewer_of(contact, customer), now=NOW + SECOND
    )

    with pytest.raises(actions.UnableToTakeBack):
        actions.take_back(message=message, employee=employee, now=NOW + 2 * SECOND)


def test_only_its_author_takes_an_answer_back() -> None:
    message = answer_that_waits(ask(NOW).ticket, new_employee())

    with pytest.raises(actions.UnableToTakeBack):
        actions.take_back(message=message, employee=new_employee(), now=NOW)


def test_what_was_taken_back_is_not_shown_to_the_customer() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question, employee = ask(NOW, contact=contact, customer=customer), new_employee()
    message = answer_that_waits(question.ticket, employee)
    actions.take_back(message=message, employee=employee, now=NOW)

    seen = queries.conversation(question.ticket, viewer=viewer_of(contact, customer))

    assert [one.kind for one in seen] == ["question"]


def test_leaving_answer_is_the_last_of_that_employee_and_only_until_it_leaves() -> None:
    mine, other = new_employee(), new_employee()
    answer_that_waits(ask(NOW).ticket, other)
    message = answer_that_waits(ask(NOW).ticket, mine)

    found = queries.leaving(mine, now=NOW + SECOND)

    assert found is not None
    assert (found.message, found.leaves_at) == (message, NOW + 10 * SECOND)
    assert queries.leaving(mine, now=NOW + 10 * SECOND) is None


def test_answer_close_to_its_due_moment_does_not_wait() -> None:
    ticket = ask(NOW).ticket
    assert ticket.open_questions == 0  # as it was before its question came
    ticket.refresh_from_db()
    assert ticket.due_at is not None

    assert queries.leaves_at(ticket, seconds=10, now=ticket.due_at - 60 * SECOND) is None
    assert queries.leaves_at(ticket, seconds=0, now=NOW) is None
    assert queries.leaves_at(ticket, seconds=10, now=NOW) == NOW + 10 * SECOND


def test_second_answer_is_refused_until_the_first_one_is_read() -> None:
    question = ask(NOW)
    seen = question.message_id
    mine, other = new_employee(), new_employee()
    first = actions.answer(ticket=question.ticket, body="Eerst", employee=other, seen=seen, now=NOW)

    with pytest.raises(actions.WrittenMeanwhile):
        actions.answer(ticket=question.ticket, body="Ook", employee=mine, seen=seen, now=NOW)
    actions.answer(ticket=question.ticket, body="Ook", employee=mine, seen=first.pk, now=NOW)

    assert Message.objects.filter(kind="answer").count() == 2


@pytest.mark.parametrize(
    ("typed", "name"), [(" #DNS ", "dns"), ("Grote Klant", "grote-klant"), ("é1.2", "é1.2")]
)
def test_tag_is_one_word_in_lower_case(typed: str, name: str) -> None:
    ticket = ask(NOW).ticket

    actions.add_tag(ticket=ticket, name=typed, by=SYSTEM, now=NOW)
    actions.add_tag(ticket=ticket, name=name, by=SYSTEM, now=NOW)

    assert queries.tags_of(ticket) == [name]
    assert queries.suggested_tags() == [name]
    actions.remove_tag(ticket=ticket, name=name, by=SYSTEM, now=NOW)
    assert queries.tags_of(ticket) == []


@pytest.mark.parametrize("typed", ["", " # ", "a,b", "<b>", "x" * 41, "-"])
def test_what_is_no_word_is_no_tag(typed: str) -> None:
    with pytest.raises(actions.UnableToTag):
        actions.add_tag(ticket=ask(NOW).ticket, name=typed, by=SYSTEM, now=NOW)


def new_reply(name: str = "dns", body: str = "Beste {naam},") -> SavedReply:
    return actions.save_reply(reply=None, name=name, body_nl=body, body_en="", by=SYSTEM, now=NOW)


def test_reply_with_an_unknown_field_is_not_saved() -> None:
    with pytest.raises(actions.UnableToSaveReply, match=r"\{iban\} is no field") as refused:
        new_reply(body="Beste {naam}, {iban}")

    assert refused.value.why == "field"
    assert not SavedReply.objects.exists()


def test_name_of_a_reply_is_free_again_once_it_is_retired() -> None:
    first = new_reply()
    with pytest.raises(actions.UnableToSaveReply, match="already"):
        new_reply("DNS")

    actions.retire_reply(reply=first, by=SYSTEM, now=NOW)
    second = new_reply()

    assert list(queries.saved_replies()) == [second]


def test_fields_are_replaced_once_and_by_nothing_else() -> None:
    values = {"naam": "{belofte} {0.__class__} {{ x }}", "belofte": "morgen"}

    assert fill_in("Dag {naam} {belofte} {ander}", values) == (
        "Dag {belofte} {0.__class__} {{ x }} morgen {ander}"
    )
    assert unknown_fields("{naam} { belofte } {x} {} {a b}") == ["{x}"]


def test_answer_is_sent_once_however_often_its_button_is_pressed() -> None:
    question = ask(NOW)
    seen, mine = question.message_id, new_employee()
    actions.answer(ticket=question.ticket, body="Zo", employee=mine, seen=seen, now=NOW)
    actions.add_note(ticket=question.ticket, body="Gedaan", employee=mine, now=NOW)

    with pytest.raises(actions.WrittenMeanwhile):
        actions.answer(ticket=question.ticket, body="Zo", employee=mine, seen=seen, now=NOW)

    assert OutboxRow.objects.filter(kind="answer").count() == 1


def test_own_note_does_not_stop_an_answer() -> None:
    question, mine = ask(NOW), new_employee()
    seen = question.message_id
    actions.add_note(ticket=question.ticket, body="Kijk ik na", employee=mine, now=NOW)

    answer = actions.answer(ticket=question.ticket, body="Zo", employee=mine, seen=seen, now=NOW)

    assert answer.kind == Message.Kind.ANSWER

"""Attachments are kept once per content, within the limits, and found only by who may see them."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Attachment, StoredFile, Ticket
from balie.apps.tickets.queries import GivenFile
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.racing import at_once
from tests.apps.tickets.asking import EMPLOYEE, ask, new_employee, viewer_of

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PHOTO = GivenFile(name="scherm.png", content=PNG)
MEGABYTE = 1024 * 1024


def text(size: int, name: str = "lang.txt") -> GivenFile:
    return GivenFile(name=name, content=b"x" * size)


def faults(*files: GivenFile, policy: Policy | None = None) -> list[tuple[str, str]]:
    found = queries.faults_of(files, policy=policy or Policy())
    return [(fault.kind, fault.name) for fault in found]


def test_question_keeps_its_files_byte_for_byte_under_a_plain_name() -> None:
    question = actions.ask(
        channel="web",
        subject="",
        body="Zie bijlage",
        asker_name="J. Bakker",
        asker_email="j@klant.example",
        raw=b"x",
        asked_at=NOW,
        files=[GivenFile(name="../\u202ebon.png", content=PNG), text(5)],
        by=SYSTEM,
        now=NOW,
    )

    kept = list(question.message.attachments.select_related("stored"))
    assert [(one.name, one.content_type, one.size) for one in kept] == [
        ("bon.png", "image/png", len(PNG)),
        ("lang.txt", "text/plain", 5),
    ]
    assert bytes(kept[0].stored.content) == PNG


def test_same_bytes_are_kept_once_however_often_they_are_sent() -> None:
    for name in ("logo.png", "zelfde.png"):
        actions.keep_files(
            message=ask(NOW).message, files=[GivenFile(name=name, content=PNG)], now=NOW
        )

    assert Attachment.objects.count() == 2
    assert StoredFile.objects.count() == 1


def test_file_of_an_unknown_kind_in_a_mail_is_a_download_and_nothing_else() -> None:
    page = GivenFile(name="pagina.html", content=b"<html><script>1</script>")

    kept = actions.keep_files(message=ask(NOW).message, files=[page], now=NOW)

    assert [(one.content_type, one.is_known) for one in kept] == [
        ("application/octet-stream", False)
    ]


def test_too_large_file_is_refused_and_nothing_is_asked() -> None:
    with pytest.raises(actions.UnableToKeepFiles, match=r"^too large or too many: lang\.txt; send"):
        actions.ask(
            channel="web",
            subject="",
            body="Zie bijlage",
            asker_name="J. Bakker",
            asker_email="j@klant.example",
            raw=b"x",
            asked_at=NOW,
            files=[PHOTO, text(10 * MEGABYTE + 1)],
            by=SYSTEM,
            now=NOW,
        )

    assert (Ticket.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_form_says_of_each_file_what_is_wrong() -> None:
    assert faults() == []
    assert faults(PHOTO, text(10 * MEGABYTE)) == []
    assert faults(text(10 * MEGABYTE + 1, "groot.log"), PHOTO) == [("too_large", "groot.log")]
    assert faults(GivenFile(name="leeg.txt", content=b"")) == [("empty", "leeg.txt")]
    assert faults(GivenFile(name="start.exe", content=b"MZ")) == [("not_allowed", "start.exe")]
    assert faults(*[PHOTO] * 10, text(1, "elf.txt")) == [("too_many", "elf.txt")]
    assert faults(*[text(8 * MEGABYTE)] * 4) == [("too_much", "")]


def test_limits_move_with_the_policy() -> None:
    small = Policy.from_mapping({"desk": {"attachment_megabytes": 1, "attachments": 1}})

    assert faults(text(MEGABYTE + 1), policy=small) == [("too_large", "lang.txt")]
    assert faults(PHOTO, text(1), policy=small) == [("too_many", "lang.txt")]


def test_mail_is_parted_in_what_fits_and_what_is_left_out() -> None:
    big = text(10 * MEGABYTE + 1)
    policy = policy_in_force(now=NOW)

    assert queries.within_limits([PHOTO, big], policy=policy) == ([PHOTO], [big])
    assert queries.within_limits([PHOTO] * 11, policy=policy) == ([PHOTO] * 10, [PHOTO])


def test_file_is_found_by_its_customer_and_by_employees_only() -> None:
    customer, stranger = new_customer(), new_customer()
    contact, other = new_contact(customer), new_contact(stranger)
    question = ask(NOW, contact=contact, customer=customer)
    [kept] = actions.keep_files(message=question.message, files=[PHOTO], now=NOW)

    assert queries.file_for(viewer=viewer_of(contact, customer), pk=kept.pk) == kept
    assert queries.file_for(viewer=EMPLOYEE, pk=kept.pk) == kept
    with pytest.raises(Attachment.DoesNotExist):
        queries.file_for(viewer=viewer_of(other, stranger), pk=kept.pk)


def test_file_of_a_visitor_or_of_a_note_is_found_by_employees_only() -> None:
    customer = new_customer()
    contact = new_contact(customer)
    ticket = ask(NOW, contact=contact, customer=customer).ticket
    note = actions.add_note(ticket=ticket, body="Intern", employee=new_employee(), now=NOW)
    [of_note] = actions.keep_files(message=note, files=[PHOTO], now=NOW)
    [of_visitor] = actions.keep_files(message=ask(NOW).message, files=[PHOTO], now=NOW)
    viewer = viewer_of(contact, customer)

    for kept in (of_note, of_visitor):
        for looking in (viewer, replace(viewer, customer_id=None)):
            with pytest.raises(Attachment.DoesNotExist):
                queries.file_for(viewer=looking, pk=kept.pk)
        assert queries.file_for(viewer=EMPLOYEE, pk=kept.pk) == kept


@pytest.mark.postgres
def test_bytes_have_one_row() -> None:
    StoredFile.objects.create(sha256="a" * 64, content=b"1")

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(sha256="a" * 64, content=b"1")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_file_at_once_both_have_it() -> None:
    messages = [ask(NOW).message, ask(NOW).message]

    def send(number: int) -> None:
        actions.keep_files(message=messages[number], files=[PHOTO], now=NOW)

    assert at_once(send, before='INSERT INTO "tickets_storedfile"') == ["done", "done"]
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (2, 1)


def test_file_of_a_contact_of_two_customers_is_his_before_it_is_known_of_which() -> None:
    one = new_customer(with_contact=False)
    contact, colleague = new_contact(one), new_contact(one)
    question = ask(NOW, contact=contact)
    (kept,) = actions.keep_files(message=question.message, files=[PHOTO], now=NOW)

    assert queries.file_for(viewer=viewer_of(contact, one), pk=kept.pk) == kept
    with pytest.raises(Attachment.DoesNotExist):
        queries.file_for(viewer=viewer_of(colleague, one), pk=kept.pk)

"""Mail is stored once and before it is read, whatever the mailbox does meanwhile."""

import pytest
from django.db import IntegrityError, transaction

from balie.apps.tickets.actions.asking import store_source
from balie.apps.tickets.actions.inbound import LiesAt, content_key, take_in
from balie.apps.tickets.models import InboundMail, MailCopy, MailFolder, RawSource
from balie.infra.models import Job
from tests.apps.tickets.asking import amsterdam
from tests.apps.tickets.mailing import mail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)


def lies(name: str = "helpdesk@delinde.example/INBOX", *, uid: int, validity: int = 7) -> LiesAt:
    """A place in a mailbox."""
    folder, _ = MailFolder.objects.get_or_create(name=name)
    return LiesAt(folder=folder, uid_validity=validity, uid=uid)


def test_mail_is_stored_byte_for_byte_and_read_after_the_commit() -> None:
    raw = mail()

    stored = take_in(raw=raw, taken_at=AT, lies_at=lies(uid=1), now=AT)

    assert bytes(stored.source.content) == raw
    assert (stored.place, stored.size_bytes, stored.is_whole) == ("waiting", len(raw), True)
    assert [job.name for job in Job.objects.all()] == ["place-mail"]


def test_same_number_of_the_server_is_taken_once() -> None:
    raw = mail()
    for _ in range(3):
        take_in(raw=raw, taken_at=AT, lies_at=lies(uid=1), now=AT)

    assert (InboundMail.objects.count(), MailCopy.objects.count()) == (1, 1)


def test_mail_that_comes_again_under_another_validity_is_one_mail() -> None:
    raw = mail()
    take_in(raw=raw, taken_at=AT, lies_at=lies(uid=1), now=AT)
    take_in(raw=raw, taken_at=AT, lies_at=lies(uid=44, validity=8), now=AT)

    assert (InboundMail.objects.count(), MailCopy.objects.count()) == (1, 2)


def test_copy_by_a_list_is_not_the_mail_itself() -> None:
    """Else the list's copy, which asks nobody, would swallow the one that was sent to us."""
    direct = mail(message_id="<1@klant.example>")
    by_list = b"List-Id: <groep.elders.example>\r\nPrecedence: list\r\n" + direct

    for raw in (by_list, direct, b"Received: by mx; x\r\n" + by_list):
        take_in(raw=raw, taken_at=AT, now=AT)

    assert InboundMail.objects.count() == 2


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_copies_the_one_that_was_taken_first_counts(first: int) -> None:
    raw, moments = mail(), (amsterdam(10, 19, 58), amsterdam(10, 20, 5))
    for at in (moments[first], moments[1 - first]):
        stored = take_in(raw=raw, taken_at=at, now=moments[1])

    assert (stored.taken_at, InboundMail.objects.get().taken_at) == (moments[0], moments[0])


def test_mail_in_two_mailboxes_is_one_mail() -> None:
    """Each server on the way adds lines of its own; a pipe gives other line ends."""
    raw = mail()
    other = b"Delivered-To: info@delinde.example\r\nReceived: by mx; x\r\n" + raw
    take_in(raw=raw, taken_at=AT, lies_at=lies(uid=1), now=AT)
    take_in(raw=other, taken_at=AT, lies_at=lies("info/INBOX", uid=9), now=AT)
    take_in(raw=raw.replace(b"\r\n", b"\n"), taken_at=AT, now=AT)

    assert (InboundMail.objects.count(), RawSource.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        mail(message_id="<zelfde@klant.example>", body="Iets anders"),
        mail(message_id="<zelfde@klant.example>", sender="boef@elders.example"),
        mail(message_id="<ander@klant.example>"),
    ],
)
def test_mail_that_claims_the_name_of_another_is_another_mail(other: bytes) -> None:
    take_in(raw=mail(message_id="<zelfde@klant.example>"), taken_at=AT, now=AT)

    take_in(raw=other, taken_at=AT, now=AT)

    assert InboundMail.objects.count() == 2


def test_mail_without_a_name_of_its_own_is_known_by_all_of_it() -> None:
    nameless = b"From: a@klant.example\r\nDate: Tue, 10 Mar 2026 10:00 +0100\r\n\r\nHallo\r\n"
    for raw in (nameless, nameless.replace(b"\r\n", b"\n"), b"Subject: x\r\n" + nameless):
        take_in(raw=raw, taken_at=AT, now=AT)

    assert InboundMail.objects.count() == 2


def test_too_large_mail_keeps_its_headers_and_its_size() -> None:
    stored = take_in(raw=b"Subject: x\r\n\r\n", taken_at=AT, size_bytes=41_000_000, now=AT)

    assert (stored.is_whole, stored.size_bytes) == (False, 41_000_000)


def test_bytes_that_are_no_mail_are_never_taken_for_each_other() -> None:
    given = (b"", b"\x00" * 9, b"\r\n\r\nx", b"x" * 9, b"Subject: x")

    keys = {content_key(raw, size_bytes=None) for raw in given}

    assert len(keys) == len(given)


def test_two_who_store_the_same_at_once_find_one_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second did not see the first when he looked; the database does."""
    raw = mail()
    first = take_in(raw=raw, taken_at=AT, now=AT)
    nothing = InboundMail.objects.none()
    monkeypatch.setattr(InboundMail.objects, "filter", lambda **_: nothing)

    assert take_in(raw=raw, taken_at=AT, now=AT) == first
    assert RawSource.objects.count() == 1


class TestConstraints:
    def test_content_is_stored_once(self) -> None:
        stored = take_in(raw=mail(), taken_at=AT, now=AT)
        source = store_source(b"x", channel="email", received_at=AT)

        with pytest.raises(IntegrityError), transaction.atomic():
            InboundMail.objects.create(
                source=source,
                content_key=stored.content_key,
                taken_at=AT,
                stored_at=AT,
                size_bytes=1,
            )

    def test_number_of_the_server_is_taken_once(self) -> None:
        place = lies(uid=1)
        stored = take_in(raw=mail(), taken_at=AT, lies_at=place, now=AT)

        with pytest.raises(IntegrityError), transaction.atomic():
            MailCopy.objects.create(mail=stored, folder=place.folder, uid_validity=7, uid=1)

    @pytest.mark.parametrize(
        "changes",
        [
            {"place": "question"},
            {"place": "nergens"},
            {"place": "quarantine", "why": "x"},
            {"place": "no_question", "placed_at": AT},
            {"placed_at": AT},
            {"trust": "misschien"},
            {"decided_by": "employee:1"},
        ],
    )
    def test_mail_is_in_one_place_with_its_reason(self, changes: dict[str, object]) -> None:
        stored = take_in(raw=mail(), taken_at=AT, now=AT)

        with pytest.raises(IntegrityError), transaction.atomic():
            InboundMail.objects.filter(pk=stored.pk).update(**changes)

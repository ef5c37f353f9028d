"""Mail is fetched from a real IMAP server, and nothing of it is lost or doubled."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from balie.apps.tickets import intake
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail, MailCopy, MailFolder, Question, Ticket
from balie.apps.tickets.queries import inbound
from balie.apps.tickets.reading import Reading
from balie.infra import imap, jobs
from balie.infra.apart import UnableToFinish
from balie.infra.models import Job
from tests.apps.tickets.asking import amsterdam
from tests.apps.tickets.mailing import mail
from tests.support.imap import PASSWORD, USER, MailServer, cutting_after, free_port, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 19, 58)
NOW = amsterdam(10, 20, 7)


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: MailServer, settings: Settings) -> MailServer:
    """A server whose mailbox is empty, and which the settings name."""
    with running.signed_in() as client:
        for folder in ("INBOX", "Klaar", "Info"):
            client.create(folder)
            client.select(folder)
            client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()
    use(settings, running.port)
    return running


def use(settings: Settings, port: int) -> None:
    """Let the settings name a server on this machine."""
    settings.BALIE_IMAP_HOST = "127.0.0.1"
    settings.BALIE_IMAP_PORT = port
    settings.BALIE_IMAP_SECURITY = "none"
    settings.BALIE_IMAP_USER = USER
    settings.BALIE_IMAP_PASSWORD = PASSWORD
    settings.BALIE_IMAP_TIMEOUT = 5


def fetch() -> int:
    return intake.fetch_all(now=NOW)


def test_mail_is_stored_and_becomes_a_question_of_the_servers_moment(server: MailServer) -> None:
    raw = mail()
    server.deliver(raw, arrived_at=AT)

    assert fetch() == 1
    assert intake.place_waiting(now=NOW) == 1

    assert bytes(InboundMail.objects.get().source.content) == raw
    assert Question.objects.get().promise.made_at == AT
    assert Question.objects.get().promise.due_at == amsterdam(11, 0)


def test_fetching_again_takes_nothing_twice(server: MailServer) -> None:
    server.deliver(mail())

    assert [fetch() for _ in range(3)] == [1, 0, 0]
    assert (InboundMail.objects.count(), MailCopy.objects.count()) == (1, 1)


def test_only_new_mail_is_asked_for(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver(mail())
    fetch()
    server.deliver(mail())
    asked: list[int] = []
    after = imap.Folder.after

    def noted(self: imap.Folder, uid: int) -> list[int]:
        asked.append(uid)
        return after(self, uid)

    monkeypatch.setattr(imap.Folder, "after", noted)

    assert fetch() == 1
    assert asked == [MailCopy.objects.earliest("pk").uid]


def test_what_is_taken_is_moved_after_it_is_stored(server: MailServer, settings: Settings) -> None:
    settings.BALIE_IMAP_MARK, settings.BALIE_IMAP_MOVE_TO = "move", "Klaar"
    server.deliver(mail())

    fetch()

    assert (server.count("INBOX"), server.count("Klaar")) == (0, 1)
    assert MailCopy.objects.get().marked_at == NOW


def test_mail_that_could_not_be_marked_is_marked_next_time(
    server: MailServer, settings: Settings
) -> None:
    settings.BALIE_IMAP_MARK, settings.BALIE_IMAP_MOVE_TO = "move", "Nergens"
    server.deliver(mail())
    fetch()
    assert MailFolder.objects.get().failing_since == NOW
    assert MailCopy.objects.get().marked_at is None

    settings.BALIE_IMAP_MOVE_TO = "Klaar"
    fetch()

    assert (server.count("INBOX"), InboundMail.objects.count()) == (0, 1)
    assert MailFolder.objects.get().failing_since is None


def test_mailbox_made_anew_doubles_nothing(server: MailServer, settings: Settings) -> None:
    """Its numbers begin again: what was taken is known by its content."""
    settings.BALIE_IMAP_FOLDERS = ("Tijdelijk",)
    raw = mail()
    for _ in range(2):
        with server.signed_in() as client:
            client.delete("Tijdelijk")
        server.make_folder("Tijdelijk")
        server.deliver(raw, folder="Tijdelijk")
        fetch()
    server.deliver(mail(), folder="Tijdelijk")

    assert fetch() == 1
    assert (InboundMail.objects.count(), MailCopy.objects.count()) == (2, 3)


def test_same_mail_in_two_folders_is_one_question(server: MailServer, settings: Settings) -> None:
    settings.BALIE_IMAP_FOLDERS = ("INBOX", "Info")
    raw = mail()
    server.deliver(raw)
    server.deliver(b"Delivered-To: info@delinde.example\r\n" + raw, folder="Info")

    fetch()
    intake.place_waiting(now=NOW)

    assert (Ticket.objects.count(), MailCopy.objects.count()) == (1, 2)


def test_connection_cut_within_a_mail_loses_and_doubles_nothing(
    server: MailServer, settings: Settings
) -> None:
    small, large = mail(), mail(body="x" * 70 + "\n" + "y" * 200_000)
    server.deliver(small)
    server.deliver(large)
    with cutting_after(server, 60_000) as port:
        use(settings, port)
        fetch()
        assert InboundMail.objects.count() == 1
        assert MailFolder.objects.get().failing_since == NOW

    settings.BALIE_IMAP_PORT = server.port
    # Another port is the same mailbox: it is named by user, server and folder.
    assert fetch() == 1
    assert {bytes(one.source.content) for one in InboundMail.objects.all()} == {small, large}


def test_too_large_mail_becomes_a_ticket_and_stays_in_the_mailbox(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MEGABYTE", 1000)  # thirty of them
    server.deliver(mail(subject="Back-up", body="x\n" * 30_000), arrived_at=AT)

    fetch()
    intake.place_waiting(now=NOW)

    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.questions.get().promise.made_at) == ("Back-up", AT)
    assert "te groot" in ticket.messages.get().body
    assert (server.count(), InboundMail.objects.get().is_whole) == (1, False)


def test_server_that_is_away_alarms_after_a_quarter_of_an_hour(settings: Settings) -> None:
    use(settings, free_port())
    intake.fetch_all(now=NOW)
    intake.fetch_all(now=amsterdam(10, 20, 20))

    folder = MailFolder.objects.get()
    assert (folder.failing_since, folder.reached_at) == (NOW, None)
    assert "ConnectionRefused" in folder.last_error
    assert inbound.failing_folders(now=amsterdam(10, 20, 21)) == []
    assert inbound.failing_folders(now=amsterdam(10, 20, 22)) == [folder]


def test_one_folder_that_fails_does_not_keep_the_others(
    server: MailServer, settings: Settings
) -> None:
    settings.BALIE_IMAP_FOLDERS = ("Nergens", "INBOX")
    server.deliver(mail())

    assert fetch() == 1


def test_without_a_mailbox_nothing_is_fetched() -> None:
    assert intake.fetch_all(now=NOW) == 0
    assert MailFolder.objects.count() == 0


def test_mail_that_cannot_be_fetched_is_counted_and_tried_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        server.deliver(mail())
    content = imap.Folder.content

    def not_the_second(self: imap.Folder, uid: int) -> bytes | None:
        return None if uid == self.after(0)[1] else content(self, uid)

    with monkeypatch.context() as patch:
        patch.setattr(imap.Folder, "content", not_the_second)
        assert fetch() == 2
        assert MailFolder.objects.get().left_behind == 1

    assert fetch() == 1
    assert MailFolder.objects.get().left_behind == 0


class TestPoison:
    """A mail on which the reader breaks, or hangs: the next ones go on."""

    @contextmanager
    def reading(self, *, breaks_on: int) -> Iterator[intake.Reader]:
        """A reader that breaks on one mail, as one that hangs or crashes does."""
        with intake.reader(now=NOW) as read:

            def broken(one: InboundMail, whole: bool) -> Reading:  # noqa: FBT001
                if one.pk == breaks_on and whole:
                    raise UnableToFinish("it took longer than 20 seconds")
                return read(one, whole)

            yield broken

    def test_mail_is_quarantined_after_one_crash_and_the_next_go_on(self) -> None:
        first = storing.take_in(raw=mail(subject="Gif"), taken_at=AT, now=AT)
        storing.take_in(raw=mail(subject="Goed"), taken_at=AT, now=AT)

        with self.reading(breaks_on=first.pk) as read:
            intake.place_waiting(now=NOW, read=read)

        first.refresh_from_db()
        assert (first.place, first.subject, first.taken_at) == ("quarantine", "Gif", AT)
        assert Ticket.objects.get().subject == "Goed"

    def test_reader_that_hangs_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The real thing: the process that reads is given no time at all."""
        stored = storing.take_in(raw=mail(), taken_at=AT, now=AT)

        with intake.reader(now=NOW, seconds=0.0) as read:
            intake.place_waiting(now=NOW, read=read)

        stored.refresh_from_db()
        assert stored.place == "quarantine"

    def test_mail_that_the_worker_keeps_dying_on_is_quarantined(self) -> None:
        stored = storing.take_in(raw=mail(), taken_at=AT, now=AT)
        InboundMail.objects.update(attempts=intake.MOST_ATTEMPTS)

        intake.place_waiting(now=NOW)

        stored.refresh_from_db()
        assert stored.place == "quarantine"

    def test_mail_that_cannot_be_placed_waits_and_the_next_go_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = storing.take_in(raw=mail(), taken_at=AT, now=AT)
        storing.take_in(raw=mail(), taken_at=AT, now=AT)
        place = placing.place

        def not_the_first(**given: object) -> InboundMail:
            if given["mail"] == first:
                raise RuntimeError("a fault of ours")
            return place(**given)  # type: ignore[arg-type]

        monkeypatch.setattr(placing, "place", not_the_first)

        with pytest.raises(intake.UnableToPlaceAll):
            intake.place_waiting(now=NOW)

        first.refresh_from_db()
        assert (first.place, Ticket.objects.count()) == ("waiting", 1)


def test_stored_mail_is_placed_by_the_job_that_was_queued_with_it() -> None:
    storing.take_in(raw=mail(), taken_at=AT, now=AT)

    jobs.run_pending(now=NOW)

    assert Job.objects.filter(name="place-mail", state="done").exists()
    assert Question.objects.get().promise.made_at == AT

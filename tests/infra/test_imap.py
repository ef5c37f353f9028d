"""The mailbox, read from a real IMAP server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balie.infra.imap import UnableToReadMailbox, Waiting, open_folder
from tests.support.imap import MailServer, cutting_after, free_port, mail_server, make_certificate

ARRIVED = datetime(2026, 3, 10, 18, 58, 30, tzinfo=UTC)
MAIL = b"From: a@klant.example\r\nSubject: =?utf-8?q?h=C3=A9?=\r\n\r\nHallo \xe9\r\n.\r\nEinde\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: MailServer) -> MailServer:
    """A server whose mailbox is empty."""
    with running.signed_in() as client:
        for folder in ("INBOX", "Klaar"):
            if client.select(folder)[0] == "OK":
                client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
                client.expunge()
    return running


def test_mail_is_read_byte_for_byte_with_its_moment(server: MailServer) -> None:
    server.deliver(MAIL, arrived_at=ARRIVED)

    with open_folder(server.account(), "INBOX") as folder:
        found = folder.describe(folder.after(0))
        content = folder.content(found[0].uid)
        head = folder.head(found[0].uid)

    assert content == MAIL
    assert head == MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert found == [Waiting(uid=found[0].uid, size_bytes=len(MAIL), arrived_at=ARRIVED)]


def test_reading_does_not_mark_a_mail_as_seen(server: MailServer) -> None:
    server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        folder.content(folder.after(0)[0])

    assert "Seen" not in server.flags()


def test_only_what_is_above_a_number_is_listed(server: MailServer) -> None:
    for _ in range(3):
        server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        first, second, third = folder.after(0)

        assert folder.after(first) == [second, third]
        assert folder.after(third) == []


def test_many_mails_are_described_in_pieces(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balie.infra.imap.DESCRIBED_AT_ONCE", 2)
    for _ in range(5):
        server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        uids = folder.after(0)

        assert [one.uid for one in folder.describe(uids)] == uids


def test_mail_that_is_gone_is_nothing(server: MailServer) -> None:
    with open_folder(server.account(), "INBOX") as folder:
        assert folder.content(999_999) is None
        assert folder.describe([999_999]) == []
        folder.mark([999_999], how="seen")


def test_mail_is_set_to_seen(server: MailServer) -> None:
    server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        folder.mark(folder.after(0), how="seen")

    assert "Seen" in server.flags()


def test_mail_is_moved(server: MailServer) -> None:
    with server.signed_in() as client:
        client.create("Klaar")
    server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        folder.mark(folder.after(0), how="move", into="Klaar")

    assert (server.count("INBOX"), server.count("Klaar")) == (0, 1)


def test_moving_to_no_folder_is_said(server: MailServer) -> None:
    server.deliver(MAIL)

    with (
        open_folder(server.account(), "INBOX") as folder,
        pytest.raises(UnableToReadMailbox, match="would not move mail to Nergens"),
    ):
        folder.mark(folder.after(0), how="move", into="Nergens")

    assert server.count() == 1


def test_server_without_keywords_keeps_the_mail_as_it_was(server: MailServer) -> None:
    server.deliver(MAIL)

    with open_folder(server.account(), "INBOX") as folder:
        folder.mark(folder.after(0), how="keyword")

    assert server.count() == 1


def test_folder_made_anew_has_another_validity(server: MailServer) -> None:
    server.make_folder("Tijdelijk")
    with open_folder(server.account(), "Tijdelijk") as folder:
        first = folder.uid_validity
    with server.signed_in() as client:
        client.delete("Tijdelijk")
    server.make_folder("Tijdelijk")

    with open_folder(server.account(), "Tijdelijk") as folder:
        assert folder.uid_validity != first


@pytest.mark.parametrize(
    ("changes", "folder", "said"),
    [
        ({"password": "verkeerd"}, "INBOX", "MailboxLoginError"),
        ({"password": "ook verkéérd"}, "INBOX", "error"),
        ({}, "Bestaat niet", "MailboxFolderSelectError"),
    ],
)
def test_what_the_server_refuses_is_said(
    server: MailServer, changes: dict[str, object], folder: str, said: str
) -> None:
    account = server.account(**changes)

    with pytest.raises(UnableToReadMailbox, match=said) as raised, open_folder(account, folder):
        pass

    assert account.password not in str(raised.value)


def test_server_that_is_away_is_said() -> None:
    account = MailServer(port=free_port()).account()

    with pytest.raises(UnableToReadMailbox, match="ConnectionRefused"), open_folder(account, "X"):
        pass


def test_connection_cut_within_a_mail_gives_no_half_mail(server: MailServer) -> None:
    server.deliver(b"Subject: groot\r\n\r\n" + b"x" * 200_000)

    with (
        cutting_after(server, 100_000) as port,
        pytest.raises(UnableToReadMailbox),
        open_folder(server.account(port=port), "INBOX") as folder,
    ):
        folder.content(folder.after(0)[0])

    with open_folder(server.account(), "INBOX") as folder:
        assert len(folder.content(folder.after(0)[0]) or b"") == 200_018


def test_password_is_not_shown_with_the_account() -> None:
    assert "wachtwoord" not in repr(MailServer(port=1).account())


@pytest.mark.parametrize(
    ("user", "named"),
    [
        ("helpdesk", "helpdesk@127.0.0.1/INBOX"),
        ("helpdesk@delinde.example", "helpdesk@delinde.example/INBOX"),
    ],
)
def test_folder_has_a_name_that_stays(user: str, named: str) -> None:
    assert MailServer(port=1).account(user=user).named("INBOX") == named


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One that signed itself."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def encrypted(certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    """A server that speaks STARTTLS."""
    with mail_server(certificate=certificate) as server:
        yield server


def test_certificate_of_a_known_authority_lets_us_in(
    encrypted: MailServer, certificate: tuple[Path, Path]
) -> None:
    account = encrypted.account(security="starttls", ca_file=str(certificate[0]))

    with open_folder(account, "INBOX") as folder:
        assert folder.after(0) == []


def test_certificate_of_nobody_known_is_refused(encrypted: MailServer) -> None:
    account = encrypted.account(security="starttls")

    with (
        pytest.raises(UnableToReadMailbox, match="certificate is not trusted"),
        open_folder(account, "INBOX"),
    ):
        pass


def test_server_that_speaks_no_tls_is_refused(server: MailServer) -> None:
    account = server.account(security="starttls")

    with pytest.raises(UnableToReadMailbox), open_folder(account, "INBOX"):
        pass

"""What `balie check` says of the mailbox."""

import pytest
from pytest_django import Settings

from balie.apps.tickets.models import MailFolder
from balie.config.checking import mailbox_faults
from tests.apps.building import NOW
from tests.apps.tickets.mailing import mail, receive
from tests.support.imap import PASSWORD, USER, free_port, mail_server

pytestmark = pytest.mark.django_db


def test_without_a_mailbox_nothing_is_wrong() -> None:
    assert mailbox_faults(NOW) == []


def test_mailbox_that_lets_us_in_is_fine_and_a_folder_that_is_not_there_is_named(
    settings: Settings,
) -> None:
    with mail_server() as server:
        settings.BALIE_IMAP_HOST, settings.BALIE_IMAP_PORT = "127.0.0.1", server.port
        settings.BALIE_IMAP_USER, settings.BALIE_IMAP_PASSWORD = USER, PASSWORD
        settings.BALIE_IMAP_SECURITY = "none"
        settings.BALIE_IMAP_FOLDERS = ("INBOX", "Nergens")

        found = mailbox_faults(NOW)

    assert [fault.partition(":")[0] for fault in found] == ["the mailbox Nergens cannot be read"]


def test_mailbox_that_is_away_is_named(settings: Settings) -> None:
    settings.BALIE_IMAP_HOST, settings.BALIE_IMAP_PORT = "127.0.0.1", free_port()
    settings.BALIE_IMAP_SECURITY = "none"

    assert "ConnectionRefused" in mailbox_faults(NOW)[0]


def test_what_waits_for_a_person_is_counted() -> None:
    MailFolder.objects.create(name="helpdesk/INBOX", left_behind=2)
    receive(mail(sender="no-reply@winkel.example"), NOW)

    assert mailbox_faults(NOW) == [
        "2 mail(s) of helpdesk/INBOX could not be fetched; look in the mailbox",
        "1 mail(s) wait in quarantine for a person: /balie/post/",
    ]

"""A8: catch the token where it leaks: Referer, log, history, a robot that previews the mail.

ASVS v5.0.0-3.4.5, 14.2.1. The browser's side stands in tests/browser/test_recovery.py, the log of
the running server in tests/config/test_served_recovery.py.
"""

import re

import pytest

from balie.apps.credentials.models import RecoveryLink
from balie.infra.logs import LineFormatter
from tests.abuse.attacking import CHOOSE, attacker, work
from tests.apps.credentials.recovering import (
    PASSWORD,
    Loser,
    mailed_secret,
    recover,
    whole_database,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def token(victim: Loser) -> str:
    """The token in the mail that the victim got."""
    recover(victim.user.email)
    work()
    return mailed_secret()


def test_robot_that_opens_every_link_uses_nothing_up(victim: Loser, token: str) -> None:
    """A8: a mail filter may GET and HEAD the link as often as it likes."""
    for _ in range(30):
        robot = attacker()
        robot.get(f"/inloggegevens/nieuw/{token}/", follow=True)
        robot.head(f"/inloggegevens/nieuw/{token}/", follow=True)

    assert RecoveryLink.objects.get().used_at is None
    owner = attacker()
    owner.get(f"/inloggegevens/nieuw/{token}/")
    assert owner.post(CHOOSE, {"password": PASSWORD}).status_code == 303
    assert victim.user.check_password(PASSWORD)


def test_address_with_the_token_shows_no_page(token: str) -> None:
    """A8: nothing is loaded from it, it sends no Referer on, and no cache keeps it."""
    answer = attacker().get(f"/inloggegevens/nieuw/{token}/")

    assert (answer.status_code, answer.content, answer["Location"]) == (303, b"", CHOOSE)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_page_behind_it_holds_no_token_and_no_foreign_asset(token: str) -> None:
    """A8: the page to choose a password has an address like any other."""
    client = attacker()
    page = client.get(f"/inloggegevens/nieuw/{token}/", follow=True)

    assert page.request["PATH_INFO"] == CHOOSE
    assert token not in page.content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page.content.decode()) == []
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_token_stands_in_no_row_no_session_and_no_log(
    victim: Loser, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A8: the canary. Sessions, outbox, audit trail, jobs and log have seen the whole recovery."""
    with caplog.at_level(0):
        client = attacker()
        client.get(f"/inloggegevens/nieuw/{token}/", follow=True)
        before = whole_database()
        client.post(CHOOSE, {"password": PASSWORD})
        work()
        attacker().get(f"/inloggegevens/nieuw/{token}/x/y")  # an address that is not there

    assert "password.set" in whole_database()
    for kept in (before, whole_database()):
        assert token not in kept
        assert PASSWORD not in kept
    assert PASSWORD not in caplog.text


def test_log_line_of_an_address_with_a_token_has_none(
    victim: Loser, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A8: what is written is not what was asked: the formatter cuts tokens out of every line."""
    attacker().get(f"/inloggegevens/nieuw/{token}/x/y")

    lines = [LineFormatter().format(record) for record in caplog.records]
    assert any("Not Found: /inloggegevens/nieuw/" in line for line in lines)
    assert not any(token in line for line in lines)


def test_token_stands_in_no_subject_and_no_header(victim: Loser, mailoutbox: list[object]) -> None:
    """A8: a notification on a locked screen shows the subject."""
    recover(victim.user.email)
    work()
    (message,) = mailoutbox
    token = mailed_secret()

    headers = "\n".join(f"{k}: {v}" for k, v in message.message().items())  # type: ignore[attr-defined]
    assert "Subject: Uw inloggegevens" in headers
    assert token not in headers

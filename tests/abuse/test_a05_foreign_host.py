"""A5: poison the host, so that the link in a mail leads to the attacker.

Sources: Django 1.3.4, guzzle GHSA-c2w2.
"""

import re

import pytest
from django.conf import settings
from django.core import mail

from balie.apps.credentials.models import RecoveryRequest
from balie.apps.customers.models import SignInCodeRequest
from tests.abuse.attacking import CODE, RECOVER, attacker, work
from tests.apps.credentials.recovering import Loser, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

FORGED = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-original-host": "evil.example",
    "x-host": "evil.example",
    "forwarded": "host=evil.example",
    "origin": "http://testserver",
    "referer": "https://evil.example/",
}


@pytest.mark.parametrize("where", [RECOVER, CODE])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1:x@evil.example", "evil.example:80", "127.0.0.1.evil.example", ""],
)
def test_foreign_host_is_refused(victim: Loser, where: str, host: str) -> None:
    """A5: another name than the configured one is answered with 400, and nothing is stored."""
    answer = attacker().post(where, {"identifier": victim.user.email}, headers={"host": host})

    assert answer.status_code == 400
    assert not RecoveryRequest.objects.exists()
    assert not SignInCodeRequest.objects.exists()


@pytest.mark.parametrize("where", [RECOVER, CODE])
def test_no_mail_names_a_host_of_a_header(victim: Loser, where: str) -> None:
    """A5: links are built from the configured base address alone."""
    attacker().post(where, {"identifier": victim.user.email}, headers=FORGED)
    work()

    (message,) = mail.outbox
    assert b"evil.example" not in message.message().as_bytes()
    links = re.findall(r"https?://\S+", text_of(message))
    assert all(link.startswith(settings.BALIE_BASE_URL) for link in links)
    assert links or where == CODE

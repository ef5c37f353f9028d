"""A12: fill a victim's mailbox by asking in his name (Zendesk, October 2025 and January 2026).

Each kind of mail has its own limit, at most three an hour and ten in 24 hours to one address. That
a limit never leaves the owner without a link that works stands in
tests/apps/credentials/test_links.py.
"""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from balie.infra.clock import FrozenClock
from balie.infra.models import OutboxRow
from tests.abuse.attacking import CODE, RECOVER, attacker, work
from tests.apps.credentials.recovering import Loser

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.slow]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LURE = "Gefeliciteerd: klik op evil.example"
STEPS = 190  # in thirty hours, one each nine and a half minutes, each from a network of its own


def most_within(moments: list[datetime], span: timedelta) -> int:
    """How many of these fall within one span of time, at most."""
    return max(sum(start <= one < start + span for one in moments) for start in moments)


def bombard(fields: dict[str, str], where: str, frozen: FrozenClock) -> list[datetime]:
    """Ask for thirty hours; when mails went to the victim."""
    for number in range(STEPS):
        attacker().post(where, {key: value.format(number) for key, value in fields.items()})
        work()
        frozen.advance(30 * HOUR / STEPS)
    rows = OutboxRow.objects.filter(state="accepted").order_by("pk")
    return [row.created_at for row in rows]


@pytest.mark.parametrize("where", [RECOVER, CODE])
def test_mails_about_a_login_stay_few(victim: Loser, where: str, frozen: FrozenClock) -> None:
    """A12: at most three an hour and ten a day to one address, from any number of networks."""
    sent = bombard({"identifier": victim.user.email}, where, frozen)

    assert len(sent) >= 10
    assert {tuple(message.to) for message in mail.outbox} == {(victim.user.email,)}
    assert most_within(sent, HOUR) <= 3
    assert most_within(sent, DAY) <= 10


def test_acknowledgements_stay_few_and_carry_nothing_of_the_attacker(
    victim: Loser, frozen: FrozenClock, settings: Settings
) -> None:
    """A12: questions in the victim's name; their subject is never in the mail he gets."""
    fields = {
        "name": LURE,
        "email": victim.user.email,
        "subject": LURE + " {}",
        "body": LURE + " {}",
    }

    sent = bombard(fields, "/vraag/", frozen)

    assert sent
    assert most_within(sent, HOUR) <= 3
    assert most_within(sent, DAY) <= 10
    for message in mail.outbox:
        assert "evil" not in message.subject
        assert b"evil.example" not in message.message().as_bytes()

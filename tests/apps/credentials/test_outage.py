"""The mail server is down for an hour, from 10:10 to 11:10: which mails go, which expire.

The table that is asserted here stands in docs/algorithms/lost-login.md. `-s` prints it.
"""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from balie.apps.credentials import actions, queries
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.apps.promises.models import Promise
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of
from tests.infra.conftest import MailServer, mail_server

__all__ = ["mail_server"]

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MINUTE = timedelta(minutes=1)
DOWN, BACK = 10, 70  # minutes after 10:00

FOUND = """
asked  meanwhile         mail              what became of it
10:00                    recovery-link     sent at once
10:10                    recovery-link     not sent: the link no longer worked
10:10                    recovery-late     sent when the server was back
10:10  asked again 10:50 recovery-link     not sent: the link no longer worked
10:10  asked again 10:50 recovery-link     sent when the server was back
10:40                    recovery-link     sent when the server was back
10:40  address changed   recovery-link     withdrawn
10:40  held              recovery-link     withdrawn
10:40  password chosen   recovery-link     withdrawn
10:40  password chosen   password-changed  sent when the server was back
"""


@pytest.fixture
def losers() -> dict[str, Loser]:
    names = ("early", "first", "again", "half", "moved", "held", "done")
    return {name: Loser() for name in names}


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def at(minute: int) -> datetime:
    return NOW + minute * MINUTE


def live(losers: dict[str, Loser], server: MailServer) -> None:
    """From 10:00 to 12:00, minute by minute, with what happens in it."""
    asking: dict[int, tuple[str, ...]] = {
        0: ("early",),
        DOWN: ("first", "again"),
        40: ("half", "moved", "held", "done"),
        50: ("again",),
    }
    for minute in range(121):
        if minute in (DOWN, BACK):
            (server.stop if minute == DOWN else server.start)()
        for name in asking.get(minute, ()):
            recover(losers[name].user.email, at=at(minute))
        if minute == 45:
            meanwhile(losers, now=at(minute))
        outbox.send_due(now=at(minute))


def meanwhile(losers: dict[str, Loser], *, now: datetime) -> None:
    """One has another address, one is held, one finds a link of before and uses it."""
    User.objects.filter(pk=losers["moved"].user.pk).update(
        email="nieuw@klant.example", email_changed_at=now
    )
    held = losers["held"].customer
    customers.place_hold(customer=held, blocks="credentials", reason="x", by=SYSTEM, now=now)
    actions.set_new_password(secret=secret_of(losers["done"]), password=PASSWORD, now=now)


def table(losers: dict[str, Loser]) -> str:
    """What became of each mail, in the order of who asked."""
    notes = {
        "again": "asked again 10:50",
        "moved": "address changed",
        "held": "held",
        "done": "password chosen",
    }
    lines = ["", f"{'asked':<6} {'meanwhile':<17} {'mail':<17} what became of it"]
    for name, loser in losers.items():
        asked = clock.local(RecoveryLink.objects.get(user=loser.user).issued_at)
        for row in OutboxRow.objects.filter(recipient_id=loser.user.pk).order_by("pk"):
            words = f"{asked:%H:%M}  {notes.get(name, ''):<17} {row.kind:<17}"
            lines.append(f"{words} {what_became_of(row)}")
    return "\n".join([*lines, ""])


def what_became_of(row: OutboxRow) -> str:
    """How a row ended. The minute is not certain: each waits a little longer after each try."""
    assert row.closed_at is not None
    if row.state == "accepted":
        return "sent at once" if row.closed_at < at(DOWN) else "sent when the server was back"
    return {"expired": "not sent: the link no longer worked"}.get(row.state, row.state)


def test_mail_server_down_for_an_hour_sends_what_still_works(
    losers: dict[str, Loser], mail_server: MailServer
) -> None:
    live(losers, mail_server)

    found = table(losers)
    sys.stdout.write(found)
    assert found == FOUND


def test_what_arrives_late_opens_and_what_would_not_open_does_not_arrive(
    losers: dict[str, Loser], mail_server: MailServer
) -> None:
    live(losers, mail_server)

    parts = [part for mail in mail_server.received for part in mail.walk()]
    arrived = " ".join(
        str(part.get_content()) for part in parts if part.get_content_type() == "text/plain"
    )
    links = {name: RecoveryLink.objects.get(user=one.user) for name, one in losers.items()}
    secrets = {name: queries.secret_of(link.nonce) for name, link in links.items()}
    assert {name for name, secret in secrets.items() if secret in arrived} == {
        "early",
        "again",
        "half",
    }
    for name in ("again", "half"):
        assert queries.usable_link(secret=secrets[name], now=at(BACK + 20)) == links[name]


def test_promise_of_the_hour_is_broken_and_says_so(
    losers: dict[str, Loser], mail_server: MailServer
) -> None:
    live(losers, mail_server)

    kept = [one.was_kept for one in Promise.objects.filter(kind="credentials").order_by("made_at")]
    assert kept[0] is True
    assert set(kept[1:]) == {False}

"""Limits of a lost login: per account and per network, counted in rows, told in words.

An address belongs to one account (a constraint), so what holds per account holds per address.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from balie.apps.credentials import actions
from balie.apps.credentials.actions import TooManyRequests
from balie.apps.credentials.models import RecoveryMiss, RecoveryRequest
from balie.infra import clock
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

RECOVER, CHOOSE = "/inloggegevens/", "/inloggegevens/wachtwoord/"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def frozen() -> Iterator[FrozenClock]:
    with clock.frozen(NOW) as held:
        yield held


@pytest.fixture
def loser() -> Loser:
    return Loser()


def ask(identifier: str, *, address: str = HERE) -> int:
    """Ask for a login from an address; the status of the answer."""
    return Client(REMOTE_ADDR=address).post(RECOVER, {"identifier": identifier}).status_code


def try_link(secret: str, *, address: str = HERE) -> int:
    """Open the page of a link from an address; the status of the answer."""
    client = Client(REMOTE_ADDR=address)
    client.cookies["balie-link"] = secret
    return client.get(CHOOSE).status_code


def test_network_may_ask_twenty_times_an_hour(frozen: FrozenClock) -> None:
    asked = [ask(f"niemand{number}@klant.example") for number in range(21)]
    elsewhere = ask("niemand@klant.example", address=THERE)
    frozen.advance(HOUR - SECOND)
    before = ask("niemand@klant.example")
    frozen.advance(SECOND)

    assert asked == [303] * 20 + [429]
    assert (elsewhere, before, ask("niemand@klant.example")) == (303, 429, 303)
    # Only what was taken in is kept.
    assert RecoveryRequest.objects.count() == 22


def test_whoever_asks_too_often_hears_the_same_for_known_and_unknown(loser: Loser) -> None:
    for _ in range(20):
        ask("niemand@klant.example")

    answers = [
        Client(REMOTE_ADDR=HERE).post(RECOVER, {"identifier": identifier})
        for identifier in (*loser.identifiers, "niemand@klant.example", "K99999")
    ]

    assert {(one.status_code, one.content) for one in answers} == {
        (429, answers[0].content),
    }
    assert answers[0]["Retry-After"] == "3601"
    assert "ma 23 nov 2026, 11:00" in answers[0].content.decode().replace("\u00a0", " ")


def test_ipv6_counts_by_its_first_half() -> None:
    asked = [ask("x", address=f"2001:db8:1:2::{number:x}") for number in range(21)]

    assert asked == [303] * 20 + [429]
    assert ask("x", address="2001:db8:1:3::1") == 303


def test_header_of_the_visitor_gives_no_new_network() -> None:
    client = Client(REMOTE_ADDR=HERE)
    answers = [
        client.post(
            RECOVER, {"identifier": "x"}, headers={"x-forwarded-for": f"192.0.2.{number}"}
        ).status_code
        for number in range(21)
    ]

    assert answers == [303] * 20 + [429]


def test_stranger_who_uses_up_his_network_does_not_stop_the_owner(loser: Loser) -> None:
    for _ in range(25):
        ask(loser.user.email)

    status = ask(loser.user.email, address=THERE)
    secret = "0" * 64
    tries = [try_link(secret) for _ in range(21)]
    request = RecoveryRequest.objects.latest("pk")
    actions.look_up(request=request, now=NOW)
    send()

    assert status == 303
    assert tries == [200] * 20 + [429]
    assert mail.outbox[-1].to == [loser.user.email]
    assert try_link(secret_of(loser), address=THERE) == 200


def test_network_may_try_twenty_links_that_do_not_open(loser: Loser, frozen: FrozenClock) -> None:
    recover(loser.user.email)
    good = secret_of(loser)
    tries = [try_link(f"{number:064x}") for number in range(20)]

    late = try_link(good)
    client = Client(REMOTE_ADDR=HERE)
    client.cookies["balie-link"] = good
    posted = client.post(CHOOSE, {"password": PASSWORD})
    frozen.advance(HOUR - SECOND)
    still = try_link(good)

    assert (tries, late, posted.status_code, still) == ([200] * 20, 429, 429, 429)
    assert not loser.user.has_usable_password()
    assert RecoveryMiss.objects.count() == 20


def test_links_that_open_count_against_nobody(loser: Loser) -> None:
    recover(loser.user.email)
    good = secret_of(loser)

    assert [try_link(good) for _ in range(30)] == [200] * 30
    assert Client(REMOTE_ADDR=HERE).get(CHOOSE).status_code == 200
    assert not RecoveryMiss.objects.exists()


def test_network_is_counted_and_cannot_be_read() -> None:
    ask("niemand@klant.example")
    try_link("0" * 64)

    for kept in (RecoveryRequest.objects.get().network, RecoveryMiss.objects.get().network):
        assert len(kept) == 64
        assert HERE not in kept


def test_limits_are_counted_in_the_database_not_per_process() -> None:
    for number in range(20):
        actions.request_recovery(identifier=str(number), language="nl", network=HERE, now=NOW)

    with pytest.raises(TooManyRequests) as refused:
        actions.request_recovery(identifier="x", language="nl", network=HERE, now=NOW)

    assert refused.value.again_at == NOW + HOUR
    assert ask("x") == 429

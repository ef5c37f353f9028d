"""A11: try passwords by the thousand, lock the victim out on purpose, send a megabyte to hash.

Sources: NIST SP 800-63B-4 3.2.2, CVE-2023-30082.
"""

import time
from datetime import timedelta

import pytest

from balie.infra.clock import FrozenClock
from tests.abuse.attacking import CHOOSE, OLD, SIGN_IN, attacker, is_inside, with_link, work
from tests.apps.credentials.recovering import PASSWORD, Loser, mailed_secret

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HERE = "203.0.113.77"


def try_password(victim: Loser, password: str, *, address: str | None = None) -> int:
    """Try one; the status of the answer."""
    client = attacker(REMOTE_ADDR=address) if address else attacker()
    fields = {"identifier": victim.user.email, "password": password}
    return int(client.post(SIGN_IN, fields).status_code)


def test_one_network_waits_longer_and_longer(victim: Loser, frozen: FrozenClock) -> None:
    """A11: after five failures a network waits, ever longer: of a try a minute few are judged."""
    judged = 0
    for _ in range(120):
        judged += try_password(victim, "een verkeerde lange zin", address=HERE) == 422
        frozen.advance(timedelta(minutes=1))

    assert 5 <= judged < 30


def test_hundred_failures_from_everywhere_close_the_password(victim: Loser) -> None:
    """A11: at most 100 failures in a row per account, from however many networks they come."""
    answers = [try_password(victim, f"zin nummer {number}") for number in range(110)]

    assert answers.count(422) == 100
    assert set(answers[100:]) == {429}
    assert try_password(victim, OLD) == 429


def test_victim_who_is_locked_out_on_purpose_recovers(victim: Loser) -> None:
    """A11: and that opens his account again: lost login stays open to him everywhere."""
    for number in range(110):
        try_password(victim, f"zin nummer {number}")
    owner = attacker()
    owner.post("/inloggegevens/", {"identifier": victim.user.email})
    work()

    back = with_link(mailed_secret())
    back.post(CHOOSE, {"password": PASSWORD})
    later = attacker()
    later.post(SIGN_IN, {"identifier": victim.user.email, "password": PASSWORD})

    assert is_inside(back)
    assert is_inside(later)


def test_password_of_a_megabyte_is_not_hashed(victim: Loser) -> None:
    """A11: its length is checked before anything is hashed, at each door."""
    long = "x" * 10**6
    began = time.perf_counter()

    assert try_password(victim, long) == 422
    assert time.perf_counter() - began < 2
    assert victim.user.check_password(OLD)

"""A3: guess the tokens of recovery at the page that takes them.

Source: FOSSBilling CVE-2026-43926 (no limit, 200 against 302).
"""

from datetime import timedelta

import pytest

from balie.apps.credentials import actions
from balie.apps.credentials.models import RecoveryLink
from balie.infra.clock import FrozenClock
from tests.abuse.attacking import CHOOSE, OLD, attacker, seen, with_link
from tests.apps.building import NOW
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of, whole_database

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_bad_expired_and_used_tokens_answer_alike(victim: Loser, frozen: FrozenClock) -> None:
    """A3: the same status and body for what is wrong, too old and used; 200 for each."""
    used, late = Loser(), Loser()
    for one in (used, late):
        recover(one.user.email)
    tokens = [secret_of(used), secret_of(late), "0" * 64, "x"]
    actions.set_new_password(secret=tokens[0], password=PASSWORD, now=NOW)
    frozen.advance(timedelta(hours=1))

    answers = {
        seen(answer)
        for token in tokens
        for answer in (
            with_link(token).get(CHOOSE),
            with_link(token).post(CHOOSE, {"password": PASSWORD}),
        )
    }
    addresses = {attacker().get(f"/inloggegevens/nieuw/{token}/").status_code for token in tokens}

    assert [status for status, _ in answers] == [200]
    assert addresses == {303}


def test_token_has_256_bits_and_is_kept_as_a_hash_only(victim: Loser) -> None:
    """A3: a token of 128 bits or more, and nothing stored that opens."""
    recover(victim.user.email)
    token = secret_of(victim)

    assert (len(token), int(token, 16) > 0) == (64, True)
    assert token not in whole_database()
    assert RecoveryLink.objects.get().secret_sha256 in whole_database()


def test_guesses_at_the_page_are_counted(victim: Loser) -> None:
    """A3: after twenty tokens that open nothing a network waits, also with a right one."""
    recover(victim.user.email)
    guesses = [
        with_link(f"{number:064x}", REMOTE_ADDR="203.0.113.5").get(CHOOSE).status_code
        for number in range(25)
    ]

    right = with_link(secret_of(victim), REMOTE_ADDR="203.0.113.5").post(
        CHOOSE, {"password": PASSWORD}
    )

    assert guesses == [200] * 20 + [429] * 5
    assert right.status_code == 429
    assert victim.user.check_password(OLD)


def test_requests_are_counted(victim: Loser) -> None:
    """A3: one network asks for twenty lost logins an hour, known or not."""
    client = attacker()

    answers = [
        client.post("/inloggegevens/", {"identifier": f"{number}@klant.example"}).status_code
        for number in range(21)
    ]

    assert answers == [303] * 20 + [429]

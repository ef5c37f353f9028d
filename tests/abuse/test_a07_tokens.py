"""A7: use an empty, old or used token, or one's own token on another account.

Sources: FreeScout GHSA-jqj5-r72v-v29g (an empty hash matched), CVE-2026-41902 (never expired). That
twenty posts at the same moment use a link once stands in tests/apps/credentials/test_races.py.
"""

from datetime import timedelta

import pytest

from balie.apps.credentials.models import RecoveryLink
from balie.infra.clock import FrozenClock
from tests.abuse.attacking import CHOOSE, OLD, is_inside, with_link
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.mark.parametrize("token", ["", " ", "0", "None", "null", "0" * 64, "../" * 9])
def test_token_that_is_none_opens_nothing(victim: Loser, token: str) -> None:
    """A7: refused, also while a link of the account stands."""
    recover(victim.user.email)

    client = with_link(token)
    client.post(CHOOSE, {"password": PASSWORD})

    assert not is_inside(client)
    assert victim.user.check_password(OLD)


def test_hash_and_nonce_of_the_database_open_nothing(victim: Loser) -> None:
    """A7: who reads the database has no token."""
    recover(victim.user.email)
    link = RecoveryLink.objects.get()

    for stored in (link.nonce, link.secret_sha256):
        with_link(stored).post(CHOOSE, {"password": PASSWORD})

    assert victim.user.check_password(OLD)


def test_used_token_opens_nothing_more(victim: Loser) -> None:
    """A7: one use."""
    recover(victim.user.email)
    token = secret_of(victim)
    with_link(token).post(CHOOSE, {"password": PASSWORD})

    second = with_link(token)
    second.post(CHOOSE, {"password": PASSWORD + "!"})

    assert not is_inside(second)
    assert victim.user.check_password(PASSWORD)


def test_old_token_opens_nothing(victim: Loser, frozen: FrozenClock) -> None:
    """A7: a token works for an hour, and however often it is asked for never beyond a day."""
    recover(victim.user.email)
    token = secret_of(victim)
    frozen.advance(timedelta(hours=1))

    with_link(token).post(CHOOSE, {"password": PASSWORD})

    assert victim.user.check_password(OLD)


def test_token_of_one_account_sets_no_other(victim: Loser) -> None:
    """A7: the account is that of the token, whatever else is sent along."""
    attacker = Loser()
    recover(attacker.user.email)

    with_link(secret_of(attacker)).post(
        CHOOSE,
        {
            "password": PASSWORD,
            "user": victim.user.pk,
            "email": victim.user.email,
            "identifier": victim.user.email,
        },
    )

    assert attacker.user.check_password(PASSWORD)
    assert victim.user.check_password(OLD)

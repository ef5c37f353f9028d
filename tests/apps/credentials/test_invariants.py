"""The invariant of the credentials holds after honest work and catches its planted breaks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from balie.apps.credentials import actions, invariants, queries
from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers.models import User
from balie.apps.promises.actions import promise_credentials
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, stop_secret_of
from tests.apps.credentials.changing import secret_of as secret_of_change
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """Links standing, used and replaced."""
    recover(Loser().user.email)
    user, late = Loser(), Loser()
    recover(user.user.email)
    actions.set_new_password(secret=secret_of(user), password=PASSWORD, now=NOW)
    recover(late.user.email, at=NOW - 2 * HOUR)
    recover(late.user.email)


def two_standing() -> None:
    standing = RecoveryLink.objects.filter(used_at=None, voided_at=None).earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX credentials_one_standing_link_per_account")
    standing.pk, standing.nonce = None, "other"
    standing.secret_sha256 = queries.hash_of(queries.secret_of("other"))
    standing.promise = promise_credentials(requested_at=NOW)
    standing.save()


def lives_too_long() -> None:
    RecoveryLink.objects.update(expires_at=NOW + 24 * HOUR + MINUTE)


def secret_itself_is_stored() -> None:
    for link in RecoveryLink.objects.all():
        link.secret_sha256 = queries.secret_of(link.nonce)
        link.save()


def hash_of_somebody_elses_secret() -> None:
    standing = RecoveryLink.objects.filter(used_at=None, voided_at=None).earliest("pk")
    standing.secret_sha256 = queries.hash_of("known to him")
    standing.save()


BREAKS = [two_standing, lives_too_long, secret_itself_is_stored, hash_of_somebody_elses_secret]


def test_invariant_holds_after_honest_work() -> None:
    result = invariants.one_valid_secret_per_account(now=NOW)

    assert (result.violations, result.checked) == ((), 4)


def moved(*, put_back: bool = False) -> Mover:
    """Somebody whose address was changed by his second factor, and perhaps put back."""
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    addresses_proof.confirm(secret=secret_of_change(change), now=NOW + MINUTE)
    if put_back:
        stop = stop_secret_of(change, mover.contact)
        addresses_end.stop(secret=stop, now=NOW + 2 * MINUTE)
    return mover


def test_addresses_changed_and_put_back_in_honesty_hold() -> None:
    moved()
    moved(put_back=True)

    result = invariants.addresses_change_by_proof(now=NOW)

    assert (result.violations, result.checked) == ((), 2)


@pytest.mark.parametrize(
    "by_hand",
    [{"email": "ander@elders.example"}, {"email_changed_at": NOW + HOUR}],
    ids=["another address", "another moment"],
)
def test_address_changed_by_hand_is_caught(by_hand: dict[str, Any]) -> None:
    mover = moved()
    User.objects.filter(pk=mover.user.pk).update(**by_hand)

    assert not invariants.addresses_change_by_proof(now=NOW).holds


@pytest.mark.parametrize("plant", BREAKS)
def test_planted_break_is_caught(plant: Callable[[], None]) -> None:
    plant()

    assert not invariants.one_valid_secret_per_account(now=NOW).holds


def test_changed_key_raises_no_alarm_over_links_that_expired(settings: Settings) -> None:
    settings.SECRET_KEY = "another key"

    assert invariants.one_valid_secret_per_account(now=NOW + HOUR).holds
    assert not invariants.one_valid_secret_per_account(now=NOW).holds

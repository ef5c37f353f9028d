"""The invariant of the credentials holds after honest work and catches its planted breaks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from balie.apps.credentials import actions, invariants, queries
from balie.apps.credentials.models import RecoveryLink
from balie.apps.promises.actions import promise_credentials
from tests.apps.building import NOW
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


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., object]) -> None:
    result = invariants.one_valid_secret_per_account(now=NOW)

    assert check is invariants.one_valid_secret_per_account
    assert (result.violations, result.checked) == ((), 4)


@pytest.mark.parametrize("plant", BREAKS)
def test_planted_break_is_caught(plant: Callable[[], None]) -> None:
    plant()

    assert not invariants.one_valid_secret_per_account(now=NOW).holds


def test_changed_key_raises_no_alarm_over_links_that_expired(settings: Settings) -> None:
    settings.SECRET_KEY = "another key"

    assert invariants.one_valid_secret_per_account(now=NOW + HOUR).holds
    assert not invariants.one_valid_secret_per_account(now=NOW).holds

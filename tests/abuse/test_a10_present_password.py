"""A10: change the password without the present one (osTicket 01a378f64)."""

from typing import Any

import pytest

from tests.abuse.attacking import OLD, SIGN_IN, attacker
from tests.apps.credentials.recovering import PASSWORD, Loser

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

WITHOUT: dict[str, dict[str, Any]] = {
    "missing": {},
    "empty": {"current": ""},
    "wrong": {"current": "een verkeerde lange zin"},
    "an array": {"current[]": OLD},
    "an object": {"current[x]": OLD},
    "two, the last wrong": {"current": [OLD, "x"]},
    "the new one": {"current": PASSWORD},
    "null": {"current": "null"},
    "true": {"current": "true"},
}


@pytest.mark.parametrize("fields", WITHOUT.values(), ids=WITHOUT)
def test_password_does_not_change_without_the_present_one(
    victim: Loser, fields: dict[str, Any]
) -> None:
    """A10: refused, with 422 and the form again; what is no text is no password."""
    client = attacker()
    client.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})

    answer = client.post("/account/wachtwoord/", {"password": PASSWORD, **fields})

    assert answer.status_code == 422
    assert victim.user.check_password(OLD)


def test_password_changes_with_the_present_one(victim: Loser) -> None:
    """A10: the control: with the right one it does."""
    client = attacker()
    client.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})

    client.post("/account/wachtwoord/", {"password": PASSWORD, "current": OLD})

    assert victim.user.check_password(PASSWORD)

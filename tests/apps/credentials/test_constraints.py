"""Each constraint of a lost login refuses the row it is there for, on both engines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from balie.apps.credentials.models import (
    PanelPassword,
    RecoveryLink,
    RecoveryMiss,
    RecoveryRequest,
)
from balie.apps.promises.actions import promise_credentials
from tests.apps.building import NOW
from tests.apps.credentials.panels import new_login
from tests.apps.credentials.recovering import Loser, recover
from tests.apps.refusing import assert_refused, copy_of, declared

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def another(**changes: Any) -> Any:
    """The link once more with a promise, a nonce and a hash of its own, spent, with changes."""
    own = {"promise": promise_credentials(requested_at=NOW), "nonce": "b", "secret_sha256": "b"}
    return copy_of(RecoveryLink.objects.get(), **{**own, "used_at": NOW, **changes})


def panel_password() -> PanelPassword:
    """A panel login that was ticked with the link."""
    return PanelPassword.objects.create(
        link=RecoveryLink.objects.get(), account=new_login(Loser()), chosen_at=NOW
    )


ROWS: dict[str, Callable[[], Any]] = {
    "credentials_one_standing_link_per_account": lambda: another(used_at=None),
    "credentials_link_expires_after_issue": lambda: another(expires_at=NOW),
    "credentials_started_for_an_account": lambda: copy_of(
        RecoveryRequest.objects.get(), started_by="employee:1"
    ),
    "credentials_panel_login_once_per_link": lambda: copy_of(panel_password()),
    "credentials_recoverylink.promise_id": lambda: another(
        promise=RecoveryLink.objects.get().promise
    ),
    "credentials_recoverylink.nonce": lambda: another(nonce=RecoveryLink.objects.get().nonce),
    "credentials_recoverylink.secret_sha256": lambda: another(
        secret_sha256=RecoveryLink.objects.get().secret_sha256
    ),
}


@pytest.fixture(autouse=True)
def link() -> None:
    recover(Loser().user.email)


@pytest.mark.parametrize("constraint", ROWS)
def test_constraint_refuses_its_row(constraint: str) -> None:
    assert_refused(ROWS[constraint](), constraint)


def test_every_constraint_of_a_lost_login_has_a_row() -> None:
    tables = [RecoveryRequest, RecoveryLink, RecoveryMiss, PanelPassword]
    named = {one.name for table in tables for one in table._meta.constraints}
    unique = {name for name in declared("credentials") if name.startswith("credentials_recovery")}

    assert set(ROWS) == named | unique


@pytest.mark.parametrize("spent", ["used_at", "voided_at"])
def test_spent_links_stand_beside_the_standing_one(spent: str) -> None:
    another(**{"used_at": None, spent: NOW + timedelta(minutes=1)}).save()

    assert RecoveryLink.objects.count() == 2

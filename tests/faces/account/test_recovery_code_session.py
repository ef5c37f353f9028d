"""A session that was opened with a saved recovery code: what it proves, and what it does not."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from balie.apps.credentials.actions import addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import access, actions, factors, forgetting, sessions
from balie.apps.customers.models import Hold
from balie.infra import clock
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, secret_of
from tests.faces.account.walking_in import PASSWORD, add_app, app_code, give_password, is_inside

pytestmark = pytest.mark.django_db


@pytest.fixture
def mover() -> Mover:
    """Somebody with a password, and an app and recovery codes of a month old."""
    mover = Mover()
    actions.set_password(user=mover.user, password=PASSWORD, by=SYSTEM, now=NOW)
    add_app(mover.user)
    return mover


@pytest.mark.parametrize(("is_saved", "hours"), [(True, 24), (False, None)])
def test_address_changed_after_a_saved_code_waits_as_long_as_a_code_does(
    client: Client, mover: Mover, *, is_saved: bool, hours: int | None
) -> None:
    codes = factors.renew_recovery_codes(user=mover.user, now=NOW)
    since = clock.machine() - timedelta(days=30)
    Authenticator.objects.filter(user=mover.user).update(created_at=since)
    with clock.frozen(NOW):
        give_password(client, mover.user.email)
        code = codes[0] if is_saved else app_code(mover.user)
        client.post(access.SECOND_STEP, {"code": code})

        client.post("/klant/adres/wijzigen/", {"new_email": mover.new_email})
        addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)

    assert mover.change.state == AddressChange.State.COMPLETED
    held = Hold.objects.filter(blocks="credentials").values_list("until_at", flat=True)
    assert list(held) == ([NOW + timedelta(hours=hours)] if hours else [])


def test_use_does_not_lengthen_what_is_stored_of_a_session(client: Client, mover: Mover) -> None:
    began = clock.machine()
    with clock.frozen(NOW):
        give_password(client, mover.user.email)
        client.post(access.SECOND_STEP, {"code": app_code(mover.user)})
        assert is_inside(client)
        stored = Session.objects.filter(session_key=client.session.session_key)
        first = stored.get().expire_date

        session = client.session
        session["used"] = True
        session.save()

    assert stored.get().expire_date == first
    assert timedelta(hours=12) <= first - began < timedelta(hours=12, minutes=5)
    stored.update(expire_date=began - timedelta(seconds=1))
    assert sessions.sessions_of(mover.user) == []
    assert forgetting.forget_sessions(days=30) == 1

"""A session that was opened with a saved recovery code: what it proves, and what it does not."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import access, actions, factors, forgetting, sessions
from balie.apps.customers.models import Hold, Invitation
from balie.infra import clock
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, secret_of, stop_secret_of
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


@pytest.mark.parametrize("first", ["saved code", "app"])
def test_factor_just_added_proves_nothing_beside_an_old_one(
    client: Client, mover: Mover, *, first: str
) -> None:
    """Who stole a session, or a password and a saved code, adds a passkey and comes in by that."""
    codes = factors.renew_recovery_codes(user=mover.user, now=NOW)
    since = clock.machine() - timedelta(days=30)
    Authenticator.objects.filter(user=mover.user).update(created_at=since)
    code = codes[0] if first == "saved code" else app_code(mover.user)
    with clock.frozen(NOW):
        give_password(client, mover.user.email)
        client.post(access.SECOND_STEP, {"code": code})
        thief = come_in_with_new_passkey(client, mover)

        thief.post("/klant/adres/wijzigen/", {"new_email": mover.new_email})
        thief.post("/klant/toegang/", {"name": "D", "email": "dief@x.example", "role": "owner"})

    assert (mover.change.state, mover.change.proof) == (AddressChange.State.OPEN, "")
    assert not Invitation.objects.exists()


def test_factor_that_was_added_just_before_the_proof_goes_when_the_address_is_put_back(
    client: Client, mover: Mover
) -> None:
    codes = factors.renew_recovery_codes(user=mover.user, now=NOW)
    since = clock.machine() - timedelta(days=30)
    Authenticator.objects.filter(user=mover.user).update(created_at=since)
    old = set(Authenticator.objects.values_list("pk", flat=True))
    with clock.frozen(NOW):
        give_password(client, mover.user.email)
        client.post(access.SECOND_STEP, {"code": codes[0]})
        thief = come_in_with_new_passkey(client, mover)
        thief.post("/klant/adres/wijzigen/", {"new_email": mover.new_email})
        addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)
        thief.post("/klant/adres/herstelcode/", {"code": codes[1]})
        assert mover.change.state == AddressChange.State.COMPLETED

        stopped = addresses_end.stop(secret=stop_secret_of(mover.change, mover.contact), now=NOW)

    assert stopped.state == AddressChange.State.REVERTED
    assert set(Authenticator.objects.values_list("pk", flat=True)) == old


def come_in_with_new_passkey(client: Client, mover: Mover) -> Client:
    """Add a passkey to the account this client sits in, and sign in anew with that alone."""
    assert is_inside(client)
    made = Authenticator.objects.create(user=mover.user, type="webauthn", data={"name": "dief"})
    factors.note_used(made, now=NOW)
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    access.enter(request, mover.user, signed_in_by="passkey", factor_id=made.pk, now=NOW)
    request.session.save()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    assert is_inside(thief)
    return thief


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

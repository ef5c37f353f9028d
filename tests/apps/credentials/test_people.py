"""A recovered password: the second factor stays in force, and everybody who must hears of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core import mail
from django.test import Client

from balie.apps.credentials import actions
from balie.apps.credentials.actions import UnableToChoose
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import access
from balie.apps.customers import actions as customers
from balie.infra import clock
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.credentials.panels import ScriptedPanel, new_login, scripted
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of, send, text_of

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

CHOOSE, PANELS = "/inloggegevens/wachtwoord/", "/inloggegevens/control-panels/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def loser() -> Loser:
    return Loser()


@pytest.fixture
def seed(loser: Loser) -> str:
    """The seed of the code generator he has."""
    seed = str(generate_totp_secret())
    TOTP.activate(loser.user, seed)
    return seed


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> ScriptedPanel:
    return scripted(monkeypatch)


def visitor_of(loser: Loser) -> Client:
    """Somebody who followed the link of his mail."""
    recover(loser.user.email)
    client = Client()
    client.get(f"/inloggegevens/nieuw/{secret_of(loser)}/")
    return client


def code_of(seed: str) -> str:
    """What his telephone shows now."""
    return str(format_hotp_value(hotp_value(seed, int(clock.machine().timestamp()) // 30)))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_link_leads_to_the_second_step_of_who_has_one(loser: Loser, seed: str) -> None:
    visitor = visitor_of(loser)

    response = visitor.post(CHOOSE, {"password": PASSWORD})
    before = is_in(visitor)
    visitor.post(response["Location"], {"code": code_of(seed)})

    assert response["Location"] == access.SECOND_STEP
    assert (before, is_in(visitor)) == (False, True)
    assert loser.user.check_password(PASSWORD)
    assert Authenticator.objects.filter(user=loser.user).count() == 1


def test_wrong_code_after_a_link_lets_nobody_in(loser: Loser, seed: str) -> None:
    visitor = visitor_of(loser)
    visitor.post(CHOOSE, {"password": PASSWORD})

    visitor.post(access.SECOND_STEP, {"code": "000000"})

    assert not is_in(visitor)
    assert visitor.get("/klant/").status_code == 302


def test_link_is_no_way_around_the_second_factor_to_a_panel(
    loser: Loser, seed: str, panel: ScriptedPanel
) -> None:
    login = new_login(loser)
    visitor = visitor_of(loser)
    offered = visitor.get(CHOOSE).content.decode()
    with pytest.raises(UnableToChoose):
        actions.set_new_password(
            secret=secret_of(loser), password=PASSWORD, panel_logins=[login.pk], now=NOW
        )

    visitor.post(CHOOSE, {"password": PASSWORD, "logins": ["portal", str(login.pk)]})
    early = visitor.post(PANELS, {"password": PASSWORD, "logins": [str(login.pk)]})

    assert login.user_name not in offered
    assert early["Location"] == f"/inloggen/?next={PANELS}"
    assert panel.calls == 0


def test_panels_follow_after_the_second_step(loser: Loser, seed: str, panel: ScriptedPanel) -> None:
    login = new_login(loser)
    visitor = visitor_of(loser)
    visitor.post(CHOOSE, {"password": PASSWORD})

    inside = visitor.post(access.SECOND_STEP, {"code": code_of(seed)})
    visitor.post(PANELS, {"password": PASSWORD, "logins": [str(login.pk)]})

    assert inside["Location"] == PANELS
    assert panel.passwords == {login.user_name: PASSWORD}


def test_owners_of_every_customer_of_his_hear_of_it(loser: Loser) -> None:
    other = new_customer(with_contact=False)
    owner, finance, stranger = (
        new_contact(other),
        new_contact(other, role="finance"),
        new_contact(new_customer()),
    )
    customers.register_contact(
        customer=other,
        name="x",
        email=loser.user.email,
        role="technical",
        by=SYSTEM,
        now=NOW,
    )
    recover(loser.user.email)
    actions.set_new_password(secret=secret_of(loser), password=PASSWORD, now=NOW)

    send(NOW)

    told = {message.to[0]: message for message in mail.outbox}
    assert set(told) == {loser.user.email, owner.user.email}
    words = text_of(told[owner.user.email])
    assert loser.contact.name in told[owner.user.email].subject
    assert f"Klantomgeving: {loser.user.email}" in words
    assert not {finance.user.email, stranger.user.email} & set(told)


def test_who_appoints_hears_of_the_password_of_an_employee() -> None:
    admin, agent, _ = (
        customers.register_employee(
            name=name, email=f"{name}@delinde.example", role=role, by=SYSTEM, now=NOW
        )
        for name, role in (("marit", "admin"), ("samira", "agent"), ("joost", "finance"))
    )
    recover(agent.user.email)
    send()
    secret = text_of(mail.outbox[-1]).split("/inloggegevens/nieuw/")[1].split("/")[0]
    mail.outbox.clear()

    actions.set_new_password(secret=secret, password=PASSWORD, now=NOW)
    send(NOW)

    assert {one.to[0] for one in mail.outbox} == {agent.user.email, admin.user.email}


@pytest.mark.parametrize(("days", "hears"), [(29, True), (30, False)])
def test_address_of_lately_hears_of_it_too(loser: Loser, *, days: int, hears: bool) -> None:
    made_at = NOW - timedelta(days=days)
    AddressChange.objects.create(
        user=loser.user,
        channel="portal",
        old_email="oud@klant.example",
        new_email=loser.user.email,
        language="nl",
        state="completed",
        nonce="n",
        secret_sha256="s",
        bank_code="b",
        started_at=made_at,
        started_by="system",
        expires_at=made_at + timedelta(days=1),
        confirmed_at=made_at,
        proof="second_factor",
        proven_at=made_at,
        completed_at=made_at,
        stoppable_until=made_at,
        closed_at=made_at,
        closed_by="system",
    )
    recover(loser.user.email)
    actions.set_new_password(secret=secret_of(loser), password=PASSWORD, now=NOW)

    send(NOW)

    assert ("oud@klant.example" in {one.to[0] for one in mail.outbox}) is hears


def test_mails_about_a_password_hold_no_link_that_opens(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)
    actions.set_new_password(secret=secret, password=PASSWORD, now=NOW)

    send(NOW)

    words = text_of(mail.outbox[-1])
    assert "/inloggegevens/\n" in words
    assert "/inloggegevens/nieuw/" not in words
    assert secret not in words

"""Into the control panel by a link that is kept nowhere, and from a panel into ours to ask."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from pytest_django import Settings

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Customer
from balie.apps.promises import actions as promises
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions
from balie.apps.services.actions.panel_arrivals import signature_of
from balie.apps.services.models import PanelHandOver
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_service
from tests.apps.services.conftest import authority, certificate, fake, keys
from tests.apps.services.panels import Desk, new_desk
from tests.faces.desk.building import text_of
from tests.faces.portal.building import owner_of, signed_in
from tests.support.directadmin import FakeDirectAdmin

__all__ = ["authority", "certificate", "fake", "keys"]

pytestmark = pytest.mark.django_db

SECRET = "hand-over-secret-of-at-least-32-characters"


@pytest.fixture
def desk(fake: FakeDirectAdmin, keys: Path, db: None) -> Desk:
    (keys / "da1.handover").write_text(SECRET)
    return new_desk(fake)


@pytest.fixture
def open_door(db: None) -> None:
    """The company lets customers come in from their panel."""
    raw = policy_in_force(now=NOW).to_mapping() | {"panels": {"arrivals": True}}
    promises.apply_policy(mapping=raw, by=SYSTEM, now=NOW)


def page_of(desk: Desk) -> str:
    return f"/klant/paneel/{desk.service.pk}/"


def everything_stored() -> str:
    return "".join(
        serializers.serialize("json", model._default_manager.all()) for model in apps.get_models()
    )


def test_owner_opens_his_panel_and_the_link_is_kept_nowhere(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(owner_of(desk.service.customer))
    assert "Control Panel openen" in text_of(client.get("/klant/"))

    response = client.post(page_of(desk))

    assert "link-canary-77ab" in response.content.decode()
    assert (response["Cache-Control"], response["Referrer-Policy"]) == (
        "private, no-store",
        "no-referrer",
    )
    assert "link-canary" not in everything_stored()
    assert "link-canary" not in caplog.text
    assert AuditEvent.objects.filter(event="panel_session.opened").count() == 1


def test_looking_at_the_address_opens_nothing(desk: Desk) -> None:
    client = signed_in(owner_of(desk.service.customer))

    assert client.get(page_of(desk)).status_code == 405
    assert desk.fake.asked == []


def test_panel_that_does_not_answer_is_said_so(desk: Desk) -> None:
    desk.fake.breaks("status_500", "CMD_API_LOGIN_KEYS")
    client = signed_in(owner_of(desk.service.customer))

    response = client.post(page_of(desk), follow=True)

    assert "antwoordt nu niet" in text_of(response)
    assert AuditEvent.objects.filter(event="panel_session.not_opened").count() == 1


def test_who_handles_the_money_and_a_stranger_open_no_panel(desk: Desk) -> None:
    finance = new_contact(desk.service.customer, role="finance")
    for contact in (finance, owner_of(new_customer())):
        client = signed_in(contact)
        assert "Control Panel openen" not in text_of(client.get("/klant/"))
        assert client.post(page_of(desk)).status_code == 404
    assert desk.fake.asked == []


def test_held_credentials_open_no_panel(desk: Desk) -> None:
    hold(desk.service.customer)
    client = signed_in(owner_of(desk.service.customer))

    client.post(page_of(desk))

    assert desk.fake.asked == []


def hold(customer: Customer) -> None:
    customers.place_hold(customer=customer, blocks="credentials", reason="test", by=SYSTEM, now=NOW)


def link(
    *, at: int | None = None, user_name: str = "bakker1", secret: str = SECRET
) -> dict[str, str]:
    second = int(clock.machine().timestamp()) if at is None else at
    teken = signature_of(secret=secret, code="da1", user_name=user_name, at=second)
    return {"gebruiker": user_name, "op": str(second), "teken": teken}


ARRIVE = "/klant/van-paneel/da1/"


def test_nobody_comes_in_from_a_panel_until_the_company_says_so(desk: Desk, client: Client) -> None:
    assert client.get(ARRIVE, link()).status_code == 404
    assert client.post(ARRIVE, link()).status_code == 404
    assert not PanelHandOver.objects.exists()


def test_arrival_may_ask_and_sees_no_money_and_no_login(
    desk: Desk, client: Client, open_door: None
) -> None:
    assert client.get(ARRIVE, link()).status_code == 200
    assert not PanelHandOver.objects.exists()

    response = client.post(ARRIVE, link())

    assert response["Location"] == "/klant/"
    page = text_of(client.get("/klant/"))
    assert "bakker1.nl" in page
    assert "€" not in page
    for place in ("vragen/", "vraag/", "terugbellen/"):
        assert client.get(f"/klant/{place}").status_code == 200
    for place in ("facturen/", "machtiging/", "adres/", "toegang/"):
        assert client.get(f"/klant/{place}").status_code == 404, place
    assert client.get("/account/").status_code == 404
    assert client.post(page_of(desk)).status_code == 404
    assert client.get("/balie/").status_code == 404


def test_link_from_a_panel_works_once(desk: Desk, client: Client, open_door: None) -> None:
    given = link()
    assert client.post(ARRIVE, given).status_code == 302

    assert Client().post(ARRIVE, given).status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        lambda: link(secret="another-secret-of-at-least-32-characters"),
        lambda: link(at=int(clock.machine().timestamp()) - 61),
        lambda: link(at=int(clock.machine().timestamp()) + 60),
        lambda: link(user_name="nobody"),
        lambda: link() | {"gebruiker": "bakker2"},
        lambda: link() | {"op": "x"},
        lambda: link() | {"teken": "é"},
        dict,
    ],
)
def test_link_that_is_not_right_lets_nobody_in(
    desk: Desk, client: Client, open_door: None, given: Callable[[], dict[str, str]]
) -> None:
    assert client.post(ARRIVE, given()).status_code == 422
    assert client.get("/klant/").status_code == 302


def test_held_or_ended_account_lets_nobody_in(
    desk: Desk, client: Client, open_door: None, settings: Settings
) -> None:
    hold(desk.service.customer)

    assert client.post(ARRIVE, link()).status_code == 422


def test_panel_without_a_secret_lets_nobody_in(
    desk: Desk, client: Client, open_door: None, keys: Path
) -> None:
    for secret in ("", "short"):
        (keys / "da1.handover").write_text(secret)
        assert client.post(ARRIVE, link(secret=secret)).status_code == 422


def test_account_of_nobody_else_is_opened(desk: Desk, client: Client, open_door: None) -> None:
    other = new_customer()
    service = new_service(other, domain=new_domain(other))
    actions.note_account(service=service, user_name="ander1", panel=desk.panel, by=SYSTEM, now=NOW)

    client.post(ARRIVE, link(user_name="ander1"))

    assert "bakker1.nl" not in text_of(client.get("/klant/"))

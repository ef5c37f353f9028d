"""The demo's control panel keeps the contract of every panel, in this process."""

from pathlib import Path

import pytest
from pytest_django import Settings

from balie.apps.services import actions, queries
from balie.apps.services.models import PanelAccount, PanelKind
from balie.apps.services.panels import port, registry
from balie.apps.services.panels.port import NewAccount
from balie.infra.audit import SYSTEM
from balie.simulator.panel import SimulatedPanel, open_simulated
from tests.apps.building import NOW, new_customer, new_domain, new_service

pytestmark = pytest.mark.django_db

NEW = NewAccount(user_name="jansen1", domain="jansen1.nl", email="j@klant.example", package="basis")


@pytest.fixture
def panel(settings: Settings, tmp_path: Path) -> SimulatedPanel:
    settings.BALIE_HOME = tmp_path
    registry.register(PanelKind.SIMULATED, open_simulated)  # as the demo's settings do
    row = actions.add_panel(
        code="demo", name="Control Panel", kind=PanelKind.SIMULATED, by=SYSTEM, now=NOW
    )
    return open_simulated(row)


def test_account_lives_its_life(panel: SimulatedPanel) -> None:
    assert panel.create(NEW, password="lang-genoeg") == port.Done()
    assert isinstance(panel.create(NEW, password="lang-genoeg"), port.AlreadyExists)
    assert panel.suspend("jansen1") == port.Done()
    assert isinstance(panel.suspend("jansen1"), port.AlreadyInState)
    assert isinstance(panel.set_password("jansen1", password="lang-genoeg"), port.Rejected)
    assert panel.unsuspend("jansen1") == port.Done()
    assert panel.set_password("jansen1", password="lang-genoeg") == port.Done()
    assert isinstance(panel.set_password("jansen1", password="kort"), port.Rejected)
    found = panel.get("jansen1")
    assert isinstance(found, port.PanelUser)
    assert (found.domain, found.is_suspended) == ("jansen1.nl", False)
    assert panel.delete("jansen1") == port.Done()
    assert isinstance(panel.delete("jansen1"), port.NotFound)
    assert isinstance(panel.get("jansen1"), port.NotFound)


def test_password_is_kept_nowhere(panel: SimulatedPanel) -> None:
    panel.create(NEW, password="canary-word-1")
    panel.set_password("jansen1", password="canary-word-2")

    assert "canary" not in panel.file.read_text()


def test_it_begins_as_the_company_has_it_but_for_three(panel: SimulatedPanel) -> None:
    customer = new_customer()
    for number in range(30):
        service = new_service(customer, domain=new_domain(customer, f"klant{number}.nl"))
        actions.note_account(service=service, user_name=f"klant{number}", by=SYSTEM, now=NOW)

    actions.compare_panels(now=NOW)

    assert [(one.kind, one.user_name) for one in queries.standing_differences()] == [
        ("foreign", "oudeklant"),
        ("missing", "klant10"),
        ("suspension", "klant20"),
    ]
    assert PanelAccount.objects.count() == 30

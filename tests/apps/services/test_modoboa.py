"""A control panel of others that really runs: Modoboa, over TLS, spoken with by our own adapter."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from balie.apps.services import actions
from balie.apps.services.models import ChangeVerb, Panel, PanelAccount, PanelKind
from balie.apps.services.panels import port
from balie.apps.services.panels.modoboa import Modoboa
from balie.apps.services.panels.port import NewAccount
from balie.infra.audit import SYSTEM
from balie.infra.https import Server
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_service
from tests.apps.services.panels import MINUTE, send
from tests.support.certificates import Authority, new_certificate
from tests.support.modoboa import NAME, RunningModoboa, is_installed, running_modoboa

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
PASSWORD, OTHER = "Eerste-woord-4711-x", "Tweede-woord-0815-y"
NEW = NewAccount(
    user_name="info@jansen1.nl", domain="jansen1.nl", email="j@klant.example", package=""
)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[RunningModoboa]:
    """A Modoboa of our own."""
    if not is_installed() and "BALIE_TEST_NEEDS_PANEL" not in os.environ:
        pytest.skip("NOT RUN: no control panel here; python tools/environment.py panel installs it")
    folder = tmp_path_factory.mktemp("modoboa")
    certificate = new_certificate(authority, folder, host=NAME)
    with running_modoboa(folder, certificate) as found:
        yield found


class Patient:
    """Asks again after a second where Modoboa says that we ask too much: five in a second."""

    def __init__(self, panel: Modoboa) -> None:
        self.panel = panel

    def __getattr__(self, verb: str) -> Callable[..., object]:
        def ask(*given: object, **named: object) -> object:
            for _ in range(20):
                found: object = getattr(self.panel, verb)(*given, **named)
                if not isinstance(found, port.RateLimited):
                    return found
                time.sleep(1)
            return found

        return ask


@pytest.fixture
def panel(running: RunningModoboa, authority: Authority) -> Patient:
    """The adapter, with the same contract as that of every panel."""
    number = urlsplit(running.address).port
    assert number is not None
    server = Server(host=NAME, port=number, seconds=30, ca_file=str(authority.file))
    return Patient(Modoboa(server=server, token=running.token))


def test_account_lives_its_life(panel: Patient, running: RunningModoboa) -> None:
    assert panel.ping() == port.Done()
    assert isinstance(panel.get(NEW.user_name), port.NotFound)

    assert panel.create(NEW, password=PASSWORD) == port.Done()
    assert panel.get(NEW.user_name) == port.PanelUser(
        user_name=NEW.user_name, domain=NEW.domain, email=NEW.email, is_suspended=False
    )
    assert running.lets_in(NEW.user_name, PASSWORD)

    assert panel.set_password(NEW.user_name, password=OTHER) == port.Done()
    assert running.lets_in(NEW.user_name, OTHER)
    assert not running.lets_in(NEW.user_name, PASSWORD)

    assert panel.suspend(NEW.user_name) == port.Done()
    assert isinstance(panel.suspend(NEW.user_name), port.AlreadyInState)
    assert not running.lets_in(NEW.user_name, OTHER)
    assert panel.unsuspend(NEW.user_name) == port.Done()
    assert running.lets_in(NEW.user_name, OTHER)

    assert listed_of(panel, NEW.domain) == [NEW.user_name]
    assert panel.delete(NEW.user_name) == port.Done()
    assert isinstance(panel.delete(NEW.user_name), port.NotFound)
    assert listed_of(panel, NEW.domain) == []


def send_patiently(now: datetime) -> None:
    """Send, and again after a second where the panel said that we ask too much."""
    for attempt in range(5):
        send(now + attempt * 2 * MINUTE)
        time.sleep(1)


def listed_of(panel: Patient, domain: str) -> list[str]:
    """The user names under a domain; another test may have left some under another."""
    found = panel.list()
    assert isinstance(found, port.Listed)
    return [one.user_name for one in found.users if one.domain == domain]


def test_refusals_of_a_real_panel_are_told_apart(
    panel: Patient, authority: Authority, tmp_path: Path
) -> None:
    again = replace(NEW, user_name="post@deboer1.nl", domain="deboer1.nl")
    assert panel.create(again, password=PASSWORD) == port.Done()

    weak = panel.set_password(again.user_name, password="kort")

    assert isinstance(panel.create(again, password=PASSWORD), port.AlreadyExists)
    assert isinstance(weak, port.Rejected)
    assert "too short" in weak.reason
    assert isinstance(replace(panel.panel, token="wrong").ping(), port.AuthFailed)
    assert isinstance(panel.set_password("nobody@deboer1.nl", password=OTHER), port.NotFound)
    unknown = replace(panel.panel, server=replace(panel.panel.server, ca_file=""))
    assert isinstance(unknown.ping(), port.Unreachable)


def test_change_reaches_it_through_the_outbox(
    running: RunningModoboa, keys: Path, authority: Authority, db: None
) -> None:
    (keys / "post.key").write_text(running.token)
    (keys / "post.pem").write_bytes(authority.file.read_bytes())
    panel = actions.add_panel(
        code="post",
        name="Post",
        kind=PanelKind.MODOBOA,
        base_address=running.address,
        by=SYSTEM,
        now=NOW,
    )
    customer = new_customer(with_contact=False)
    new_contact(customer)
    change = actions.order_account(
        service=new_service(customer, domain=new_domain(customer, "visser1.nl")),
        panel=panel,
        user_name="info@visser1.nl",
        package="",
        by=SYSTEM,
        now=NOW,
    )

    send_patiently(NOW)
    account = PanelAccount.objects.get(pk=change.account_id)
    row = actions.set_panel_password(account=account, password=PASSWORD, by=SYSTEM, now=NOW)

    assert (account.state, row.outcome) == ("active", "done")
    assert running.lets_in("info@visser1.nl", PASSWORD)
    actions.ask_change(
        account=account, verb=ChangeVerb.SUSPEND, reason="not paid", by=SYSTEM, now=NOW + HOUR
    )
    send_patiently(NOW + HOUR)
    assert not running.lets_in("info@visser1.nl", PASSWORD)
    assert PanelAccount.objects.get(pk=account.pk).state == "suspended"
    assert Panel.objects.get(pk=panel.pk).halted_at is None

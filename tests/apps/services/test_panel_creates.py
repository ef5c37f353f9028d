"""A create of which nobody knows the outcome, and what is asked of the panel after it."""

from datetime import timedelta

import pytest

from balie.apps.services import actions, panel_sending
from balie.apps.services.actions import panel_attempts, panel_comparing
from balie.apps.services.models import ChangeVerb, Panel, PanelAccount, PanelChange
from balie.apps.services.panels import port
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_service
from tests.apps.services.panels import new_panel

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MINUTE = timedelta(minutes=1)


class SilentPanel:
    """A panel whose create never answers, and which shows no account."""

    def __init__(self) -> None:
        self.creates = 0

    def get(self, _user_name: str) -> port.NotFound:
        return port.NotFound()

    def create(self, _wanted: port.NewAccount, *, password: str) -> port.OutcomeUnknown:
        assert password
        self.creates += 1
        return port.OutcomeUnknown("no answer")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> SilentPanel:
    """Every panel is this one."""
    panel = SilentPanel()
    for module in (panel_sending, panel_attempts):
        monkeypatch.setattr(module, "open_panel", lambda _row: panel)
    return panel


@pytest.fixture
def account(silent: SilentPanel) -> PanelAccount:
    """An account that was ordered; its create is sent, and nobody knows what came of it."""
    customer = new_customer(with_contact=False)
    new_contact(customer)
    actions.order_account(
        service=new_service(customer, domain=new_domain(customer, "bakker1.nl")),
        panel=new_panel("https://panel.example:2222"),
        user_name="bakker1",
        package="basis",
        by=SYSTEM,
        now=NOW,
    )
    outbox.send_due(now=NOW)
    assert silent.creates == 1
    return PanelAccount.objects.get()


def ask(account: PanelAccount, verb: ChangeVerb, *, minutes: int) -> PanelChange:
    at = NOW + minutes * MINUTE
    return actions.ask_change(account=account, verb=verb, reason="test", by=SYSTEM, now=at)


def send(*, minutes: int) -> None:
    outbox.send_due(now=NOW + minutes * MINUTE)


def test_create_is_not_sent_again_by_way_of_a_delete(
    account: PanelAccount, silent: SilentPanel
) -> None:
    ask(account, ChangeVerb.DELETE, minutes=2)
    again = ask(account, ChangeVerb.CREATE, minutes=2)
    send(minutes=2)
    assert silent.creates == 1

    send(minutes=20)

    again.refresh_from_db()
    assert silent.creates == 1
    assert again.outcome == "failed"


def test_create_is_sent_again_when_a_person_orders_it_after_the_alarm(
    account: PanelAccount, silent: SilentPanel
) -> None:
    send(minutes=20)
    assert PanelChange.objects.get().outcome == "failed"

    ask(account, ChangeVerb.CREATE, minutes=21)
    send(minutes=21)

    assert silent.creates == 2


def test_delete_waits_while_the_panel_may_still_be_making_the_account(
    account: PanelAccount,
) -> None:
    gone = ask(account, ChangeVerb.DELETE, minutes=2)
    send(minutes=2)
    gone.refresh_from_db()
    assert gone.outcome == "waiting"

    send(minutes=20)

    gone.refresh_from_db()
    assert gone.outcome == "done"


def test_panel_halted_since_the_night_began_is_not_compared(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    first = new_panel("https://one.example:2222")
    second = new_panel("https://two.example:2222", code="da2", name="Server 2")
    asked: list[str] = []

    class Refusing:
        """Refuses our login; meanwhile the other panel refuses somebody else's call."""

        def __init__(self, panel: Panel) -> None:
            self.panel = panel

        def list(self) -> port.AuthFailed:
            asked.append(self.panel.code)
            actions.halt_panel(panel=second, reason="refused", by=SYSTEM, now=NOW)
            return port.AuthFailed("refused")

    monkeypatch.setattr(panel_comparing, "open_panel", Refusing)

    compared = actions.compare_panels(now=NOW)

    assert asked == [first.code]
    assert [one.failure for one in compared] == ["refused", panel_attempts.HALTED]

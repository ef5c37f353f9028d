"""A control panel of the tests: it takes passwords, or does what it is told to do instead."""

from dataclasses import dataclass, field
from itertools import count

import pytest

from balie.apps.services.models import Panel, PanelAccount
from balie.apps.services.panels import port, registry
from tests.apps.building import NOW, new_service
from tests.apps.credentials.recovering import Loser

_counter = count(1)


@dataclass
class ScriptedPanel:
    """Answers `set_password` as scripted, one answer per call, and else does it."""

    passwords: dict[str, str] = field(default_factory=dict)
    script: list[port.Done | port.Failure] = field(default_factory=list)
    calls: int = 0

    def set_password(self, user_name: str, *, password: str) -> port.Done | port.Failure:
        """Set it, unless the script says otherwise; an unknown outcome has set it all the same."""
        self.calls += 1
        answer = self.script.pop(0) if self.script else port.Done()
        if isinstance(answer, port.Done | port.OutcomeUnknown):
            self.passwords[user_name] = password
        return answer


def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedPanel:
    """Put a scripted panel behind every panel of the kind that these tests make."""
    panel = ScriptedPanel()
    monkeypatch.setitem(registry._openers, "simulated", lambda _panel: panel)
    return panel


def new_login(loser: Loser, user_name: str = "", *, kind: str = "simulated") -> PanelAccount:
    """A login on a control panel that comes with a service of his."""
    number = next(_counter)
    panel, _ = Panel.objects.get_or_create(
        code=f"panel-{kind}",
        defaults={"name": f"Paneel {kind}", "kind": kind, "added_at": NOW},
    )
    return PanelAccount.objects.create(
        service=new_service(loser.customer), panel=panel, user_name=user_name or f"inlog{number}x"
    )

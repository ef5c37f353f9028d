"""The control panel of the fictional company: the port's contract in this process, no network.

What it holds is a file beside the demo's database. It begins as the company's administration has
it, but for three differences that the nightly comparison finds: an account that nobody knows, one
that is missing and one that is closed.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from balie.apps.services.models import AccountState, Panel, PanelAccount
from balie.apps.services.panels.port import (
    AlreadyExists,
    AlreadyInState,
    Done,
    Failure,
    Listed,
    LoginUrl,
    NewAccount,
    NotFound,
    PanelUser,
    Rejected,
)

FILE_NAME = "panel.json"
SHORTEST_PASSWORD = 8
STRANGER = {"domain": "oude-klant.nl", "email": "", "package": "", "is_suspended": False}
MISSING, CLOSED = 10, 20  # which of the accounts differ, counted from the first

Users = dict[str, dict[str, Any]]

_at_work = threading.Lock()


@dataclass(frozen=True)
class SimulatedPanel:
    """The nine verbs on a file. Passwords are looked at and forgotten."""

    panel: Panel
    file: Path

    def create(self, account: NewAccount, *, password: str) -> Done | Failure:
        def change(users: Users) -> Done | Failure:
            if account.user_name in users:
                return AlreadyExists()
            users[account.user_name] = {
                "domain": account.domain,
                "email": account.email,
                "package": account.package,
                "is_suspended": False,
            }
            return Done()

        return self._change(change)

    def set_password(self, user_name: str, *, password: str) -> Done | Failure:
        def change(users: Users) -> Done | Failure:
            if user_name not in users:
                return NotFound()
            if users[user_name]["is_suspended"]:
                return Rejected("the account is suspended")
            too_short = len(password) < SHORTEST_PASSWORD
            return Rejected("the password is too short") if too_short else Done()

        return self._change(change)

    def suspend(self, user_name: str) -> Done | Failure:
        return self._set_suspended(user_name, wanted=True)

    def unsuspend(self, user_name: str) -> Done | Failure:
        return self._set_suspended(user_name, wanted=False)

    def delete(self, user_name: str) -> Done | Failure:
        return self._change(lambda users: Done() if users.pop(user_name, None) else NotFound())

    def get(self, user_name: str) -> PanelUser | Failure:
        with _at_work:
            users = self._read()
        held = users.get(user_name)
        return NotFound() if held is None else PanelUser(user_name=user_name, **held)

    def list(self) -> Listed | Failure:
        with _at_work:
            users = self._read()
        return Listed(tuple(PanelUser(user_name=name, **held) for name, held in users.items()))

    def login_url(self, user_name: str) -> LoginUrl | Failure:
        found = self.get(user_name)
        if not isinstance(found, PanelUser):
            return found
        return LoginUrl(f"{settings.BALIE_BASE_URL}/demo/paneel/{user_name}/")

    def ping(self) -> Done | Failure:
        return Done()

    def _set_suspended(self, user_name: str, *, wanted: bool) -> Done | Failure:
        def change(users: Users) -> Done | Failure:
            if user_name not in users:
                return NotFound()
            if users[user_name]["is_suspended"] == wanted:
                return AlreadyInState()
            users[user_name]["is_suspended"] = wanted
            return Done()

        return self._change(change)

    def _change(self, change: Callable[[Users], Done | Failure]) -> Done | Failure:
        with _at_work:
            users = self._read()
            outcome = change(users)
            self._write(users)
        return outcome

    def _read(self) -> Users:
        try:
            users: Users = json.loads(self.file.read_text(encoding="utf-8"))
        except OSError:
            return self._as_held()
        return users

    def _write(self, users: Users) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(users), encoding="utf-8")
        part.replace(self.file)

    def _as_held(self) -> Users:
        """Begin with what the company holds, but for the three that differ."""
        accounts = PanelAccount.objects.filter(
            panel=self.panel, state__in=[AccountState.ACTIVE, AccountState.SUSPENDED]
        ).select_related("service__domain")
        users: Users = {}
        for number, account in enumerate(accounts.order_by("pk")):
            if number == MISSING:
                continue
            domain = account.service.domain
            users[account.user_name] = {
                "domain": domain.name if domain else "",
                "email": "",
                "package": account.package,
                "is_suspended": account.state == AccountState.SUSPENDED or number == CLOSED,
            }
        if len(users) > CLOSED:
            users["oudeklant"] = dict(STRANGER)
        return users


def open_simulated(panel: Panel) -> SimulatedPanel:
    """Return the demo's panel."""
    return SimulatedPanel(panel, Path(settings.BALIE_HOME) / FILE_NAME)

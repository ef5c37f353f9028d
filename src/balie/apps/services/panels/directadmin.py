"""DirectAdmin, by its legacy calls: its JSON API makes, closes and removes no accounts.

Signs in as a reseller (or admin) with a login key, and acts as a user for a one-time link only.
Nothing secret ever stands in an address: passwords go in the body of a POST.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from balie.apps.services.models import Panel
from balie.apps.services.panels.calling import call, not_asked, server_of, words
from balie.apps.services.panels.keys import key_of
from balie.apps.services.panels.port import (
    AlreadyExists,
    AlreadyInState,
    AuthFailed,
    Busy,
    Done,
    Failure,
    Listed,
    LoginUrl,
    NewAccount,
    NotFound,
    OutcomeUnknown,
    PanelUser,
    RateLimited,
    Rejected,
)
from balie.formats import directadmin
from balie.formats.directadmin import CommandAnswer, UnreadableAnswer
from balie.infra.https import Answer, Server

ReadT = TypeVar("ReadT")
FORM = "application/x-www-form-urlencoded"
LINK_LIVES = "5m"
BUSY: dict[int, Failure] = {
    419: Busy("another operation runs on the panel"),
    429: RateLimited("the panel says that we ask too much"),
}


def open_directadmin(panel: Panel) -> DirectAdmin:
    """Return the adapter of a panel; makes no connection. Raises UnableToOpenPanel."""
    return DirectAdmin(server=server_of(panel), user_name=panel.user_name, key=key_of(panel))


@dataclass(frozen=True, kw_only=True)
class DirectAdmin:
    """The nine verbs on one server."""

    server: Server
    user_name: str
    key: str = field(repr=False)

    def create(self, account: NewAccount, *, password: str) -> Done | Failure:
        addresses = self._read("CMD_API_SHOW_RESELLER_IPS", {}, directadmin.read_names)
        if not isinstance(addresses, list):
            return not_asked(addresses)
        if not addresses:
            return Rejected("the panel has no IP address for new accounts")
        answer = self._change(
            "CMD_API_ACCOUNT_USER",
            {
                "action": "create",
                "add": "Submit",
                "username": account.user_name,
                "email": account.email,
                "passwd": password,
                "passwd2": password,
                "domain": account.domain,
                "package": account.package,
                "ip": addresses[0],
                "notify": "no",
            },
            secret=password,
        )
        if isinstance(answer, Rejected) and isinstance(self.get(account.user_name), PanelUser):
            # The wire text of "exists" is documented nowhere, so it is asked.
            return AlreadyExists(answer.reason)
        return answer

    def set_password(self, user_name: str, *, password: str) -> Done | Failure:
        fields = {"username": user_name, "passwd": password, "passwd2": password}
        return self._change("CMD_API_USER_PASSWD", fields, secret=password)

    def suspend(self, user_name: str) -> Done | Failure:
        return self._set_suspended(user_name, wanted=True)

    def unsuspend(self, user_name: str) -> Done | Failure:
        return self._set_suspended(user_name, wanted=False)

    def delete(self, user_name: str) -> Done | Failure:
        found = self.get(user_name)
        if not isinstance(found, PanelUser):
            return not_asked(found)
        answer = self._change(
            "CMD_API_SELECT_USERS",
            {"confirmed": "Confirm", "delete": "yes", "select0": user_name},
        )
        # It reports errors of what it did all the same, so only looking again tells.
        if isinstance(answer, Rejected) and isinstance(self.get(user_name), NotFound):
            return Done()
        return answer

    def get(self, user_name: str) -> PanelUser | Failure:
        user = {"user": user_name}
        exists = self._read("CMD_API_USER_EXISTS", user, directadmin.read_exists)
        if not isinstance(exists, bool):
            return exists
        if not exists:
            return NotFound()
        found = self._read("CMD_API_SHOW_USER_CONFIG", user, _read_user)
        if isinstance(found, Rejected):
            # It is there and not ours to look at: another reseller's.
            return PanelUser(user_name=user_name)
        return found

    def list(self) -> Listed | Failure:
        names = self._read("CMD_API_SHOW_USERS", {}, directadmin.read_names)
        if not isinstance(names, list):
            return names
        users = []
        for name in names:
            found = self._read("CMD_API_SHOW_USER_CONFIG", {"user": name}, _read_user)
            if not isinstance(found, PanelUser):
                return found
            users.append(found)
        return Listed(tuple(users))

    def login_url(self, user_name: str) -> LoginUrl | Failure:
        answer = self._command(
            "CMD_API_LOGIN_KEYS",
            {
                "action": "create",
                "type": "one_time_url",
                "expiry": LINK_LIVES,
                "login_keys_notify_on_creation": "0",
            },
            acting_as=user_name,
        )
        if not isinstance(answer, CommandAnswer):
            return answer
        link = urlsplit(answer.details)
        if link.scheme != "https" or link.hostname != self.server.host:
            return Rejected("the panel gave a link that does not lead to it")
        return LoginUrl(answer.details)

    def ping(self) -> Done | Failure:
        names = self._read("CMD_API_SHOW_USERS", {}, directadmin.read_names)
        return Done() if isinstance(names, list) else names

    def _set_suspended(self, user_name: str, *, wanted: bool) -> Done | Failure:
        found = self.get(user_name)
        if not isinstance(found, PanelUser):
            return not_asked(found)
        if found.is_suspended == wanted:
            return AlreadyInState()
        fields = {
            "location": "CMD_SELECT_USERS",
            "suspend": "Suspend" if wanted else "Unsuspend",
            "select0": user_name,
        }
        return self._change("CMD_API_SELECT_USERS", fields)

    def _change(
        self, command: str, fields: Mapping[str, str], *, secret: str = ""
    ) -> Done | Failure:
        answer = self._command(command, fields, secret=secret)
        return Done() if isinstance(answer, CommandAnswer) else answer

    def _command(
        self, command: str, fields: Mapping[str, str], *, secret: str = "", acting_as: str = ""
    ) -> CommandAnswer | Failure:
        answer = call(
            self.server,
            "POST",
            f"/{command}",
            headers={**self._headers(acting_as), "Content-Type": FORM},
            body=urlencode(fields).encode(),
        )
        return _understood(answer, directadmin.read_command, secret=secret)

    def _read(
        self, command: str, query: Mapping[str, str], read: Callable[[bytes], ReadT]
    ) -> ReadT | Failure:
        path = f"/{command}?{urlencode(query)}" if query else f"/{command}"
        return _understood(call(self.server, "GET", path, headers=self._headers()), read)

    def _headers(self, acting_as: str = "") -> dict[str, str]:
        name = f"{self.user_name}|{acting_as}" if acting_as else self.user_name
        return {"Authorization": "Basic " + b64encode(f"{name}:{self.key}".encode()).decode()}


def _understood(
    answer: Answer | Failure, read: Callable[[bytes], ReadT], *, secret: str = ""
) -> ReadT | Failure:
    """Return what an answer says, or the outcome that its status, page or words mean."""
    if not isinstance(answer, Answer):
        return answer
    failure = _refusal_of(answer)
    if failure is not None:
        return failure
    try:
        said = directadmin.read_command(answer.body)
    except UnreadableAnswer:
        said = None
    if said is not None and said.failed:
        return Rejected(words(said.reason, without=secret) or "the panel gave no reason")
    try:
        return read(answer.body)
    except UnreadableAnswer as error:
        return OutcomeUnknown(f"the answer cannot be read: {error}")


def _refusal_of(answer: Answer) -> Failure | None:
    """Return the outcome that the status or a page for people means, or None for an answer.

    A 404 is no missing user here: it means that no DirectAdmin listens at that address.
    """
    status, page = answer.status, directadmin.is_page(answer.body)
    to_login = 300 <= status < 400 and "login" in answer.headers.get("location", "").lower()
    if status == 401 or to_login or (status == 200 and directadmin.is_shut_out(answer.body)):
        return AuthFailed("the panel does not let us in")
    if status in BUSY:
        return BUSY[status]
    if 400 <= status < 500:
        return Rejected(f"the panel answered with status {status}")
    if status != 200 or page:
        return OutcomeUnknown(f"a page or status {status} instead of an answer")
    return None


def _read_user(body: bytes) -> PanelUser:
    fields = directadmin.read_user(body)
    return PanelUser(
        user_name=fields["username"],
        domain=fields.get("domain", ""),
        email=fields.get("email", ""),
        package=fields.get("package", ""),
        is_suspended=fields.get("suspended", "no").lower() in {"yes", "on", "1"},
    )

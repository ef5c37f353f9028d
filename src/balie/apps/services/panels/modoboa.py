"""Modoboa, a panel for mail hosting, by its REST API (v2) with a token.

A user name is a mail address, and its domain is made with the first account. It has no packages
and no one-time link. It is the panel that really runs in the checks (docs/decisions/0019).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from balie.apps.services.models import Panel
from balie.apps.services.panels.calling import call, not_asked, server_of, words
from balie.apps.services.panels.keys import key_of
from balie.apps.services.panels.port import (
    AlreadyExists,
    AlreadyInState,
    AuthFailed,
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
from balie.formats import modoboa
from balie.formats.modoboa import Account, UnreadableAnswer
from balie.infra.https import Answer, Server

ReadT = TypeVar("ReadT")
PAGE = 100
MOST_PAGES = 1000
CUSTOMER = "SimpleUsers"
MEANS: dict[int, Failure] = {
    401: AuthFailed("the panel does not let us in"),
    429: RateLimited("the panel says that we ask too much"),
}


def open_modoboa(panel: Panel) -> Modoboa:
    """Return the adapter of a panel; makes no connection. Raises UnableToOpenPanel."""
    return Modoboa(server=server_of(panel), token=key_of(panel))


@dataclass(frozen=True, kw_only=True)
class Modoboa:
    """The nine verbs on one server."""

    server: Server
    token: str = field(repr=False)

    def create(self, account: NewAccount, *, password: str) -> Done | Failure:
        ready = self._make_domain(account.domain)
        if not isinstance(ready, Done):
            return not_asked(ready)
        answer = self._call(
            "POST",
            "accounts/",
            modoboa.read_account,
            secret=password,
            content={
                "username": account.user_name,
                "role": CUSTOMER,
                "password": password,
                "secondary_email": account.email,
                "mailbox": {"use_domain_quota": True, "quota": 0},
                "is_active": True,
            },
        )
        if isinstance(answer, Rejected) and isinstance(self.get(account.user_name), PanelUser):
            return AlreadyExists(answer.reason)
        return Done() if isinstance(answer, Account) else answer

    def set_password(self, user_name: str, *, password: str) -> Done | Failure:
        return self._change(user_name, {"password": password}, secret=password)

    def suspend(self, user_name: str) -> Done | Failure:
        return self._set_active(user_name, wanted=False)

    def unsuspend(self, user_name: str) -> Done | Failure:
        return self._set_active(user_name, wanted=True)

    def delete(self, user_name: str) -> Done | Failure:
        found = self._find(user_name)
        if not isinstance(found, Account):
            return not_asked(found)
        return self._call("POST", f"accounts/{found.key}/delete/", _nothing, content={})

    def get(self, user_name: str) -> PanelUser | Failure:
        found = self._find(user_name)
        return _described(found) if isinstance(found, Account) else found

    def list(self) -> Listed | Failure:
        users: list[PanelUser] = []
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({"page": page, "page_size": PAGE, "role": CUSTOMER})
            found = self._call("GET", f"accounts/?{query}", modoboa.read_accounts)
            if not isinstance(found, modoboa.AccountPage):
                return found
            users += [_described(one) for one in found.accounts if "@" in one.user_name]
            if not found.has_more:
                return Listed(tuple(users))
        return OutcomeUnknown("the list does not end")

    def login_url(self, user_name: str) -> LoginUrl | Failure:
        return Rejected("this panel has no one-time link")

    def ping(self) -> Done | Failure:
        found = self._call("GET", "domains/", modoboa.read_count)
        return Done() if isinstance(found, int) else found

    def _make_domain(self, domain: str) -> Done | Failure:
        query = urlencode({"search": domain})
        found = self._call("GET", f"domains/?{query}", _names(domain))
        if not isinstance(found, bool):
            return found
        if found:
            return Done()
        return self._call(
            "POST",
            "domains/",
            _nothing,
            content={"name": domain, "type": "domain", "quota": 0, "default_mailbox_quota": 0},
        )

    def _set_active(self, user_name: str, *, wanted: bool) -> Done | Failure:
        found = self._find(user_name)
        if not isinstance(found, Account):
            return not_asked(found)
        if found.is_active == wanted:
            return AlreadyInState()
        return self._change(user_name, {"is_active": wanted}, found=found)

    def _change(
        self,
        user_name: str,
        content: Mapping[str, object],
        *,
        found: Account | None = None,
        secret: str = "",
    ) -> Done | Failure:
        account = found or self._find(user_name)
        if not isinstance(account, Account):
            return not_asked(account)
        path = f"accounts/{account.key}/"
        answer = self._call("PATCH", path, modoboa.read_account, content=content, secret=secret)
        return Done() if isinstance(answer, Account) else answer

    def _find(self, user_name: str) -> Account | Failure:
        query = urlencode({"search": user_name, "page_size": PAGE})
        found = self._call("GET", f"accounts/?{query}", modoboa.read_accounts)
        if not isinstance(found, modoboa.AccountPage):
            return found
        wanted = user_name.lower()
        same = (one for one in found.accounts if one.user_name.lower() == wanted)
        return next(same, NotFound())

    def _call(
        self,
        method: str,
        path: str,
        read: Callable[[bytes], ReadT],
        *,
        content: Mapping[str, object] | None = None,
        secret: str = "",
    ) -> ReadT | Failure:
        headers = {"Authorization": f"Token {self.token}", "Accept": "application/json"}
        body = b""
        if content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content).encode()
        answer = call(self.server, method, f"/api/v2/{path}", headers=headers, body=body)
        return _understood(answer, read, secret=secret)


def _understood(
    answer: Answer | Failure, read: Callable[[bytes], ReadT], *, secret: str
) -> ReadT | Failure:
    """Return what an answer says, or the outcome that its status means."""
    if not isinstance(answer, Answer):
        return answer
    if answer.status in MEANS:
        return MEANS[answer.status]
    if 400 <= answer.status < 500:
        reason = words(modoboa.read_refusal(answer.body), without=secret)
        return Rejected(reason or f"the panel answered with status {answer.status}")
    if not 200 <= answer.status < 300:
        return OutcomeUnknown(f"status {answer.status} instead of an answer")
    try:
        return read(answer.body)
    except UnreadableAnswer as error:
        return OutcomeUnknown(f"the answer cannot be read: {error}")


def _names(domain: str) -> Callable[[bytes], bool]:
    return lambda body: domain in modoboa.read_names(body)


def _nothing(_body: bytes) -> Done:
    return Done()


def _described(account: Account) -> PanelUser:
    return PanelUser(
        user_name=account.user_name,
        domain=account.user_name.rpartition("@")[2].lower(),
        email=account.secondary_email,
        is_suspended=not account.is_active,
    )

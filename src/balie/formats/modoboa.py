"""Answers of Modoboa's REST API (v2) as plain values: accounts, lists in pages, refusals.

Source: Modoboa 2.12, as the checks run it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class UnreadableAnswer(ValueError):
    """It is not what the API answers: no JSON, or without what it must hold."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account, named by its mail address."""

    key: int
    user_name: str
    is_active: bool
    secondary_email: str


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """A page of accounts; `has_more` when another follows."""

    accounts: tuple[Account, ...]
    has_more: bool


def read_accounts(body: bytes) -> AccountPage:
    """Return a page of accounts. Raises UnreadableAnswer."""
    content = _object(body)
    rows = content.get("results")
    if not isinstance(rows, list) or "next" not in content:
        raise UnreadableAnswer("it is not a page of accounts")
    return AccountPage(
        accounts=tuple(_account(row) for row in rows), has_more=content["next"] is not None
    )


def read_count(body: bytes) -> int:
    """Return how many a list holds. Raises UnreadableAnswer."""
    count = _object(body).get("count")
    if not isinstance(count, int):
        raise UnreadableAnswer("it does not say how many there are")
    return count


def read_names(body: bytes) -> frozenset[str]:
    """Return the names of the domains in a list. Raises UnreadableAnswer."""
    rows = _object(body).get("results")
    if not isinstance(rows, list):
        raise UnreadableAnswer("it is not a list of domains")
    return frozenset(str(row.get("name")) for row in rows if isinstance(row, dict))


def read_account(body: bytes) -> Account:
    """Return one account. Raises UnreadableAnswer."""
    return _account(_object(body))


def read_refusal(body: bytes) -> str:
    """Return the words of a refusal in one line; empty when there are none to read."""
    try:
        content = _object(body)
    except UnreadableAnswer:
        return ""
    said = [
        str(word)
        for words in content.values()
        for word in (words if isinstance(words, list) else [words])
    ]
    return " ".join(" ".join(said).split())


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableAnswer("it is no JSON") from None
    if not isinstance(content, dict):
        raise UnreadableAnswer("it is no object")
    return content


def _account(row: object) -> Account:
    if not isinstance(row, dict):
        raise UnreadableAnswer("an account is no object")
    key, name, is_active = row.get("pk"), row.get("username"), row.get("is_active")
    if not (isinstance(key, int) and isinstance(name, str) and isinstance(is_active, bool)):
        raise UnreadableAnswer("an account lacks its key, its name or whether it is active")
    return Account(
        key=key,
        user_name=name,
        is_active=is_active,
        secondary_email=str(row.get("secondary_email") or ""),
    )

"""Where a panel and our own administration do not agree. Nothing is set right here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Held:
    """An account as we hold it. `key` is ours; `is_changing` while a change is on its way."""

    key: int
    user_name: str
    domain: str = ""
    package: str = ""
    state: str = "active"
    is_changing: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An account as the panel shows it; what it does not tell is empty or None."""

    user_name: str
    domain: str = ""
    package: str = ""
    is_suspended: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference: its kind, whose, and what each side says."""

    kind: str
    user_name: str
    key: int | None
    ours: str
    theirs: str


def compare(held: Sequence[Held], shown: Sequence[Shown]) -> list[Difference]:
    """Return every difference, by user name.

    `missing` there, `foreign` there (we know none such, or hold it to be deleted), and where both
    know it: `suspension`, `package`, `domain`. An account that is ordered or changing is not yet
    held to what it will be.
    """
    ours = {one.user_name.lower(): one for one in held}
    theirs = {one.user_name.lower(): one for one in shown}
    found: list[Difference] = []
    for name in sorted(ours.keys() | theirs.keys()):
        found += _between(ours.get(name), theirs.get(name))
    return found


def _between(ours: Held | None, theirs: Shown | None) -> list[Difference]:
    if theirs is None:
        expected = ours is not None and ours.state in {"active", "suspended"}
        if ours is None or not expected or ours.is_changing:
            return []
        return [_difference("missing", ours, ours=ours.domain, theirs="")]
    if ours is None:
        return [
            Difference(
                kind="foreign", user_name=theirs.user_name, key=None, ours="", theirs=theirs.domain
            )
        ]
    if ours.is_changing:
        return []
    if ours.state == "deleted":
        return [_difference("foreign", ours, ours="deleted", theirs=theirs.domain)]
    return _unlike(ours, theirs)


def _unlike(ours: Held, theirs: Shown) -> list[Difference]:
    """Compare what both know of an account; what either does not tell is no difference."""
    found = []
    if ours.domain and theirs.domain.lower() != ours.domain:
        found.append(_difference("domain", ours, ours=ours.domain, theirs=theirs.domain))
    if ours.package and theirs.package and theirs.package != ours.package:
        found.append(_difference("package", ours, ours=ours.package, theirs=theirs.package))
    if theirs.is_suspended is not None and theirs.is_suspended != (ours.state == "suspended"):
        shown = "suspended" if theirs.is_suspended else "active"
        found.append(_difference("suspension", ours, ours=ours.state, theirs=shown))
    return found


def _difference(kind: str, held: Held, *, ours: str, theirs: str) -> Difference:
    return Difference(kind=kind, user_name=held.user_name, key=held.key, ours=ours, theirs=theirs)

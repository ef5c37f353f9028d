"""A table of the policy: its fields with their kinds, and the rules that bind two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_origin, get_type_hints

from balie.domain.policy_kinds import (
    Fault,
    InvalidPolicy,
    Kind,
    Problem,
    Unreadable,
    shown,
    wrong_type,
)

SectionT = TypeVar("SectionT", bound="Section")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must hold between settings of one table; a break is told at the first of `names`."""

    names: tuple[str, ...]
    holds: Callable[..., bool]
    problem: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of the policy. One that exists is valid: making another raises InvalidPolicy."""

    kinds: ClassVar[Mapping[str, Kind]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Take the kind of every setting from its annotation: `Annotated[type, kind]`."""
        hints = get_type_hints(cls, include_extras=True)
        cls.kinds = {
            name: hint.__metadata__[0]
            for name, hint in hints.items()
            if get_origin(hint) is Annotated
        }

    def __post_init__(self) -> None:
        values = {name: getattr(self, name) for name in self.kinds}
        problems = [
            _under(name, found)
            for name, kind in self.kinds.items()
            for found in kind.problems(values[name])
        ]
        problems = problems or list(_broken_rules(type(self), values))
        if problems:
            path = type(self).__name__.lower()
            raise InvalidPolicy(tuple(_fault(found, path=path) for found in problems))

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Self:
        """Return what a TOML or JSON table holds; a setting that it leaves out has its default.

        Raises InvalidPolicy with every fault of the table.
        """
        try:
            return _read(cls, raw)
        except Unreadable as fault:
            raise InvalidPolicy(tuple(_fault(found, path="") for found in fault.problems)) from None

    def to_mapping(self) -> dict[str, Any]:
        """Return all settings as JSON can hold them; `from_mapping` reads them back unchanged."""
        return {name: kind.write(getattr(self, name)) for name, kind in self.kinds.items()}


@dataclass(frozen=True)
class Table(Kind):
    """A table within a table."""

    section: type[Section]

    def read(self, raw: object) -> Section:
        return _read(self.section, raw)

    def problems(self, value: Any) -> Iterator[Problem]:
        if not isinstance(value, self.section):
            name = self.section.__name__
            yield wrong_type(value, f"a {name}", f"pass a {name}")

    def write(self, value: Section) -> dict[str, Any]:
        return value.to_mapping()


def _fault(found: Problem, *, path: str) -> Fault:
    where = (path + found.where).lstrip(".") or "policy"
    return Fault(path=where, problem=found.problem, remedy=found.remedy)


def _broken_rules(section: type[Section], sound: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the rules that the sound values break together; a rule about others is left out."""
    for rule in section.rules:
        if sound.keys() >= set(rule.names) and not rule.holds(*map(sound.get, rule.names)):
            yield _under(rule.names[0], Problem(rule.problem, rule.remedy))


def _under(name: str, found: Problem) -> Problem:
    return found._replace(where=f".{name}{found.where}")


def _read(section: type[SectionT], raw: object) -> SectionT:
    """Return the table; raise Unreadable with all that is wrong, also in tables within it."""
    if not isinstance(raw, Mapping):
        raise Unreadable(wrong_type(raw, "a table", "write a table of settings"))
    known = tuple(section.kinds)
    problems = [_unknown(key, known=known) for key in raw if key not in section.kinds]
    sound = {item.name: item.default for item in fields(section) if item.name not in raw}
    for name, kind in section.kinds.items():
        if name in raw:
            value, found = _read_setting(kind, raw[name])
            problems += [_under(name, problem) for problem in found]
            if not found:
                sound[name] = value
    problems += _broken_rules(section, sound)
    if problems:
        raise Unreadable(*problems)
    return section(**sound)


def _read_setting(kind: Kind, raw: object) -> tuple[Any, tuple[Problem, ...]]:
    """Return the value and what is wrong with it; the value is None when there is none."""
    try:
        value = kind.read(raw)
    except Unreadable as fault:
        return None, fault.problems
    return value, tuple(kind.problems(value))


def _unknown(key: object, *, known: tuple[str, ...]) -> Problem:
    near = get_close_matches(str(key), known, n=1)
    remedy = f'write "{near[0]}"' if near else f"use one of: {', '.join(known)}"
    return Problem(f"{shown(key)} is no setting of this table", remedy, f".{key}")

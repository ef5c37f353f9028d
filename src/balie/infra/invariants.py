"""What an invariant is: a check over the database that names every break (DESIGN sections 2, 7).

Each app lists its own in ``invariants.py``; ``office.verify`` runs them all, every night and after
each simulated day, and stops the money jobs when one is broken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One break: which invariant, on what (``invoice 17``), and the figures that disagree."""

    invariant: str
    subject: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome of one invariant: how many things were looked at and which were broken."""

    name: str
    checked: int
    violations: tuple[Violation, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether nothing was broken."""
        return not self.violations


# An invariant that depends on the moment takes keyword ``now`` and is bound before it is listed.
Invariant = Callable[[], Result]

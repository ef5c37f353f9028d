"""When to warn that a promise falls due, and whom: while somebody who can still do something works.

An hour before the due moment (a figure of the policy) is no use at night when the office closed at
five. Who has the question is warned while he is at work, else his team, else anybody; only when
nobody works before the due moment at all it is up to who leads, at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from balie.domain.policy import Policy
from balie.domain.rosters import Period, Roster, merged, shifts_between

Shifts = Mapping[Hashable, tuple[Period, ...]]


@dataclass(frozen=True, kw_only=True)
class DueWarning:
    """When to warn and whom; without anybody it is up to who leads."""

    at: datetime
    people: frozenset[Hashable]


def warning_for(
    *,
    asked_at: datetime,
    due_at: datetime,
    groups: Sequence[Iterable[Hashable]],
    roster: Roster,
    policy: Policy,
) -> DueWarning:
    """Return when to warn and whom of the first of `groups` that works before the due moment.

    Everybody of the roster comes after the groups. Moments are aware; the warning is never before
    the question and never after its due moment.
    """
    before = timedelta(minutes=policy.desk.warn_minutes)
    wanted = max(asked_at, due_at - before)
    shifts = shifts_between(roster, start=asked_at, end=due_at, policy=policy)
    for group in (*groups, shifts):
        at_work = {person: shifts[person] for person in group if person in shifts}
        if at_work:
            at = _moment(at_work, wanted=wanted, before=before)
            return DueWarning(at=at, people=_present(at_work, at))
    return DueWarning(at=asked_at, people=frozenset())


def _moment(shifts: Shifts, *, wanted: datetime, before: timedelta) -> datetime:
    """Return the wanted moment when somebody works then, else the nearest good one."""
    periods = merged(period for one in shifts.values() for period in one)
    if any(opens <= wanted < closes for opens, closes in periods):
        return wanted
    ended = [(opens, closes) for opens, closes in periods if closes <= wanted]
    if ended:
        opens, closes = ended[-1]
        return max(opens, closes - before)  # before they go home
    return min(opens for opens, _ in periods)


def _present(shifts: Shifts, at: datetime) -> frozenset[Hashable]:
    return frozenset(
        person
        for person, periods in shifts.items()
        if any(opens <= at < closes for opens, closes in periods)
    )

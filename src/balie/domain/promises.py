"""The promise that a question gets the moment it is asked: three clocks, one due moment.

The rules and fourteen worked moments stand in docs/algorithms/promise-clock.md, under the same
names as here. All moments are UTC; days and office hours are those of the policy's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from balie.domain.policy import Policy
from balie.domain.workdays import (
    is_office_open,
    is_working_day,
    office_minutes_after,
    start_of_day,
    utc_moment,
)


@dataclass(frozen=True, kw_only=True)
class AnswerPromise:
    """When a question was asked and until when its answer is in time; every moment in UTC.

    `guaranteed_by` is inclusive. `same_day_by`, the end of the local day, is exclusive and None
    when the question was too late or on no working day. `usual_by` is a figure to steer by, None
    outside office hours. `due_at` is the earlier of the first two.
    """

    asked_at: datetime
    guaranteed_by: datetime
    same_day_by: datetime | None
    usual_by: datetime | None

    @property
    def due_at(self) -> datetime:
        """The moment at which the promise is broken if no answer has come."""
        return min(self.guaranteed_by, self.same_day_by or self.guaranteed_by)


def promise_for(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Return what the policy promises to a question asked at the aware moment, in any zone.

    Raises ValueError when `asked_at` is naive.
    """
    asked = utc_moment(asked_at)
    return AnswerPromise(
        asked_at=asked,
        # In UTC an hour is an hour; on the wall clock a day has 23 to 25 of them.
        guaranteed_by=asked + timedelta(hours=policy.answers.guarantee_hours),
        same_day_by=_same_day_by(asked, policy=policy),
        usual_by=_usual_by(asked, policy=policy),
    )


def _same_day_by(asked: datetime, *, policy: Policy) -> datetime | None:
    """Return the coming local midnight for a question of a working day before the cut-off."""
    local = asked.astimezone(policy.zone)
    in_time = local.time() < policy.answers.same_day_cutoff
    if not in_time or not is_working_day(local.date(), policy=policy):
        return None
    return start_of_day(local.date() + timedelta(days=1), zone=policy.zone)


def _usual_by(asked: datetime, *, policy: Policy) -> datetime | None:
    """Return when the usual office minutes have passed, for a question asked in office hours."""
    if not is_office_open(asked, policy=policy):
        return None
    return office_minutes_after(asked, policy.answers.usual_minutes, policy=policy)


def was_kept(promise: AnswerPromise, answered_at: datetime) -> bool:
    """Return whether an answer at the aware moment keeps the promise.

    In time is up to and including `guaranteed_by`, and before `same_day_by` where there is one.
    Raises ValueError when the moment is naive or lies before the question.
    """
    answered = utc_moment(answered_at)
    if answered < promise.asked_at:
        raise ValueError(f"answered at {answered} lies before the question of {promise.asked_at}")
    same_day = promise.same_day_by is None or answered < promise.same_day_by
    return same_day and answered <= promise.guaranteed_by

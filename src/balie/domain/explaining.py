"""Why a question's promise fell due when it did: each rule of the clock, said in a sentence.

The sentences are made from the question's moment and the policy alone, by the same functions that
made the promise, so a verdict of years ago can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from balie.domain.policy import Policy
from balie.domain.promises import AnswerPromise, promise_for, was_kept
from balie.domain.workdays import is_office_open, is_working_day, utc_moment

_LAYOUT = "%a %d %b %Y %H:%M:%S %z"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule that a promise went through: its name and what it found."""

    name: str
    found: str


def explain_clock(*, asked_at: datetime, policy: Policy) -> tuple[AnswerPromise, tuple[Rule, ...]]:
    """Return the promise that a question asked at the moment gets, and each rule on the way."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    local = promise.asked_at.astimezone(policy.zone)
    hours, cutoff = policy.answers.guarantee_hours, policy.answers.same_day_cutoff
    working = is_working_day(local.date(), policy=policy)
    in_time = local.time() < cutoff
    return promise, (
        Rule(name="asked", found=said(asked_at, policy=policy)),
        Rule(
            name="guarantee",
            found=f"{hours} elapsed hours later: {said(promise.guaranteed_by, policy=policy)}",
        ),
        Rule(
            name="working day",
            found=f"{local:%A %d %B %Y} is {'one' if working else 'none: a weekend or holiday'}",
        ),
        Rule(
            name="cut-off",
            found=f"{local:%H:%M:%S} is {'before' if in_time else 'not before'} {cutoff:%H:%M}",
        ),
        Rule(
            name="same day",
            found=(
                f"before {said(promise.same_day_by, policy=policy)}"
                if promise.same_day_by
                else "not promised: it needs a working day and a moment before the cut-off"
            ),
        ),
        Rule(name="usual", found=_usual(promise, policy=policy)),
        Rule(
            name="due",
            found=f"the earlier of guarantee and same day: {said(promise.due_at, policy=policy)}",
        ),
    )


def explain_verdict(
    promise: AnswerPromise, *, kept_at: datetime | None, policy: Policy, now: datetime
) -> tuple[Rule, ...]:
    """Return whether an answer at `kept_at` (None: none yet) kept the promise, clause by clause."""
    if kept_at is None:
        open_still = now <= promise.guaranteed_by and (
            promise.same_day_by is None or now < promise.same_day_by
        )
        found = "not answered yet, still in time" if open_still else "missed: not answered in time"
        return (Rule(name="verdict", found=found),)
    answered = utc_moment(kept_at)
    clauses = [
        Rule(
            name="guarantee",
            found=_held(
                held=answered <= promise.guaranteed_by, bound=promise.guaranteed_by, policy=policy
            ),
        )
    ]
    if promise.same_day_by is not None:
        clauses.append(
            Rule(
                name="same day",
                found=_held(
                    held=answered < promise.same_day_by, bound=promise.same_day_by, policy=policy
                ),
            )
        )
    if promise.usual_by is not None:
        clauses.append(
            Rule(
                name="usual",
                found=_held(
                    held=answered <= promise.usual_by, bound=promise.usual_by, policy=policy
                ),
            )
        )
    kept = was_kept(promise, answered)
    return (
        Rule(name="answered", found=said(answered, policy=policy)),
        *clauses,
        Rule(name="verdict", found="kept" if kept else "missed: the answer came too late"),
    )


def said(moment: datetime, *, policy: Policy) -> str:
    """Return a moment on the policy's wall clock with its offset, to the second."""
    return moment.astimezone(policy.zone).strftime(_LAYOUT)


def _usual(promise: AnswerPromise, *, policy: Policy) -> str:
    minutes = policy.answers.usual_minutes
    if promise.usual_by is None:
        opened = is_office_open(promise.asked_at, policy=policy)
        return "not promised" if opened else "not promised: asked outside office hours"
    return f"{minutes} office minutes later: {said(promise.usual_by, policy=policy)}"


def _held(*, held: bool, bound: datetime, policy: Policy) -> str:
    return f"{'held' if held else 'not held'}: until {said(bound, policy=policy)}"

"""What a call amounts to, from its reports in any order; and whether it promises an answer.

The rules of docs/reference/telephony.md. Reports come late, twice and out of order: everything
here depends on what was reported, never on the order in which it came in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from balie.domain.policy import Policy
from balie.domain.policy_times import closing_minute, minute_of
from balie.domain.workdays import holidays_in, utc_moment

# Missed calls of one number within half an hour are one person who tries again.
SAME_CALLER = timedelta(minutes=30)
# Reports of a call that ended may still be on their way.
GRACE = timedelta(minutes=1)
# Somebody who answered writes it down himself, within this time.
WRITING_UP = timedelta(minutes=30)
# Then a number has done its work.
# A call of which no end is reported did not last longer.
LONGEST_CALL = timedelta(hours=4)
SUPPORT = "support"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report of a call, without who called."""

    event: str
    at: datetime
    choice: str = ""
    agent: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class CallState:
    """A call as far as it is reported; every moment None while its report is not there."""

    started_at: datetime
    start_is_known: bool
    answered_at: datetime | None
    ended_at: datetime | None
    call_back_at: datetime | None
    choice: str
    agent: str
    outcome: str

    @property
    def is_missed(self) -> bool:
        """It ended and nobody of ours ever answered, whatever the exchange says of its end."""
        return self.ended_at is not None and self.answered_at is None


def state_of(reports: Iterable[Report]) -> CallState:
    """Return what the reports of one call amount to; their order does not matter.

    Of several the first answer and the last choice count. Raises ValueError without a report.
    """
    told = sorted(reports, key=lambda one: (one.at, one.event, one.choice, one.agent, one.outcome))
    if not told:
        raise ValueError("a call without a report is no call")
    answered = [one for one in told if one.event == "answered"]
    ended = [one for one in told if one.event == "ended"]
    chosen = [one.choice for one in told if one.event == "menu" and one.choice]
    back = [one for one in told if one.event == "callback"]
    started = [one for one in told if one.event == "started"]
    return CallState(
        started_at=(started or told)[0].at,
        start_is_known=bool(started),
        answered_at=answered[0].at if answered else None,
        ended_at=ended[-1].at if ended else None,
        call_back_at=back[0].at if back else None,
        choice=chosen[-1] if chosen else "",
        # Who answered, else where it rang last.
        agent=next((one.agent for one in [*answered, *reversed(told)] if one.agent), ""),
        outcome=ended[-1].outcome if ended else "",
    )


def promises_answer(*, choice: str, policy: Policy) -> bool:
    """Tell whether a call nobody took, with this choice in the menu, is a question to us.

    It is when the choice leads to support, or when none is reported: an exchange without a menu,
    or somebody who hung up in it, gets the benefit of the doubt. Sales and accounts call back
    without a promise.
    """
    team = team_of(choice=choice, policy=policy)
    return team is None or team == SUPPORT


def team_of(*, choice: str, policy: Policy) -> str | None:
    """Return the team that a choice in the menu leads to; None for a key that the menu lacks."""
    return next((one.team for one in policy.phone.menu if one.digit == choice), None)


def is_phone_answered(moment: datetime, *, policy: Policy) -> bool:
    """Tell whether we say that we answer the phone at the aware moment: hours, and no holiday."""
    local = utc_moment(moment).astimezone(policy.zone)
    if local.date() in holidays_in(local.year, policy=policy):
        return False
    minute = local.hour * 60 + local.minute
    blocks = policy.phone.hours.by_weekday[local.weekday()]
    return any(minute_of(opens) <= minute < closing_minute(closes) for opens, closes in blocks)


def is_same_caller(*, earlier: datetime, later: datetime) -> bool:
    """Tell whether two missed calls of one number are one person who tries again."""
    return abs(later - earlier) <= SAME_CALLER

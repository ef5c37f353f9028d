"""The nightly check and the daily round by themselves: thin jobs on schedules of ours."""

from datetime import datetime, time

from balie.apps.office import actions
from balie.infra.audit import SYSTEM
from balie.infra.jobs import job, schedule


@job("daily-round")
def daily_round(now: datetime) -> None:
    """Do what today's round has not done yet."""
    actions.daily_round(by=SYSTEM, now=now)


@job("verify")
def verify(now: datetime) -> None:
    """Check every invariant, before the round."""
    actions.nightly_verify(by=SYSTEM, now=now)


schedule("verify", job="verify", daily_at=time(5, 30))
schedule("daily-round", job="daily-round", daily_at=time(6, 0))

"""The daily round by itself: a thin job on a schedule of ours."""

from datetime import datetime, time

from balie.apps.office import actions
from balie.infra.audit import SYSTEM
from balie.infra.jobs import job, schedule


@job("daily-round")
def daily_round(now: datetime) -> None:
    """Do what today's round has not done yet."""
    actions.daily_round(by=SYSTEM, now=now)


schedule("daily-round", job="daily-round", daily_at=time(6, 0))

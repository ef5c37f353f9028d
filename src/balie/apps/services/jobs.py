"""The nightly comparison with the control panels."""

from datetime import datetime, time

from balie.apps.services import actions
from balie.infra.jobs import job, schedule


@job("compare-panels")
def compare_panels(now: datetime) -> None:
    """List where the panels and Balie do not agree."""
    actions.compare_panels(now=now)


schedule("compare-panels", job="compare-panels", daily_at=time(3, 40))

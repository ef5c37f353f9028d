"""Notes the misses soon after they fall due; a miss carries its due moment, not this job's."""

from datetime import datetime, timedelta

from balie.apps.promises import actions
from balie.infra.jobs import job, schedule


@job("note-misses")
def note_misses(now: datetime) -> None:
    """Give every promise that fell due unkept its record."""
    actions.note_misses(now=now)


schedule("note-misses", job="note-misses", every=timedelta(minutes=1))

"""The job that looks up a lost login, so that the view answers everybody alike."""

from datetime import datetime

from balie.apps.credentials import actions
from balie.apps.credentials.models import RecoveryRequest
from balie.infra.jobs import job


@job("look-up-recovery")
def look_up_recovery(now: datetime, *, request_id: int) -> None:
    """Look up one request."""
    actions.look_up(request=RecoveryRequest.objects.get(pk=request_id), now=now)

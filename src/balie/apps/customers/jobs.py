"""The job that looks up who asked for a code, so that the view answers everybody alike."""

from datetime import datetime

from balie.apps.customers import sign_in_codes
from balie.apps.customers.models import SignInCodeRequest
from balie.infra.jobs import job


@job(sign_in_codes.LOOK_UP)
def look_up_sign_in_code(now: datetime, *, request_id: int) -> None:
    """Look up one request."""
    sign_in_codes.look_up(request=SignInCodeRequest.objects.get(pk=request_id), now=now)

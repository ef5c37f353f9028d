"""The webhook of a telephone exchange: docs/reference/telephony.md is its contract."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Call
from balie.formats.phone_events import LONGEST_BODY, UnableToReadEvent, is_signed, read_event
from balie.infra import clock

SIGNATURE = "X-Balie-Signature"
OLDEST = timedelta(minutes=5)


@csrf_exempt
@require_POST
def report(request: HttpRequest, source: str) -> HttpResponse:
    """Take in one signed report and say who the caller could be; 202 once it is kept."""
    secrets = settings.BALIE_TEL_SECRETS.get(source, ())
    if not secrets:
        return _refused(404, "no such source; BALIE_TEL_SECRETS names those we listen to")
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        return _refused(413, f"the body is longer than {LONGEST_BODY} bytes")
    try:
        event = read_event(body)
    except UnableToReadEvent as error:
        return _refused(400, str(error))
    signature = request.headers.get(SIGNATURE, "")
    if not is_signed(signature=signature, secrets=secrets, at=event.as_sent, body=body):
        return _refused(401, f"{SIGNATURE}: does not fit the body, `at` and a secret of ours")
    now = clock.now()
    if abs(now - event.at) > OLDEST:
        return _refused(401, "at: is more than five minutes from now; report as it happens")
    call = actions.record_event(source=source, event=event, now=now)
    return JsonResponse(
        {"call": str(call.pk), "customer": _could_be(call), "action": "accept"}, status=202
    )


def _could_be(call: Call) -> dict[str, str] | None:
    """Return the one customer on file with this number, for the telephone to show; else nobody.

    A number can be forged: it shows an employee where to look and opens nothing.
    """
    found = queries.possible_callers([call.number]).get(call.number, [])
    customers = {one.customer.pk: one.customer for one in found}
    if len(customers) != 1:
        return None
    [customer] = customers.values()
    where = reverse("desk:customer", args=[customer.number])
    return {"name": customer.name, "url": f"{settings.BALIE_BASE_URL}{where}"}


def _refused(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)

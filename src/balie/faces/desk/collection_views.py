"""Batches: what left or will leave for the bank, and what can still come back."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries
from balie.apps.directdebit.models import CollectionBatch
from balie.apps.office import queries as office
from balie.infra import clock

PER_PAGE = 30
LAST_ROUNDS = 12


@require_GET
@for_employees()
def batches(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the batches, the exposure per day, and what the last rounds left out with why."""
    now = clock.now()
    day = clock.local(now).date()
    return render(
        request,
        "desk/batches.html",
        {
            "viewer": viewer,
            "page": Paginator(queries.batches(), PER_PAGE).get_page(request.GET.get("pagina")),
            "announced": queries.announced(),
            "exposure": queries.exposure(today=day),
            "left_out": [
                item
                for step in office.last_rounds(count=LAST_ROUNDS)
                if step.day == day
                for item in step.receipt.get("left_out", [])
            ],
            "now": now,
        },
    )


@require_GET
@for_employees()
def batch(request: HttpRequest, viewer: Viewer, message_id: str) -> HttpResponse:
    """Show one batch and the life of each collection in it."""
    found = _batch(message_id)
    return render(
        request,
        "desk/batch.html",
        {
            "viewer": viewer,
            "batch": found,
            "collections": queries.collections_in(found),
            "now": clock.now(),
        },
    )


@require_GET
@for_employees("finance", "admin")
def batch_file(request: HttpRequest, viewer: Viewer, message_id: str) -> HttpResponse:
    """Give the frozen bytes of a batch; always the same."""
    found = _batch(message_id)
    response = HttpResponse(bytes(found.content), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{found.message_id}.xml"'
    return response


def _batch(message_id: str) -> CollectionBatch:
    try:
        return queries.batches().get(message_id=message_id)
    except CollectionBatch.DoesNotExist as error:
        raise Http404 from error

"""Debits: what is announced, what left for the bank, and what can still come back."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries
from balie.apps.directdebit.models import CollectionBatch
from balie.apps.office import queries as office
from balie.faces.desk.night import last_night, left_out_of
from balie.infra import clock
from balie.infra.templatetags.balie import day as day_words
from balie.infra.templatetags.balie import euro
from balie.infra.templatetags.chart import Bar

PER_PAGE = 30
LAST_STEPS = 12
# As long as a debit can come back at all: thirteen months for one that was not authorised.
RETURNS_DAYS = 400


@require_safe
@for_employees()
def batches(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what is announced, what the last round left out, the batches and the exposure."""
    now = clock.now()
    day = clock.local(now).date()
    ending = queries.exposure(today=day)
    night = last_night(office.last_rounds(count=LAST_STEPS))
    return render(
        request,
        "desk/batches.html",
        {
            "viewer": viewer,
            "here": "batches",
            "page": Paginator(queries.batches(), PER_PAGE).get_page(request.GET.get("pagina")),
            "announced": queries.announced_per_day(),
            "exposed_cents": sum(cents for _until, cents in ending),
            "exposure": _exposure_bars(ending, today=day),
            "night": night,
            "left_out": left_out_of(night),
            "now": now,
        },
    )


def _exposure_bars(ending: list[tuple[date, int]], *, today: date) -> list[Bar]:
    """Return per day how much can still be charged back on it: it falls as the days end."""
    if not ending:
        return []
    ends = dict(ending)
    left = sum(ends.values())
    bars = []
    for after in range((ending[-1][0] - today).days + 1):
        day = today + timedelta(days=after)
        bars.append(Bar(label=day_words(day), value=left, words=euro(left)))
        left -= ends.get(day, 0)
    return bars


@require_safe
@for_employees()
def announced(request: HttpRequest, viewer: Viewer, day: date) -> HttpResponse:
    """Show who will be debited on a day, and how much."""
    found = queries.announced().filter(collection_date=day)
    return render(
        request,
        "desk/announced.html",
        {
            "viewer": viewer,
            "here": "batches",
            "day": day,
            "totals": next(
                (one for one in queries.announced_per_day() if one.collection_date == day), None
            ),
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("pagina")),
            "now": clock.now(),
        },
    )


@require_safe
@for_employees()
def returned(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the debits that came back, why, and what they ask of us."""
    now = clock.now()
    found = queries.returns_since(since=clock.local(now).date() - timedelta(days=RETURNS_DAYS))
    return render(
        request,
        "desk/returned.html",
        {
            "viewer": viewer,
            "here": "batches",
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("pagina")),
            "now": now,
        },
    )


@require_safe
@for_employees()
def batch(request: HttpRequest, viewer: Viewer, message_id: str) -> HttpResponse:
    """Show one batch and the life of each collection in it."""
    found = _batch(message_id)
    return render(
        request,
        "desk/batch.html",
        {
            "viewer": viewer,
            "here": "batches",
            "batch": found,
            "page": Paginator(queries.collections_in(found), PER_PAGE).get_page(
                request.GET.get("pagina")
            ),
            "names": customers.names_of([found.frozen_by]),
            "may_download": viewer.role in {"finance", "admin"},
        },
    )


@require_safe
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

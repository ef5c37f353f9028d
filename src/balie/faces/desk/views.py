"""The desk's first page, and how well promises are kept."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from balie.apps.banking import queries as banking
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.office import queries as office
from balie.apps.promises import queries as promises_kept
from balie.apps.tickets import queries as tickets
from balie.infra import clock, halt, outbox

FALLING_DUE = 12
CAME_BACK_DAYS = 7
CAME_BACK = 8
WEEKS = 12
MISSES = 50


@require_GET
@for_employees()
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what falls due, what money needs a person, and what the night did."""
    now = clock.now()
    day = clock.local(now).date()
    waiting = tickets.queue(viewer=viewer)
    return render(
        request,
        "desk/today.html",
        {
            "viewer": viewer,
            "falling_due": waiting[:FALLING_DUE],
            "waiting": waiting.count(),
            "came_back": directdebit.returns_since(since=day - timedelta(days=CAME_BACK_DAYS))[
                :CAME_BACK
            ],
            "to_place": banking.unclaimed_slices().count(),
            "to_place_cents": banking.suspense_total(),
            "held": banking.held_statements(),
            "disputes": directdebit.open_disputes(),
            "stale_since": banking.stale_since(today=day),
            "stuck": outbox.stuck(now=now).count(),
            "halted": halt.reason(),
            "night": office.round_of(day=day),
            "now": now,
            "today": day,
        },
    )


@require_GET
@for_employees()
def promises(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the kept rates, per week too, and each miss with its cause."""
    now = clock.now()
    return render(
        request,
        "desk/promises.html",
        {
            "viewer": viewer,
            "policy": promises_kept.policy_in_force(now=now),
            "rates": promises_kept.kept_rates(now=now),
            "weeks": promises_kept.kept_per_week(now=now, weeks=WEEKS),
            "misses": tickets.missed_questions()[:MISSES],
            "now": now,
        },
    )

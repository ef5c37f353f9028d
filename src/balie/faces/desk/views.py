"""The desk's first page."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balie.apps.banking import queries as banking
from balie.apps.credentials.queries import addresses
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit.models import RTransaction
from balie.apps.office import queries as office
from balie.apps.services import queries as services
from balie.apps.tickets import queries as tickets
from balie.apps.tickets.queries import inbound as mail_in
from balie.faces.desk.night import last_night
from balie.infra import clock, halt, outbox

FALLING_DUE = 12
CAME_BACK_DAYS = 7
CAME_BACK = 8
HELD = 5
ALARMS = 5
LAST_STEPS = 12


@require_safe
@for_employees()
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what falls due, what money needs a person, and what the night did."""
    now = clock.now()
    day = clock.local(now).date()
    waiting = tickets.queue(viewer=viewer)
    held = list(banking.held_statements()[: HELD + 1])
    return render(
        request,
        "desk/today.html",
        {
            "viewer": viewer,
            "here": "today",
            "falling_due": list(waiting[:FALLING_DUE]),
            "waiting": waiting.count(),
            "came_back": _still_open(since=day - timedelta(days=CAME_BACK_DAYS)),
            "to_place": banking.unclaimed_slices().count(),
            "to_place_cents": banking.suspense_total(),
            "held": [(one, banking.why_held(one)) for one in held[:HELD]],
            "more_held": len(held) > HELD,
            "disputes": directdebit.open_disputes(),
            "stale_since": banking.stale_since(now=now),
            "folder_alarms": office.folder_alarms(),
            "refused_files": banking.refused_files().count(),
            "mailboxes_failing": bool(mail_in.failing_folders(now=now)),
            "mail_quarantined": mail_in.quarantined().count(),
            "addresses_to_approve": addresses.waiting_for_approval(),
            "address_alarms": addresses.alarming_transfers().count(),
            "panels_halted": services.halted_panels().count(),
            "panel_failures": services.failed_changes().count(),
            "stuck": outbox.stuck(now=now).count(),
            "broken": list(tickets.standing_alarms()[:ALARMS]),
            "halted": halt.reason(),
            "outgoing_halted": halt.reason(what=halt.OUTGOING),
            "night": last_night(office.last_rounds(count=LAST_STEPS)),
            "now": now,
            "today": day,
        },
    )


def _still_open(*, since: date) -> list[RTransaction]:
    """Return the debits that came back lately and are not paid in another way since."""
    found = []
    for undone in directdebit.returns_since(since=since):
        if any(part.invoice.open_cents for part in undone.collection.parts.all()):
            found.append(undone)
        if len(found) == CAME_BACK:
            break
    return found

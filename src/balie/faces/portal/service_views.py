"""A customer's services: what he has, another plan, cancelling, withdrawing."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.office import service_life
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions, queries
from balie.apps.services.models import Service
from balie.domain.vat import line_amounts
from balie.faces.portal.pages import show
from balie.infra import clock

SHOWN = ("GET", "HEAD", "POST")


@require_safe
@for_contacts
def services(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what the customer has, and what stands still, ends or will change."""
    now = clock.now()
    found = list(queries.services_for(viewer=viewer))
    ids = [one.pk for one in found]
    today = clock.local(now).date()
    context = {
        "rows": _rows([one for one in found if queries.is_running(one, on=today)], ids),
        "ended": [one for one in found if not queries.is_running(one, on=today)],
    }
    return show(request, "services", context, viewer=viewer, now=now, here="services")


def _rows(running: list[Service], ids: list[int]) -> list[dict[str, object]]:
    standing = queries.standing_suspensions(ids)
    changes = queries.planned_changes(ids)
    return [
        {
            "service": one,
            "suspended": one.pk in standing,
            "change": next(iter(changes.get(one.pk, [])), None),
        }
        for one in running
    ]


@require_safe
@for_contacts
def service(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show one service with its term, its state, and what one may do with it."""
    now = clock.now()
    found = _service(viewer, pk)
    today = clock.local(now).date()
    ending = queries.ending_of(found)
    context = {
        "service": found,
        "term": queries.term_at(found, on=today),
        "ending": ending,
        "changes": queries.planned_changes([found.pk]).get(found.pk, []),
        "suspensions": queries.standing_suspensions([found.pk]).get(found.pk, []),
        "options": queries.options_running(found),
        "withdraw_until": _withdraw_until(found, now=now),
        "may_take_back": ending is not None and not ending.credit_cents and ending.ends_on > today,
        "may_change": viewer.sees_money and found.ended_on is None,
        "gross_cents": _gross(found.price_cents, now=now),
    }
    return show(request, "service", context, viewer=viewer, now=now, here="services")


@require_safe
@for_contacts
def plans(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """List the plans the service may change to, and what each comes to."""
    now = clock.now()
    found = _running(viewer, pk)
    context = {"service": found, "plans": service_life.plans_for(found, now=now)}
    return show(request, "plans", context, viewer=viewer, now=now, here="services")


@require_http_methods(SHOWN)
@for_contacts
def change_plan(request: HttpRequest, viewer: Viewer, pk: int, code: str) -> HttpResponse:
    """Show what another plan costs, to the day and cent; then change to it."""
    now = clock.now()
    found = _running(viewer, pk)
    plan = service_life.plan_for(found, code=code, now=now)
    if plan is None:
        raise Http404
    shown = f"{plan.from_on} {plan.price_cents} {plan.credit_cents} {plan.charge_cents}"
    if request.method == "POST":
        if request.POST.get("shown") == shown:
            service_life.change_plan(service=found, shown=plan, by=viewer.actor, now=now)
            messages.success(request, _("Your plan has been changed. We have mailed you this."))
            return redirect("portal:service", pk)
        messages.warning(request, _("The amounts have changed meanwhile. Look at them again."))
    context = {
        "service": found,
        "plan": plan,
        "shown": shown,
        "difference_gross_cents": _gross(plan.difference_cents, now=now),
    }
    return show(request, "change_plan", context, viewer=viewer, now=now, here="services")


@require_POST
@for_contacts
def keep_plan(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Leave the plan as it is after all."""
    now = clock.now()
    found = _running(viewer, pk)
    for change in queries.planned_changes([found.pk]).get(found.pk, []):
        if change.kind == "plan":
            actions.take_back_change(change=change, by=viewer.actor, now=now)
    messages.success(request, _("Your plan stays as it is."))
    return redirect("portal:service", pk)


@require_http_methods(SHOWN)
@for_contacts
def cancel(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show when the service ends and what comes back; then cancel it."""
    now = clock.now()
    found = _running(viewer, pk)
    way = service_life.way_out(found, now=now)
    shown = f"{way.ends_on} {way.credit_cents}"
    if request.method == "POST":
        if request.POST.get("shown") == shown:
            service_life.cancel(service=found, shown=way, by=viewer.actor, now=now)
            messages.success(request, _("Your cancellation is received. We have mailed you this."))
            return redirect("portal:service", pk)
        messages.warning(request, _("The amounts have changed meanwhile. Look at them again."))
    context = {
        "service": found,
        "way": way,
        "shown": shown,
        "credit_gross_cents": _gross(way.credit_cents, now=now),
        "options": queries.options_running(found),
    }
    return show(request, "cancel", context, viewer=viewer, now=now, here="services")


@require_POST
@for_contacts
def keep(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take back a cancellation: the service goes on."""
    now = clock.now()
    found = _service(viewer, pk)
    ending = queries.ending_of(found)
    if ending is None or not viewer.sees_money:
        raise Http404
    try:
        actions.take_back_ending(
            ending=ending, today=clock.local(now).date(), by=viewer.actor, now=now
        )
    except actions.UnableToEnd:
        messages.error(request, _("This cannot be taken back any more. Ask us, and we help you."))
    else:
        messages.success(request, _("Your service goes on."))
    return redirect("portal:service", pk)


@require_http_methods(SHOWN)
@for_contacts
def withdraw(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The second step of withdrawing: say which contract, and confirm (art. 6:230oa BW)."""
    now = clock.now()
    found = _running(viewer, pk)
    way = service_life.withdrawal(found, now=now)
    if way is None:
        raise Http404
    if request.method == "POST":
        ending = service_life.withdraw(service=found, by=viewer.actor, now=now)
        return redirect("portal:withdrawn", ending.service_id)
    context = {
        "service": found,
        "way": way,
        "until": service_life.withdrawal_until(found, now=now),
        "credit_gross_cents": _gross(way.credit_cents, now=now),
        "options": queries.options_running(found),
    }
    return show(request, "withdraw", context, viewer=viewer, now=now, here="services")


@require_safe
@for_contacts
def withdrawn(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show the receipt of a withdrawal: what, when, and what comes back."""
    found = _service(viewer, pk)
    ending = queries.ending_of(found)
    if ending is None or ending.kind != "withdrawn" or not viewer.sees_money:
        raise Http404
    now = clock.now()
    context = {
        "service": found,
        "ending": ending,
        "credit_gross_cents": _gross(ending.credit_cents, now=now),
    }
    return show(request, "withdrawn", context, viewer=viewer, now=now, here="services")


def _service(viewer: Viewer, pk: int) -> Service:
    try:
        return queries.service_for(viewer=viewer, pk=pk)
    except Service.DoesNotExist as error:
        raise Http404 from error


def _running(viewer: Viewer, pk: int) -> Service:
    """Return a service that may be changed; for a technical contact there is none."""
    found = _service(viewer, pk)
    if not viewer.sees_money or found.ended_on is not None:
        raise Http404
    return found


def _withdraw_until(found: Service, *, now: datetime) -> object:
    may = service_life.withdrawal(found, now=now)
    return service_life.withdrawal_until(found, now=now) if may else None


def _gross(cents: int, *, now: datetime) -> int:
    rate = policy_in_force(now=now).billing.vat_rate
    return line_amounts(unit_price_cents=cents, vat_rate=rate).gross_cents

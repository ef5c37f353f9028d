"""Be somebody, and move time."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import sign_in
from balie.infra import clock
from balie.simulator import guests as people
from balie.simulator import life, world
from balie.simulator.timebar import moving

DAY = timedelta(days=1)


@require_safe
def guests(request: HttpRequest) -> HttpResponse:
    """Show the six people a visitor can be."""
    return render(request, "simulator/guests.html", {"guests": people.guests()})


@require_safe
def panel(request: HttpRequest, user_name: str) -> HttpResponse:
    """Stand where the customer's control panel would be."""
    return render(request, "simulator/panel.html", {"user_name": user_name})


@require_POST
def become(request: HttpRequest, kind: str, person: int) -> HttpResponse:
    """Sign in as one of the six, by name; for anybody else the page is not there."""
    user = people.user_of(kind, person)
    if user is None:
        raise Http404
    sign_in(request, user, signed_in_by="demo", now=clock.now())
    return redirect("/balie/" if kind == "employee" else "/klant/")


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move time by a day or to just after the next event; what is due on the way is done."""
    with moving:
        lived = world.load(Path(settings.BALIE_HOME))
        now = clock.now()
        until = now + DAY
        if request.POST.get("to") == "event":
            event = life.next_moment(lived)
            until = min(max(event or until, now), until)
        life.live_until(lived, until)
        clock.set_offset(until - clock.machine())
    back = request.POST.get("back", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "/")

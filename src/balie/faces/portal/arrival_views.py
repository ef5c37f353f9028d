"""In from the control panel, where the company lets customers: to ask, and for nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from balie.apps.customers import access
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions
from balie.infra import clock

FIELDS = ("gebruiker", "op", "teken")
LONGEST = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: HttpRequest, code: str) -> HttpResponse:
    """Let in who comes with a link that his panel signed. Looking at the page does not use it."""
    now = clock.now()
    policy = policy_in_force(now=now)
    if not policy.panels.arrivals:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    fields = {name: given.get(name, "")[:LONGEST] for name in FIELDS}
    if request.method != "POST":
        return _page(request, {"fields": fields})
    if not (fields["op"].isascii() and fields["op"].isdecimal()):
        return _page(request, {"is_refused": True})
    try:
        user, customer = actions.arrive(
            code=code,
            user_name=fields["gebruiker"],
            at=int(fields["op"]),
            signature=fields["teken"],
            policy=policy,
            now=now,
        )
    except actions.UnableToArrive:
        return _page(request, {"is_refused": True})
    where = access.enter(request, user, signed_in_by=access.FROM_PANEL, now=now)
    if request.user.is_authenticated:
        request.session[access.CUSTOMER] = customer.pk
    return redirect(where)


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    response = render(
        request, "portal/arrival.html", context, status=422 if "is_refused" in context else 200
    )
    # The address holds what lets in, until it is used.
    response["Referrer-Policy"] = "strict-origin"
    return response

"""Into the control panel without its password: one link, for one use, that is kept nowhere."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.services import actions, queries
from balie.faces.portal.pages import show
from balie.infra import clock


@require_POST
@for_contacts
@sensitive_variables("link")
def open_panel(request: HttpRequest, viewer: Viewer, service: int) -> HttpResponse:
    """Let the panel open a session, and show the way to it.

    A page and not a redirect: a form of ours may lead nowhere else (our security policy).
    """
    account = queries.openable_accounts_for(viewer=viewer).get(service)
    if account is None:
        raise Http404
    now = clock.now()
    try:
        link = actions.open_session(account=account, viewer=viewer, now=now)
    except actions.UnableToOpenSession:
        words = _("The Control Panel does not answer now. Try again in a minute, or ask us.")
        messages.error(request, words)
        return redirect("portal:home")
    context = {"link": link.url, "account": account}
    response = show(request, "panel", context, viewer=viewer, now=now, here="home")
    response["Referrer-Policy"] = "no-referrer"
    return response

"""Ask to be called back, signed in: we know who asks and have his number at hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions
from balie.apps.tickets.call_back_form import CallBackForm
from balie.apps.tickets.models import Ticket
from balie.domain.promises import promise_for
from balie.faces.portal.pages import show
from balie.infra import clock
from balie.infra.incoming import raw_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def call_back(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask to be called; it becomes a question with its promise."""
    now = clock.now()
    contact = customers.contact_of(viewer)
    known = {"name": contact.name, "number": contact.phone}
    form = CallBackForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        back = actions.request_call_back(
            name=contact.name,
            number=form.cleaned_data["number"],
            suits=form.cleaned_data["suits"],
            body=form.cleaned_data["body"],
            email=contact.user.email,
            contact=contact,
            customer=customers.customer_for(viewer=viewer),
            channel=Ticket.Channel.PORTAL,
            raw=raw_of(request),
            asked_at=now,
            language=(get_language() or "nl")[:2],
            by=viewer.actor,
            now=now,
        )
        messages.success(request, _("We will call you."))
        return redirect("portal:question", number=back.ticket.number)
    promise = promise_for(asked_at=now, policy=policy_in_force(now=now))
    context = {"form": form, "promise": promise}
    return show(request, "call_back", context, viewer=viewer, now=now, here="questions")

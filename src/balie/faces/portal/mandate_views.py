"""Give a mandate digitally, see what was given, take it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.mandates import actions, queries
from balie.apps.mandates.models import Mandate
from balie.apps.promises.queries import policy_in_force
from balie.faces.portal.forms import MandateForm
from balie.infra import clock


@require_http_methods(["GET", "POST"])
@for_contacts
def mandate(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the mandate with its evidence, or the form to give one (or another)."""
    if not viewer.sees_money:
        raise Http404
    now = clock.now()
    customer = customers.customer_for(viewer=viewer)
    policy = policy_in_force(now=now)
    text = queries.mandate_text(policy=policy, language=(get_language() or "nl")[:2])
    form = MandateForm(request.POST or None, initial={"debtor_name": viewer.name})
    if request.method == "POST" and form.is_valid():
        actions.give_mandate(
            customer=customer,
            debtor_name=form.cleaned_data["debtor_name"],
            iban=form.cleaned_data["iban"],
            text=text,
            email=customers.contact_of(viewer).user.email,
            ip_address=request.META["REMOTE_ADDR"],
            user_agent=request.headers.get("User-Agent", ""),
            by=viewer.actor,
            now=now,
        )
        messages.success(request, _("Thank you. Your mandate has been recorded."))
        return redirect("portal:mandate")
    return render(
        request,
        "portal/mandate.html",
        {
            "viewer": viewer,
            "here": "mandate",
            "mandate": queries.active_mandate(customer),
            "form": form,
            "text": text,
            "policy": policy,
            "now": now,
        },
    )


@require_POST
@for_contacts
def revoke(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take the mandate back; what is open is then to be transferred."""
    customer = customers.customer_for(viewer=viewer)
    found = queries.active_mandate(customer)
    if not viewer.sees_money or found is None:
        raise Http404
    actions.change_status(
        mandate=found,
        to_status=Mandate.Status.REVOKED,
        reason="revoked by the customer in the portal",
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("Your mandate has been withdrawn."))
    return redirect("portal:mandate")

"""The name and address on a customer's invoices."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balie.apps.customers import queries
from balie.apps.customers.access import for_contacts
from balie.apps.customers.details import change_details
from balie.apps.customers.viewer import Viewer
from balie.faces.portal.pages import show
from balie.infra import clock
from balie.infra.incoming import PostalAddressForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def billing_address(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show and change what stands on later invoices; those that were issued stay as they are."""
    if not viewer.sees_money:
        raise Http404
    now = clock.now()
    customer = queries.customer_for(viewer=viewer)
    form = PostalAddressForm(
        request.POST or None,
        initial={name: getattr(customer, name) for name in PostalAddressForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        change_details(customer=customer, values=form.cleaned_data, by=viewer.actor, now=now)
        messages.success(request, _("Your address has been changed. It stands on later invoices."))
        return redirect("portal:invoices")
    return show(request, "billing_address", {"form": form}, viewer=viewer, now=now, here="invoices")

"""Orders at the desk: what waits for somebody's yes, and what became of the others."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.office import ordering
from balie.apps.services import queries
from balie.apps.services.actions import UnableToAccept
from balie.apps.services.models import Order
from balie.faces.desk.catalogue_forms import RefuseForm
from balie.infra import clock

PER_PAGE = 40


@require_safe
@for_employees()
def orders(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the orders that wait, oldest first, and those that were decided."""
    decided = queries.orders().exclude(accepted_at__isnull=True, refused_at__isnull=True)
    page = Paginator(decided.filter(lines__isnull=False).distinct(), PER_PAGE).get_page(
        request.GET.get("pagina")
    )
    context = {
        "viewer": viewer,
        "here": "orders",
        "waiting": queries.waiting_orders(),
        "page": page,
        "form": RefuseForm(),
    }
    return render(request, "desk/orders.html", context)


@require_POST
@for_employees()
def accept(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Accept an order: its services start and the mail goes out at once."""
    order = _order(pk)
    try:
        ordering.accept_order(order=order, by=viewer.actor, now=clock.now())
    except UnableToAccept as error:
        words = _("The order was not accepted: %(why)s")
        messages.error(request, words % {"why": error})
        return redirect("desk:orders")
    messages.success(request, _("Accepted. The mail with user names and link is on its way."))
    return redirect("desk:customer", order.customer.number)


@require_POST
@for_employees()
def refuse(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Refuse an order and tell why."""
    order, form = _order(pk), RefuseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why; the customer reads it."))
        return redirect("desk:orders")
    try:
        ordering.refuse_order(
            order=order, reason=form.cleaned_data["reason"], by=viewer.actor, now=clock.now()
        )
    except UnableToAccept as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Refused; the customer is told why."))
    return redirect("desk:orders")


def _order(pk: int) -> Order:
    found = queries.orders().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

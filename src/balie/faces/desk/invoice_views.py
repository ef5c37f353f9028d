"""Invoices at the desk: where the money of each is, and what holds it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.billing import actions, queries
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.apps.promises.queries import policy_in_force
from balie.infra import clock

PER_PAGE = 40
FAILED = frozenset({InvoiceHold.Kind.TRANSFER_ASKED, InvoiceHold.Kind.OUR_FAULT})


@require_safe
@for_employees()
def invoices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the invoices with where the money of each is; by itself only what is open."""
    now = clock.now()
    only_open = request.GET.get("staat") != "alle"
    found = queries.invoices_for(viewer=viewer)
    if only_open:
        found = found.filter(open_cents__gt=0)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    states = track.states_of(page.object_list, now=now)
    return render(
        request,
        "desk/invoices.html",
        {
            "viewer": viewer,
            "here": "invoices",
            "only_open": only_open,
            "page": page,
            "rows": [(invoice, states[invoice.pk]) for invoice in page.object_list],
        },
    )


@require_safe
@for_employees()
def invoice(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one invoice with its track, and what holds it."""
    now = clock.now()
    found = _invoice(viewer, number)
    holds = list(found.holds.order_by("pk"))
    allocations = list(found.allocations.order_by("booked_on", "pk"))
    standing = {hold.pk for hold in holds if queries.is_standing(hold, now=now)}
    kinds = {hold.kind for hold in holds if hold.pk in standing}
    return render(
        request,
        "desk/invoice.html",
        {
            "viewer": viewer,
            "here": "invoices",
            "invoice": found,
            "lines": found.lines.order_by("position"),
            "track": track.track_of(found, now=now),
            "collections": directdebit.collections_of(found),
            "holds": holds,
            "standing": standing,
            "may_release": not FAILED.isdisjoint(kinds) and found.open_cents > 0,
            "allocations": allocations,
            "names": customers.names_of(
                [hold.placed_by for hold in holds]
                + [hold.lifted_by for hold in holds]
                + [allocation.allocated_by for allocation in allocations]
            ),
            "policy": policy_in_force(now=now),
            "now": now,
        },
    )


@require_safe
@for_employees()
def invoice_pdf(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give the PDF of an invoice, made when it is first asked for."""
    found = _invoice(viewer, number)
    document = actions.document_of(invoice=found, now=clock.now())
    response = HttpResponse(bytes(document.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@for_employees("finance", "admin")
def release(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Let an invoice be debited again: lift the hold that its failed debit placed."""
    found, now = _invoice(viewer, number), clock.now()
    lifted = [
        actions.lift_invoice_hold(invoice=found, kind=kind, by=viewer.actor, now=now)
        for kind in sorted(FAILED)
    ]
    if any(lifted):
        messages.success(
            request, _("Released. The next round announces it, when the mandate allows it.")
        )
    return redirect("desk:invoice", number=number)


def _invoice(viewer: Viewer, number: str) -> Invoice:
    try:
        return queries.invoice_for(viewer=viewer, number=number)
    except Invoice.DoesNotExist as error:
        raise Http404 from error

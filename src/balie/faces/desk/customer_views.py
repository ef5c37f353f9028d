"""Customers and their invoices, as the desk sees them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices_of
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers import queries
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.apps.mandates import queries as mandates
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import queries as services
from balie.apps.tickets import queries as tickets
from balie.infra import clock

PER_PAGE = 40
LAST = 12


@require_GET
@for_employees()
def customers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Find a customer by number, name, address or domain."""
    wanted = request.GET.get("q", "").strip()
    found = services.find_customers(wanted) if wanted else queries.customers_for(viewer=viewer)
    page = Paginator(found.order_by("number"), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request, "desk/customers.html", {"viewer": viewer, "page": page, "wanted": wanted}
    )


@require_GET
@for_employees()
def customer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show who the customer is, what he has, what he owes and what he asked."""
    now = clock.now()
    try:
        found = queries.customer_for(viewer=viewer, number=number)
    except Customer.DoesNotExist as error:
        raise Http404 from error
    issued = list(invoices_of.invoices_for(viewer=viewer).filter(customer=found)[:LAST])
    states = track.states_of(issued, now=now)
    return render(
        request,
        "desk/customer.html",
        {
            "viewer": viewer,
            "customer": found,
            "roles": found.roles.select_related("contact__user"),
            "services": services.services_of(found),
            "domains": services.domains_of(found),
            "mandate": mandates.active_mandate(found),
            "open_cents": invoices_of.open_total(found),
            "credit_cents": invoices_of.credit_of(found),
            "invoices": [(invoice, states[invoice.pk]) for invoice in issued],
            "tickets": tickets.with_due(tickets.tickets_for(viewer=viewer))
            .filter(customer=found)
            .order_by("-opened_at")[:LAST],
            "now": now,
        },
    )


@require_GET
@for_employees()
def invoice(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one invoice with its track, and what holds it."""
    now = clock.now()
    found = _invoice(viewer, number)
    return render(
        request,
        "desk/invoice.html",
        {
            "viewer": viewer,
            "invoice": found,
            "lines": found.lines.order_by("position"),
            "track": track.track_of(found, now=now),
            "collections": directdebit.collections_of(found),
            "holds": found.holds.order_by("pk"),
            "allocations": found.allocations.order_by("booked_on", "pk"),
            "policy": policy_in_force(now=now),
            "now": now,
        },
    )


@require_GET
@for_employees()
def invoice_pdf(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give the PDF of an invoice."""
    found = _invoice(viewer, number)
    document = billing.document_of(invoice=found, now=clock.now())
    response = HttpResponse(bytes(document.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@for_employees("finance", "admin")
def release(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Let an invoice be debited again: lift the hold that its failed debit placed."""
    billing.lift_invoice_hold(
        invoice=_invoice(viewer, number),
        kind=InvoiceHold.Kind.TRANSFER_ASKED,
        by=viewer.actor,
        now=clock.now(),
    )
    return redirect("desk:invoice", number=number)


def _invoice(viewer: Viewer, number: str) -> Invoice:
    try:
        return invoices_of.invoice_for(viewer=viewer, number=number)
    except Invoice.DoesNotExist as error:
        raise Http404 from error

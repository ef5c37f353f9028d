"""The portal's home and its invoices."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices_of
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.access import CUSTOMER, for_contacts
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.apps.mandates import queries as mandates
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import queries as services
from balie.apps.tickets import queries as tickets
from balie.formats.epcqr import epc_qr_svg
from balie.infra import clock

PER_PAGE = 25
MOST_ATTENTION = 3


@require_GET
@for_contacts
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what needs the customer, his services, his last question and his next debit."""
    now = clock.now()
    customer = customers.customer_for(viewer=viewer)
    unpaid = list(invoices_of.invoices_for(viewer=viewer).filter(open_cents__gt=0))
    states = track.states_of(unpaid, now=now)
    to_pay = [invoice for invoice in unpaid if states[invoice.pk] == "transfer_asked"]
    asked = tickets.with_questions(tickets.tickets_for(viewer=viewer)).order_by("-opened_at")
    return render(
        request,
        "portal/home.html",
        {
            "viewer": viewer,
            "here": "home",
            "customer": customer,
            "customers": customers.customers_of_contact(viewer.person_id),
            "to_pay": to_pay[:MOST_ATTENTION],
            "services": services.services_for(viewer=viewer),
            "last_ticket": asked.first(),
            "next_debit": directdebit.next_debit(customer) if viewer.sees_money else None,
            "mandate": mandates.active_mandate(customer) if viewer.sees_money else None,
            "policy": policy_in_force(now=now),
            "now": now,
        },
    )


@require_POST
@for_contacts
def choose_customer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Look at another customer this contact belongs to; a stranger's is not there."""
    chosen = customers.customers_of_contact(viewer.person_id).filter(number=number).first()
    if chosen is None:
        raise Http404
    request.session[CUSTOMER] = chosen.pk
    return redirect("portal:home")


@require_GET
@for_contacts
def invoices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the invoices with where the money of each is."""
    now = clock.now()
    page = Paginator(invoices_of.invoices_for(viewer=viewer), PER_PAGE).get_page(
        request.GET.get("pagina")
    )
    states = track.states_of(page.object_list, now=now)
    return render(
        request,
        "portal/invoices.html",
        {
            "viewer": viewer,
            "here": "invoices",
            "policy": policy_in_force(now=now),
            "page": page,
            "rows": [(invoice, states[invoice.pk]) for invoice in page.object_list],
            "now": now,
        },
    )


@require_GET
@for_contacts
def invoice(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one invoice with its money track and, when it is to be transferred, how."""
    now = clock.now()
    found = _invoice(viewer, number)
    money = track.track_of(found, now=now)
    return render(
        request,
        "portal/invoice.html",
        {
            "viewer": viewer,
            "here": "invoices",
            "invoice": found,
            "lines": found.lines.order_by("position"),
            "track": money,
            "qr_svg": _qr(money.instructions),
            "amount_to_copy": _amount_to_copy(found.open_cents),
            "policy": policy_in_force(now=now),
            "now": now,
        },
    )


@require_GET
@for_contacts
def invoice_pdf(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give the PDF of an invoice, made when it is first asked for."""
    found = _invoice(viewer, number)
    document = billing.document_of(invoice=found, now=clock.now())
    response = HttpResponse(bytes(document.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _qr(instructions: track.PaymentInstructions | None) -> str:
    """Return the picture with which a bank's app fills in the transfer."""
    if instructions is None:
        return ""
    svg = epc_qr_svg(
        name=instructions.name,
        iban=instructions.iban,
        amount_cents=instructions.amount_cents,
        text=instructions.quote,
    )
    return mark_safe(svg)  # noqa: S308 - drawn by us from checked values, no text in it


def _amount_to_copy(cents: int) -> str:
    """Return the amount the way a bank's form takes it: 12,10."""
    return f"{cents // 100},{cents % 100:02d}"


def _invoice(viewer: Viewer, number: str) -> Invoice:
    try:
        return invoices_of.invoice_for(viewer=viewer, number=number)
    except (Invoice.DoesNotExist, Customer.DoesNotExist) as error:
        raise Http404 from error

"""A customer's invoices: the list, one with its money track and how to pay it, and its PDF."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from balie.apps.billing import actions as billing
from balie.apps.billing import queries
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.faces.portal.pages import show
from balie.formats.epcqr import epc_qr_svg
from balie.infra import clock

PER_PAGE = 25


@require_safe
@for_contacts
def invoices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the invoices with where the money of each is; not there for who sees no money."""
    if not viewer.sees_money:
        raise Http404
    now = clock.now()
    customer = customers.customer_for(viewer=viewer)
    found = queries.invoices_for(viewer=viewer)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    shown = list(page.object_list)
    states = track.states_of(shown, now=now)
    context = {
        "page": page,
        "rows": [(one, states[one.pk]) for one in shown],
        "open_cents": queries.open_total(customer),
        "credit_cents": queries.credit_of(customer),
    }
    return show(request, "invoices", context, viewer=viewer, now=now, here="invoices")


@require_safe
@for_contacts
def invoice(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one invoice with its money track and, when it is to be transferred, how."""
    now = clock.now()
    found = _invoice(viewer, number)
    money = track.track_of(found, now=now)
    context = {
        "invoice": found,
        "lines": found.lines.order_by("position"),
        "track": money,
        "collection": money.collection,
        "dispute": directdebit.open_dispute_of(money.collection) if money.collection else None,
        "qr_svg": _qr(money.instructions),
        "amount_to_copy": _amount_to_copy(found.open_cents),
    }
    return show(request, "invoice", context, viewer=viewer, now=now, here="invoices")


@require_safe
@for_contacts
def invoice_pdf(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give the PDF of an invoice, made when it is first asked for."""
    found = _invoice(viewer, number)
    document = billing.document_of(invoice=found, now=clock.now())
    response = HttpResponse(bytes(document.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


def _invoice(viewer: Viewer, number: str) -> Invoice:
    try:
        return queries.invoice_for(viewer=viewer, number=number)
    except Invoice.DoesNotExist as error:
        raise Http404 from error


def _qr(instructions: track.PaymentInstructions | None) -> SafeString | None:
    """Return the picture with which a bank's app fills in the transfer."""
    if instructions is None:
        return None
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

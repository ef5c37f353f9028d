"""A customer's invoices: the list, one with its money track and how to pay it, and its PDF."""

from django.core.paginator import Paginator
from django.db.models import Q
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
from balie.apps.office import invoice_archive
from balie.domain.money import UnableToReadAmount, parse_euro
from balie.faces.portal.pages import show
from balie.formats.epcqr import epc_qr_svg
from balie.infra import clock

PER_PAGE = 25
LONGEST_SEARCH = 100


@require_safe
@for_contacts
def invoices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the invoices with where the money of each is; not there for who sees no money."""
    if not viewer.sees_money:
        raise Http404
    now = clock.now()
    customer = customers.customer_for(viewer=viewer)
    wanted = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = queries.invoices_for(viewer=viewer)
    if wanted:
        found = found.filter(_holds(wanted)).distinct()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    shown = list(page.object_list)
    states = track.states_of(shown, now=now)
    context = {
        "page": page,
        "rows": [(one, states[one.pk]) for one in shown],
        "open_cents": queries.open_total(customer),
        "credit_cents": queries.credit_of(customer),
        "wanted": wanted,
        "years": invoice_archive.invoice_years(viewer=viewer),
    }
    return show(request, "invoices", context, viewer=viewer, now=now, here="invoices")


@require_safe
@for_contacts
def invoices_of_year(request: HttpRequest, viewer: Viewer, year: int) -> HttpResponse:
    """Give the invoices of a year in one ZIP; without any it is not there."""
    content = invoice_archive.archive_of(viewer=viewer, year=year, now=clock.now())
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="facturen-{year}.zip"'
    return response


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


def _holds(wanted: str) -> Q:
    """Return what fits: a number, a product or domain on a line, or an amount as it is read."""
    fits = (
        Q(number__icontains=wanted)
        | Q(lines__description__icontains=wanted)
        | Q(lines__domain_name__icontains=wanted)
    )
    try:
        return fits | Q(total_cents=parse_euro(wanted))
    except UnableToReadAmount:
        return fits


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

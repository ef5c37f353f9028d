"""One search box: a number opens at once; else who is called that, and what was written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.services import queries as services
from balie.apps.tickets import queries
from balie.faces.desk.finding import find_exactly

LONGEST_SEARCH = 200
CUSTOMERS = 8
NUMBERED = 5
PER_PAGE = 20


@require_safe
@for_employees()
def search(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Find by number, name, domain, address, end of an account number, or words; forgives typos."""
    wanted = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    target = find_exactly(viewer, wanted.upper()) if wanted else None
    if target is not None:
        return redirect(*target)
    mark = request.GET.get("voor", "")
    before = int(mark) if mark.isascii() and mark.isdecimal() and len(mark) < 19 else None
    context: dict[str, object] = {"viewer": viewer, "here": "search", "wanted": wanted}
    if wanted:
        hits = queries.search_messages(viewer=viewer, wanted=wanted, before=before, size=PER_PAGE)
        context["hits"] = hits
        if before is None:
            # What fills a page and more is a word that people use, and no name with a slip in it.
            context |= _by_name(viewer, wanted, may_be_a_slip=hits.before is None)
    return render(request, "desk/search.html", context)


def _by_name(viewer: Viewer, wanted: str, *, may_be_a_slip: bool) -> dict[str, object]:
    """Return who and what is called (nearly) as was typed."""
    customers: list[Customer] = list(services.find_customers(wanted).order_by("number")[:CUSTOMERS])
    customers += queries.customers_by_iban(viewer=viewer, wanted=wanted)[:CUSTOMERS]
    nearly: list[Customer] = []
    if may_be_a_slip and not customers:
        nearly = queries.customers_like(viewer=viewer, wanted=wanted)[:CUSTOMERS]
    shown = [customer.pk for customer in customers + nearly]
    domains = services.domains_by_customer(customer_ids=shown)
    return {
        "customers": [(one, domains.get(one.pk, ())) for one in dict.fromkeys(customers)],
        "nearly": [(one, domains.get(one.pk, ())) for one in nearly],
        "tickets": queries.tickets_numbered(viewer=viewer, wanted=wanted, most=NUMBERED),
        "invoices": _invoices(viewer, wanted),
    }


def _invoices(viewer: Viewer, wanted: str) -> list[Invoice]:
    """Return the last invoices whose number ends in what was typed."""
    figures = wanted.rpartition("-")[2]
    if not (figures.isascii() and figures.isdecimal() and len(figures) <= 12):
        return []
    found = billing.invoices_for(viewer=viewer).filter(number__endswith=f"-{int(figures):05d}")
    return list(found[:NUMBERED])

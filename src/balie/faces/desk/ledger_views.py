"""The books at the desk: continuity at a glance, each report as a page and as a file."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.office.books import continuity
from balie.apps.office.books.auditing import audit_file
from balie.apps.office.books.periods import (
    NoSuchPeriod,
    Period,
    parse_period,
    quarter_of,
    quarter_with,
    year_of,
)
from balie.apps.office.books.reports import REPORTS
from balie.apps.promises.queries import policy_in_force
from balie.formats.sheets import Cell, Column, Sheet, to_csv, to_xlsx
from balie.infra import clock

SHOWN = 200
YEARS = 3
OF_NOW = "openstaand"  # what is open has no other day than today
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The word in the address, the report, its name and what it is for.
PAGES = {
    "proefbalans": (
        "trial-balance",
        gettext_lazy("Trial balance"),
        gettext_lazy("Every account with its RGS code: before, debit, credit, after."),
    ),
    "openstaand": (
        "open-items",
        gettext_lazy("Open items"),
        gettext_lazy("What customers owe now, beside what the ledger says."),
    ),
    "vooruit-gefactureerd": (
        "deferred-revenue",
        gettext_lazy("Deferred revenue"),
        gettext_lazy("What is invoiced by the end of the period and earned after it, by month."),
    ),
    "btw": (
        "vat-return",
        gettext_lazy("VAT return"),
        gettext_lazy("The boxes of the return, beside what is posted on VAT payable."),
    ),
    "icp": (
        "icp",
        gettext_lazy("ICP report"),
        gettext_lazy("Services to businesses in the EU, per VAT number."),
    ),
    "journaal": (
        "journal",
        gettext_lazy("Journal"),
        gettext_lazy("Every posting of the period, in the order in which it was booked."),
    ),
}


@require_safe
@for_employees("finance", "admin")
def books(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the continuity report, and where the other reports stand."""
    now = clock.now()
    today = clock.local(now).date()
    sheet = continuity.continuity(now=now)
    return render(
        request,
        "desk/books.html",
        {
            "viewer": viewer,
            "here": "books",
            "period": _period(request, today=today),
            "periods": _periods(today),
            "pages": [(slug, title, purpose) for slug, (_name, title, purpose) in PAGES.items()],
            "sheet": sheet,
            "rows": _cells(sheet),
            "holds": continuity.holds(sheet),
            "years": [today.year - back for back in range(YEARS)],
        },
    )


@require_safe
@for_employees("finance", "admin")
def report(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """Show one report; a long one in part, the file holds all of it."""
    period = _period(request, today=clock.local(clock.now()).date())
    sheet = _sheet(name, period=period)
    return render(
        request,
        "desk/book.html",
        {
            "viewer": viewer,
            "here": "books",
            "name": name,
            "purpose": PAGES[name][2],
            "is_of_now": name == OF_NOW,
            "period": period,
            "periods": _periods(clock.local(clock.now()).date()),
            "sheet": sheet,
            "rows": _cells(sheet)[:SHOWN],
            "more": max(0, len(sheet.rows) - SHOWN),
        },
    )


@require_safe
@for_employees("finance", "admin")
def download(request: HttpRequest, viewer: Viewer, name: str, ending: str) -> HttpResponse:
    """Give a report as a file: CSV, or a workbook."""
    now = clock.now()
    period = _period(request, today=clock.local(now).date())
    if name == "continuiteit":
        sheet = continuity.continuity(now=now)
    else:
        sheet = _sheet(name, period=period)
    if ending not in {"csv", "xlsx"}:
        raise Http404
    content, kind = (
        (to_csv(sheet), "text/csv; charset=utf-8") if ending == "csv" else (to_xlsx(sheet), XLSX)
    )
    return _file(content, kind=kind, name=f"{name}-{period.name}.{ending}")


@require_safe
@for_employees("finance", "admin")
def audit(request: HttpRequest, viewer: Viewer, year: int) -> HttpResponse:
    """Give the books of a year as an audit file, XAF 3.2."""
    now = clock.now()
    if not 2000 <= year <= clock.local(now).year:
        raise Http404
    content = audit_file(year=year, policy=policy_in_force(now=now), now=now)
    return _file(content, kind="application/xml", name=f"balie-{year}-xaf-3.2.xaf")


def _file(content: bytes, *, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet(name: str, *, period: Period) -> Sheet:
    if name not in PAGES:
        raise Http404
    return REPORTS[PAGES[name][0]](period)


def _period(request: HttpRequest, *, today: date) -> Period:
    """Return the period that is asked for; without one, the quarter of today."""
    asked = request.GET.get("periode")
    try:
        return parse_period(asked) if asked else quarter_with(today)
    except NoSuchPeriod as error:
        raise Http404 from error


def _periods(today: date) -> list[tuple[str, str]]:
    """Return the periods to choose from with their names: quarters and years, the last first."""
    found: list[tuple[str, str]] = []
    for year in range(today.year, today.year - YEARS, -1):
        last = quarter_with(today).name[-1] if year == today.year else "4"
        for quarter in range(int(last), 0, -1):
            name = _("Quarter %(quarter)d of %(year)d") % {"quarter": quarter, "year": year}
            found.append((quarter_of(year, quarter).name, name))
        found.append((year_of(year).name, _("The year %(year)d") % {"year": year}))
    return found


def _cells(sheet: Sheet) -> list[Sequence[tuple[Cell, Column]]]:
    """Return the rows with the column of each cell beside it."""
    return [list(zip(row, sheet.columns, strict=True)) for row in sheet.rows]

"""Control panels: which there are, what they were asked and would not, and where they differ."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.services import actions, queries
from balie.apps.services.models import (
    ChangeVerb,
    Panel,
    PanelAccount,
    PanelChange,
    PanelComparison,
)
from balie.apps.services.panels import port
from balie.faces.desk.finding import find_customer
from balie.faces.desk.panel_forms import PanelForm
from balie.faces.desk.panel_words import side_words
from balie.infra import clock, jobs

ADMIN, FINANCE = "admin", "finance"
MOST = 100


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """A panel with its last comparison."""

    panel: Panel
    held: int
    comparison: PanelComparison | None


@require_safe
@for_employees()
def panels(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the register, what failed, what waits, and where a panel and Balie differ."""
    return _page(request, viewer, PanelForm())


@require_POST
@for_employees(ADMIN)
def add_panel(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a panel to the register; its key is a file, never typed here."""
    form = PanelForm(request.POST)
    if form.is_valid():
        try:
            panel = actions.add_panel(**form.cleaned_data, by=viewer.actor, now=clock.now())
        except actions.UnableToAddPanel as error:
            form.add_error(error.field, str(form.words_of(error.field)))
        else:
            words = _("%(name)s is added. Put its key in %(code)s.key, and test the connection.")
            messages.success(request, words % {"name": panel.name, "code": panel.code})
            return redirect("desk:panels")
    return _page(request, viewer, form, status=422)


@require_POST
@for_employees(ADMIN)
def try_panel(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Ask a panel something cheap; one that was halted goes on when it lets us in."""
    panel = Panel.objects.filter(code=code).first()
    if panel is None:
        raise Http404
    found = actions.try_panel(panel=panel, by=viewer.actor, now=clock.now())
    if isinstance(found, port.Done):
        messages.success(request, _("%(name)s lets us in.") % {"name": panel.name})
    elif isinstance(found, port.AuthFailed):
        words = _("%(name)s refuses our login. Nothing more is asked of it until it lets us in.")
        messages.error(request, words % {"name": panel.name})
    else:
        words = _("%(name)s did not answer as it should: %(reason)s")
        messages.error(request, words % {"name": panel.name, "reason": found.reason})
    return redirect("desk:panels")


@require_POST
@for_employees(ADMIN)
def compare_panels(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Let the nightly comparison run now, in the background."""
    jobs.enqueue("compare-panels", dedupe="compare-panels")
    messages.success(request, _("The panels are compared; look again in a minute."))
    return redirect("desk:panels")


@require_POST
@for_employees()
def dismiss_change(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take away the alarm of a change that failed: somebody has dealt with it."""
    change = queries.failed_changes().filter(pk=pk).first()
    if change is None:
        raise Http404
    actions.dismiss_failure(change=change, by=viewer.actor, now=clock.now())
    return redirect("desk:panels")


@require_POST
@for_employees(FINANCE, ADMIN)
def suspend(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Let the panel close an account."""
    return _ask(request, viewer, number=number, pk=pk, verb=ChangeVerb.SUSPEND)


@require_POST
@for_employees(FINANCE, ADMIN)
def unsuspend(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Let the panel open an account again."""
    return _ask(request, viewer, number=number, pk=pk, verb=ChangeVerb.UNSUSPEND)


def _ask(
    request: HttpRequest, viewer: Viewer, *, number: str, pk: int, verb: ChangeVerb
) -> HttpResponse:
    customer = find_customer(viewer, number)
    try:
        account = queries.panel_accounts_of_customer(customer).get(pk=pk)
    except PanelAccount.DoesNotExist as error:
        raise Http404 from error
    try:
        actions.ask_change(
            account=account, verb=verb, reason="by hand", by=viewer.actor, now=clock.now()
        )
    except actions.UnableToChangeAccount:
        messages.error(request, _("The account is not there, or not there yet."))
    else:
        messages.success(request, _("It is on its way to the panel; an error shows on Today."))
    return redirect("desk:customer", number=customer.number)


def _page(
    request: HttpRequest, viewer: Viewer, form: PanelForm, *, status: int = 200
) -> HttpResponse:
    comparisons = queries.last_comparisons()
    failed: list[PanelChange] = list(queries.failed_changes()[:MOST])
    differences = list(queries.standing_differences()[: MOST + 1])
    return render(
        request,
        "desk/panels.html",
        {
            "viewer": viewer,
            "here": "panels",
            "rows": [
                PanelRow(panel=panel, held=held, comparison=comparisons.get(panel.pk))
                for panel, held in queries.panels()
            ],
            "failed": failed,
            "waiting": list(queries.waiting_changes()[:MOST]),
            "differences": [
                (one, side_words(one.ours), side_words(one.theirs)) for one in differences[:MOST]
            ],
            "more_differences": len(differences) > MOST,
            "form": form,
            "may_change": viewer.role == ADMIN,
            "now": clock.now(),
        },
        status=status,
    )

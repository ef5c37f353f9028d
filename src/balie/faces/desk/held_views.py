"""What of the bank waits for a decision: a held statement, a refused file, an unkept notice."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.banking import actions, held
from balie.apps.banking import queries as banking
from balie.apps.banking.models import EntryNotice, Statement, StatementFile
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.faces.desk.bank_forms import ReasonForm
from balie.infra import clock

SHOWN = 100


@require_safe
@for_employees()
def statement(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show a held statement beside what is booked, and what can be done about it."""
    return _statement(request, viewer, pk)


@require_POST
@for_employees("finance", "admin")
def set_aside(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take a held statement off the list, with why."""
    form = ReasonForm(request.POST, auto_id="aside_%s")
    if not form.is_valid():
        return _statement(request, viewer, pk, aside=form, status=422)
    _decide(
        request,
        partial(
            actions.set_aside,
            statement=_held(pk),
            because=form.cleaned_data["because"],
            by=viewer.actor,
            now=clock.now(),
        ),
        done=_("Set aside. It is not booked, and stands under “Set aside” with your reason."),
    )
    return redirect("desk:bank")


@require_POST
@for_employees("finance", "admin")
def correct(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Book what a corrected statement changes, with why."""
    form = ReasonForm(request.POST, auto_id="correct_%s")
    if not form.is_valid():
        return _statement(request, viewer, pk, correction=form, status=422)
    _decide(
        request,
        partial(
            actions.book_correction,
            statement=_held(pk),
            because=form.cleaned_data["because"],
            by=viewer.actor,
            now=clock.now(),
        ),
        done=_("The correction is booked. What it changes stands on the list to place."),
    )
    return redirect("desk:bank")


@require_POST
@for_employees("finance", "admin")
def take_up_again(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Look once more at a statement that was set aside."""
    _decide(
        request,
        partial(actions.take_up_again, statement=_held(pk), by=viewer.actor, now=clock.now()),
        done=_("Looked at once more. See below what became of it."),
    )
    return redirect("desk:bank")


@require_POST
@for_employees("finance", "admin")
def dismiss_file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take a refused file off the list, with why."""
    file = get_object_or_404(StatementFile.objects.defer("content"), pk=pk)
    _dismiss(request, partial(actions.dismiss_refusal, file=file, by=viewer.actor))
    return redirect("desk:bank")


@require_POST
@for_employees("finance", "admin")
def dismiss_notice(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take an advance notice off the list, with why."""
    notice = get_object_or_404(EntryNotice, pk=pk)
    _dismiss(request, partial(actions.dismiss_notice, notice=notice, by=viewer.actor))
    return redirect("desk:bank")


def _dismiss(request: HttpRequest, decide: Callable[..., object]) -> None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write why, then it leaves the list."))
        return
    _decide(
        request,
        partial(decide, because=form.cleaned_data["because"], now=clock.now()),
        done=_("Taken off the list."),
    )


def _decide(request: HttpRequest, decide: Callable[[], object], *, done: str) -> None:
    try:
        decide()
    except actions.UnableToDecide:
        # The form has looked at what was typed; what is left is that somebody was first.
        messages.warning(request, _("This changed in the meantime. Look at it once more."))
    else:
        messages.success(request, done)


def _held(pk: int) -> Statement:
    try:
        return banking.held_statement(pk)
    except Statement.DoesNotExist as error:
        raise Http404 from error


def _statement(
    request: HttpRequest,
    viewer: Viewer,
    pk: int,
    *,
    aside: ReasonForm | None = None,
    correction: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = _held(pk)
    comparison = banking.compare(found)
    entries = [entry for entry in comparison.read.entries if entry.amount_cents]
    differs = found.held_because == held.DIFFERS
    return render(
        request,
        "desk/held.html",
        {
            "viewer": viewer,
            "here": "bank",
            "statement": found,
            "why": banking.why_held(found),
            "what_now": held.what_now(found.held_because),
            "is_aside": found.state == Statement.State.ASIDE,
            "differs": differs,
            "comparison": comparison,
            "differences": comparison.differences[:SHOWN],
            "entries": entries[:SHOWN],
            "count": len(comparison.differences) if differs else len(entries),
            "shown": SHOWN,
            "why_not_correct": held.why_not_correct(
                actions.why_not_correct(found, comparison) if differs else ""
            ),
            "aside": aside or ReasonForm(auto_id="aside_%s"),
            "correction": correction or ReasonForm(auto_id="correct_%s"),
            "may_decide": viewer.role in {"finance", "admin"},
            "names": customers.names_of([found.decided_by]),
        },
        status=status,
    )

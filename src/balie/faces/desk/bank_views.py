"""Statements: which came in, which are missing, and what of them still has to be placed."""

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from balie.apps.banking import queries as banking
from balie.apps.banking.models import EntrySlice
from balie.apps.billing import actions as billing
from balie.apps.billing import matching
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.office.intake import take_in_bank_file
from balie.faces.desk.forms import PlaceForm, StatementForm
from balie.infra import clock

PER_PAGE = 25
STRIP_DAYS = 42
LARGEST_FILE = 50 * 1024 * 1024


@require_GET
@for_employees()
def bank(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show each account with its calendar strip, and that ledger and bank agree."""
    now = clock.now()
    day = clock.local(now).date()
    states = banking.account_states()
    return render(
        request,
        "desk/bank.html",
        {
            "viewer": viewer,
            "accounts": [
                (state, banking.calendar_strip(state.account, today=day, days=STRIP_DAYS))
                for state in states
            ],
            "held": [(one, banking.why_held(one)) for one in banking.held_statements()],
            "refused": banking.refused_files(),
            "ledger_cents": ledger.balance(accounts.BANK),
            "bank_cents": sum(state.closing_cents for state in states),
            "suspense_ledger_cents": -ledger.balance(accounts.SUSPENSE),
            "suspense_cents": banking.suspense_total(),
            "form": StatementForm(),
            "now": now,
        },
    )


@require_POST
@for_employees("finance", "admin")
def upload(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take in a bank file and say, statement by statement, what it did."""
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > LARGEST_FILE:
        messages.error(request, _("Choose a bank file of at most 50 MB."))
        return redirect("desk:bank")
    file = form.cleaned_data["file"]
    outcomes = take_in_bank_file(
        name=file.name, content=file.read(), by=viewer.actor, now=clock.now()
    )
    for outcome in outcomes:
        messages.info(request, str(outcome))
    return redirect("desk:bank")


@require_GET
@for_employees()
def work_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what is in suspense, with what it may belong to and why."""
    page = Paginator(banking.unclaimed_slices(), PER_PAGE).get_page(request.GET.get("pagina"))
    proposals = matching.proposals_for(list(page.object_list))
    return render(
        request,
        "desk/work_list.html",
        {
            "viewer": viewer,
            "page": page,
            "rows": [(piece, proposals.get(piece.pk, [])) for piece in page.object_list],
            "form": PlaceForm(),
            "now": clock.now(),
        },
    )


@require_POST
@for_employees("finance", "admin")
def place(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Book an amount in suspense on the invoices an employee names."""
    piece = get_object_or_404(EntrySlice, pk=pk)
    form = PlaceForm(request.POST)
    if form.is_valid():
        numbers = re.split(r"[\s,;]+", form.cleaned_data["numbers"].strip())
        try:
            billing.place_by_hand(
                slice=piece, numbers=numbers, by=viewer.actor, now=clock.now()
            )
            messages.success(request, _("Placed."))
        except billing.UnableToAllocate as error:
            messages.error(request, str(error))
    return redirect("desk:work_list")

"""Statements: which came in, which are missing, and what of them still has to be placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from balie.apps.banking import queries as banking
from balie.apps.banking.actions import StatementOutcome
from balie.apps.banking.models import EntrySlice
from balie.apps.banking.queries import AccountState, StripDay
from balie.apps.billing import actions as billing
from balie.apps.billing import matching
from balie.apps.billing.matching import Suggestion
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.office.intake import take_in_bank_file
from balie.faces.desk.forms import PlaceForm, StatementForm
from balie.infra import clock

PER_PAGE = 25
FULL_WEEKS = 5
REFUSED_FILES = 5
OUTCOMES_TOLD = 10


@dataclass(frozen=True, kw_only=True)
class ToPlace:
    """One slice on the work list: what speaks for all its proposals, and for each apart."""

    piece: EntrySlice
    shared: tuple[str, ...]
    proposals: tuple[tuple[Suggestion, tuple[str, ...]], ...]
    doubts: tuple[str, ...]
    form: PlaceForm


@require_safe
@for_employees()
def bank(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show each account with its calendar strip, and that ledger and bank agree."""
    return _bank(request, viewer, StatementForm())


@require_POST
@for_employees("finance", "admin")
def upload(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take in a bank file and say, statement by statement, what it did."""
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bank(request, viewer, form, status=422)
    file = form.cleaned_data["file"]
    outcomes = take_in_bank_file(
        name=file.name, content=file.read(), by=viewer.actor, now=clock.now()
    )
    _tell(request, outcomes)
    return redirect("desk:bank")


def _tell(request: HttpRequest, outcomes: Sequence[StatementOutcome]) -> None:
    """Say what a file did: what went well in one line, what did not one by one."""
    statements = [one for one in outcomes if one.account]
    booked = [one for one in statements if one.state == "booked"]
    known = [one for one in statements if one.state == "known"]
    others = [one for one in outcomes if one.state in {"held", "refused", "doubt"}]
    if booked:
        words = ngettext(
            "%(count)d statement booked, entries: %(entries)d.",
            "%(count)d statements booked, entries: %(entries)d.",
            len(booked),
        )
        entries = sum(one.entries for one in booked)
        messages.success(request, words % {"count": len(booked), "entries": entries})
    if known:
        words = ngettext(
            "%(count)d statement was known already.",
            "%(count)d statements were known already.",
            len(known),
        )
        messages.info(request, words % {"count": len(known)})
    for one in outcomes:
        if not one.account and one.state in {"booked", "known"}:
            messages.info(request, str(one))
    for one in others[:OUTCOMES_TOLD]:
        level = messages.ERROR if one.state == "refused" else messages.WARNING
        messages.add_message(request, level, str(one))
    if len(others) > OUTCOMES_TOLD:
        words = _("And %(count)d more; they stand below.")
        messages.warning(request, words % {"count": len(others) - OUTCOMES_TOLD})


def _bank(
    request: HttpRequest, viewer: Viewer, form: StatementForm, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    day = clock.local(now).date()
    days = 7 * FULL_WEEKS + day.weekday()
    states = banking.account_states()
    bank_cents = sum(state.closing_cents for state in states)
    ledger_cents = ledger.balance(accounts.BANK)
    suspense_cents = banking.suspense_total()
    suspense_ledger_cents = -ledger.balance(accounts.SUSPENSE)
    return render(
        request,
        "desk/bank.html",
        {
            "viewer": viewer,
            "here": "bank",
            "accounts": [_with_strip(state, today=day, days=days) for state in states],
            "held": [(one, banking.why_held(one)) for one in banking.held_statements()],
            "refused": banking.refused_files()[:REFUSED_FILES],
            "ledger_cents": ledger_cents,
            "bank_cents": bank_cents,
            "difference_cents": bank_cents - ledger_cents,
            "suspense_cents": suspense_cents,
            "suspense_difference_cents": suspense_cents - suspense_ledger_cents,
            "to_place": banking.unclaimed_slices().count(),
            "stale_since": banking.stale_since(today=day),
            "form": form,
            "now": now,
        },
        status=status,
    )


def _with_strip(
    state: AccountState, *, today: date, days: int
) -> tuple[AccountState, list[StripDay], list[StripDay]]:
    """Return an account with its days, and which of them are missing."""
    strip = banking.calendar_strip(state.account, today=today, days=days)
    return state, strip, [one for one in strip if one.state == "missing"]


@require_safe
@for_employees()
def work_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what is in suspense, with what it may belong to and why."""
    return _work_list(request, viewer)


@require_POST
@for_employees("finance", "admin")
def place(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Book an amount in suspense on the invoices an employee names."""
    form = PlaceForm(request.POST, viewer=viewer, auto_id=f"place_{pk}_%s")
    if not form.is_valid():
        return _work_list(request, viewer, wrong=(pk, form), status=422)
    piece = banking.unclaimed_slices().filter(pk=pk).first()
    try:
        if piece is None:
            raise billing.UnableToAllocate(f"slice {pk} is no longer in suspense")
        billing.place_by_hand(
            slice=piece, numbers=form.cleaned_data["numbers"], by=viewer.actor, now=clock.now()
        )
    except billing.UnableToAllocate:
        # The form has looked at what was typed; what is left is that somebody was first.
        messages.warning(request, _("This changed in the meantime. Look at it once more."))
    else:
        numbers = ", ".join(form.cleaned_data["numbers"])
        messages.success(request, _("Placed on %(numbers)s.") % {"numbers": numbers})
    return redirect("desk:work_list")


def _work_list(
    request: HttpRequest,
    viewer: Viewer,
    *,
    wrong: tuple[int, PlaceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(banking.unclaimed_slices(), PER_PAGE).get_page(request.GET.get("pagina"))
    pieces = list(page.object_list)
    proposals = matching.proposals_for(pieces)
    forms = dict([wrong] if wrong else [])
    return render(
        request,
        "desk/work_list.html",
        {
            "viewer": viewer,
            "here": "bank",
            "page": page,
            "rows": [
                _to_place(
                    piece,
                    proposals.get(piece.pk, []),
                    forms.get(piece.pk) or PlaceForm(viewer=viewer, auto_id=f"place_{piece.pk}_%s"),
                )
                for piece in pieces
            ],
            "may_place": viewer.role in {"finance", "admin"},
            "suspense_cents": banking.suspense_total(),
        },
        status=status,
    )


def _to_place(piece: EntrySlice, proposals: Sequence[Suggestion], form: PlaceForm) -> ToPlace:
    first = proposals[0].reasons if proposals else ()
    shared = tuple(
        reason for reason in first if all(reason in proposal.reasons for proposal in proposals)
    )
    return ToPlace(
        piece=piece,
        shared=shared,
        proposals=tuple(
            (proposal, tuple(reason for reason in proposal.reasons if reason not in shared))
            for proposal in proposals
        ),
        doubts=proposals[0].doubts if proposals else (),
        form=form,
    )

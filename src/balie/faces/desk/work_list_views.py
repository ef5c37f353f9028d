"""Money that nobody recognised: what it may belong to, and where an employee says it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.banking import actions as bank_actions
from balie.apps.banking import queries as banking
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.billing import actions as billing
from balie.apps.billing import matching
from balie.apps.billing import queries as invoices
from balie.apps.billing.matching import Suggestion
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.ledger.accounts import SUSPENSE
from balie.apps.ledger.models import Account
from balie.faces.desk.bank_forms import LedgerForm
from balie.faces.desk.forms import PlaceForm
from balie.infra import clock

PER_PAGE = 25
PLACED_LATELY = 10

Wrong = tuple[int, PlaceForm | LedgerForm]


@dataclass(frozen=True, kw_only=True)
class ToPlace:
    """One slice on the work list: what speaks for all its proposals, and for each apart."""

    piece: EntrySlice
    shared: tuple[str, ...]
    proposals: tuple[tuple[Suggestion, tuple[str, ...]], ...]
    doubts: tuple[str, ...]
    form: PlaceForm
    ledger_form: LedgerForm


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


@require_POST
@for_employees("finance", "admin")
def place_on_account(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Book an amount in suspense on a ledger account, with why."""
    form = LedgerForm(request.POST, auto_id=f"ledger_{pk}_%s")
    if not form.is_valid():
        return _work_list(request, viewer, wrong=(pk, form), status=422)
    piece = banking.unclaimed_slices().filter(pk=pk).first()
    account = form.cleaned_data["account"]
    try:
        if piece is None:
            raise bank_actions.UnableToClaim(f"slice {pk} is no longer in suspense")
        bank_actions.place_on_account(
            slice=piece,
            account_code=account.code,
            because=form.cleaned_data["because"],
            by=viewer.actor,
            now=clock.now(),
        )
    except bank_actions.UnableToClaim:
        messages.warning(request, _("This changed in the meantime. Look at it once more."))
    else:
        messages.success(request, _("Booked on %(account)s.") % {"account": account.code})
    return redirect("desk:work_list")


@require_POST
@for_employees("finance", "admin")
def take_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Put back on the list what an employee booked on a ledger account."""
    claim = banking.placed_by_hand().filter(pk=pk).first()
    try:
        if claim is None:
            raise bank_actions.UnableToClaim(f"claim {pk} is undone already")
        bank_actions.take_back(claim=claim, by=viewer.actor, now=clock.now())
    except bank_actions.UnableToClaim:
        messages.warning(request, _("This changed in the meantime. Look at it once more."))
    else:
        messages.success(request, _("It stands on the list again."))
    return redirect("desk:work_list")


@require_POST
@for_employees("finance", "admin")
def undo_transfer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take back a transfer that was booked on a customer: it stands on the list again."""
    payment = invoices.placed_transfers().filter(pk=pk).first()
    try:
        if payment is None:
            raise billing.UnableToAllocate(f"payment {pk} is undone already")
        billing.undo_transfer(claim=payment.claim, by=viewer.actor, now=clock.now())
    except billing.UnableToAllocate:
        messages.warning(request, _("This changed in the meantime. Look at it once more."))
    else:
        messages.success(request, _("It stands on the list again."))
    return redirect("desk:work_list")


def _work_list(
    request: HttpRequest, viewer: Viewer, *, wrong: Wrong | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(banking.unclaimed_slices(), PER_PAGE).get_page(request.GET.get("pagina"))
    pieces = list(page.object_list)
    proposals = matching.proposals_for(pieces)
    by_hand = Paginator(banking.placed_by_hand(), PLACED_LATELY)
    earlier = by_hand.get_page(request.GET.get("geplaatst"))
    placed = list(earlier.object_list)
    transferred = Paginator(invoices.placed_transfers(), PLACED_LATELY)
    booked = transferred.get_page(request.GET.get("overgeboekt"))
    transfers = list(booked.object_list)
    language = "en" if get_language() == "en" else "nl"
    accounts = list(LedgerForm().fields["account"].choices)  # type: ignore[attr-defined]
    return render(
        request,
        "desk/work_list.html",
        {
            "viewer": viewer,
            "here": "bank",
            "page": page,
            "rows": [
                _to_place(piece, proposals.get(piece.pk, []), viewer, wrong, accounts)
                for piece in pieces
            ],
            "may_place": viewer.role in {"finance", "admin"},
            "suspense_cents": banking.suspense_total(),
            "earlier": earlier,
            "placed": [(claim, _taken_to(claim)) for claim in placed],
            "booked": booked,
            "transfers": [
                (payment, matching.evidence_words(payment, language=language))
                for payment in transfers
            ],
            "names": customers.names_of(
                [claim.claimed_by for claim in placed]
                + [payment.recorded_by for payment in transfers]
            ),
        },
        status=status,
    )


def _taken_to(claim: SliceClaim) -> Account | None:
    """Return the ledger account that took an amount out of suspense."""
    taken = (one.account for one in claim.journal_entry.postings.all())
    return next((account for account in taken if account.code != SUSPENSE), None)


def _to_place(
    piece: EntrySlice,
    proposals: Sequence[Suggestion],
    viewer: Viewer,
    wrong: Wrong | None,
    accounts: Sequence[tuple[object, str]],
) -> ToPlace:
    first = proposals[0].reasons if proposals else ()
    shared = tuple(
        reason for reason in first if all(reason in proposal.reasons for proposal in proposals)
    )
    form = PlaceForm(viewer=viewer, auto_id=f"place_{piece.pk}_%s")
    ledger_form = LedgerForm(auto_id=f"ledger_{piece.pk}_%s")
    if wrong is not None and wrong[0] == piece.pk:
        if isinstance(wrong[1], LedgerForm):
            ledger_form = wrong[1]
        else:
            form = wrong[1]
    # The accounts are read once, not once per row.
    ledger_form.fields["account"].widget.choices = accounts
    return ToPlace(
        piece=piece,
        shared=shared,
        proposals=tuple(
            (proposal, tuple(reason for reason in proposal.reasons if reason not in shared))
            for proposal in proposals
        ),
        doubts=proposals[0].doubts if proposals else (),
        form=form,
        ledger_form=ledger_form,
    )

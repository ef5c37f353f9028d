"""Changes of address at the desk: who wants what, what proves it, and what a second one must see.

An employee starts a change and writes down what he saw; he never completes one. Who had a hand in
it finds no button to approve it, and the database would refuse him.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.credentials import address_track
from balie.apps.credentials.actions import addresses, addresses_bank, addresses_end
from balie.apps.credentials.actions import addresses_proof as proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange
from balie.apps.credentials.queries import addresses as queries
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Contact, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.domain.address_change import Need, still_needed
from balie.faces.desk.address_forms import ReasonForm, StartChangeForm, WitnessForm
from balie.faces.desk.finding import find_customer
from balie.infra import clock

PER_PAGE = 30
ALARMS = 10


@dataclass(frozen=True, kw_only=True)
class Row:
    """One change in the list, with what it still needs."""

    change: AddressChange
    needs: tuple[Need, ...]


@require_safe
@for_employees()
def changes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the changes, open ones first, and the transfers with a code that proved nothing."""
    now = clock.now()
    shown = "alles" if request.GET.get("toon") == "alles" else "open"
    found = queries.changes_for(viewer=viewer).select_related(*queries.DESK)
    if shown == "open":
        found = found.filter(state=AddressChange.State.OPEN)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    rows = list(page.object_list)
    standings = queries.standings_of(rows)
    figures = policy_in_force(now=now).address_change
    context = {
        "viewer": viewer,
        "here": "addresses",
        "page": page,
        "shown": shown,
        "rows": [
            Row(change=one, needs=still_needed(standings[one.pk], figures, now=now)) for one in rows
        ],
        "alarms": queries.alarming_transfers()[:ALARMS],
        "now": now,
    }
    return render(request, "desk/addresses.html", context)


@require_safe
@for_employees()
def change(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show one change: what it needs, who touched it, everything that happened."""
    return _page(request, viewer, _found(viewer, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees()
def start(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Start a change for who called or wrote; whoever starts it may not approve it."""
    customer = find_customer(viewer, number)
    contacts = Contact.objects.filter(customers=customer).select_related("user").order_by("pk")
    form = StartChangeForm(request.POST or None, contacts=contacts)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["contact"]
        try:
            made = addresses.start_at_desk(
                user=contact.user,
                new_email=form.cleaned_data["new_email"],
                channel=form.cleaned_data["channel"],
                employee=_employee(viewer),
                by=viewer.actor,
                now=clock.now(),
            )
        except UnableToChangeAddress:
            form.add_error("new_email", _("This is the address on file, or a change is proven."))
        else:
            messages.success(request, _("Started. Nothing changes before it is proven."))
            return redirect("desk:address", pk=made.pk)
    context = {"viewer": viewer, "here": "customers", "customer": customer, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/address_start.html", context, status=status)


@require_POST
@for_employees()
def witness(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Write down what this employee saw: the last resort."""
    found = _found(viewer, pk)
    form = WitnessForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, witness_form=form)
    return _try(
        request,
        found,
        lambda: proof.witness(
            change=found,
            employee=_employee(viewer),
            text=form.cleaned_data["text"],
            by=viewer.actor,
            now=clock.now(),
        ),
        done=_("Written down."),
    )


@require_POST
@for_employees()
def approve(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Approve what a colleague had a hand in."""
    found = _found(viewer, pk)
    return _try(
        request,
        found,
        lambda: proof.approve(
            change=found, employee=_employee(viewer), by=viewer.actor, now=clock.now()
        ),
        done=_("Approved."),
    )


@require_POST
@for_employees()
def refuse(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Refuse a change, with why."""
    found = _found(viewer, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, reason_form=form)
    return _try(
        request,
        found,
        lambda: addresses_end.refuse(
            change=found, reason=form.cleaned_data["reason"], by=viewer.actor, now=clock.now()
        ),
        done=_("Refused."),
    )


@require_POST
@for_employees()
def seen(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take the alarm of a transfer that proved nothing off the desk."""
    transfer = queries.alarming_transfers().filter(pk=pk).first()
    if transfer is None:
        raise Http404
    addresses_bank.dismiss(transfer=transfer, by=viewer.actor, now=clock.now())
    return redirect("desk:addresses")


def _try(
    request: HttpRequest, found: AddressChange, do: Callable[[], AddressChange], *, done: str
) -> HttpResponse:
    try:
        do()
    except UnableToChangeAddress:
        words = _("That is not for you, or it changed in the meantime. Look at it once more.")
        messages.warning(request, words)
    else:
        messages.success(request, done)
    return redirect("desk:address", pk=found.pk)


def _found(viewer: Viewer, pk: int) -> AddressChange:
    try:
        return queries.change_for(viewer=viewer, pk=pk)
    except AddressChange.DoesNotExist as error:
        raise Http404 from error


def _employee(viewer: Viewer) -> Employee:
    return customers.employee_of(viewer)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: AddressChange,
    *,
    witness_form: WitnessForm | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    now = clock.now()
    policy = policy_in_force(now=now)
    history = address_track.history_of(found)
    names = customers.names_of([step.by for step, _words in history])
    witnesses = list(found.witnesses.select_related("employee").order_by("pk"))
    needs = still_needed(queries.standing_of(found), policy.address_change, now=now)
    touched = queries.had_a_hand(found)
    is_new = queries.is_newcomer(_employee(viewer), policy=policy, now=now)
    is_open = found.state == AddressChange.State.OPEN
    context = {
        "viewer": viewer,
        "here": "addresses",
        "change": found,
        "customers": queries.customers_of(found),
        "stops": address_track.track_of(found, policy=policy, now=now),
        "history": [(step, words, names.get(step.by, "")) for step, words in history],
        "witnesses": witnesses,
        "notices": found.notices.select_related("contact").order_by("pk"),
        "is_open": is_open,
        "may_approve": is_open
        and found.proven_at is not None
        and "approval" in needs
        and not is_new
        and viewer.person_id not in touched,
        "may_witness": is_open
        and found.proven_at is None
        and not is_new
        and viewer.person_id not in {one.employee_id for one in witnesses},
        "is_new": is_new,
        "is_mine": viewer.person_id in touched,
        "witness_form": witness_form or WitnessForm(),
        "reason_form": reason_form or ReasonForm(),
        "now": now,
    }
    status = 422 if witness_form or reason_form else 200
    return render(request, "desk/address.html", context, status=status)

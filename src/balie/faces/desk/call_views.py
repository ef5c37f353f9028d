"""The telephone at the desk: who calls, who waits to be called, and what was said."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Attachment, Call
from balie.apps.tickets.uploads import download
from balie.faces.desk.call_forms import CallForm, ExtensionForm, ReachedForm, start_token
from balie.faces.desk.finding import back_to, find_ticket
from balie.infra import clock

PER_PAGE = 30
COUNTED_DAYS = 28
INVALID = 422


@require_safe
@for_employees()
def phone(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who calls, who waits to be called, and the last calls."""
    now = clock.now()
    page = Paginator(queries.calls_for(viewer=viewer), PER_PAGE).get_page(request.GET.get("pagina"))
    running = queries.calls_now(viewer=viewer, now=now)
    waiting = list(queries.waiting_call_backs(viewer=viewer)[:PER_PAGE])
    shown = [*running, *page.object_list]
    could_be = queries.possible_callers(
        [one.number for one in shown] + [one.number for one in waiting]
    )
    own = queries.extensions_of(customers.employee_of(viewer))
    context = {
        "viewer": viewer,
        "here": "phone",
        "now": now,
        "running": [(one, could_be.get(one.number, [])) for one in running],
        "waiting": [(one, could_be.get(one.number, [])) for one in waiting],
        "calls": [(one, could_be.get(one.number, [])) for one in page.object_list],
        "page": page,
        "extensions": own,
        "form": ExtensionForm(initial={"extension": own[0] if own else ""}),
    }
    return render(request, "desk/phone.html", context)


@require_safe
@for_employees()
def ringing(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who calls right now as a piece of a page; 204 when nobody does. Asked for often."""
    now = clock.now()
    running = queries.calls_now(viewer=viewer, now=now)
    if not running:
        return HttpResponse(status=204)
    could_be = queries.possible_callers([one.number for one in running])
    rows = [(one, could_be.get(one.number, [])) for one in running]
    return render(request, "desk/parts/ringing.html", {"running": rows, "now": now})


@require_safe
@for_employees()
def new_call(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open the form while the telephone is in the hand: the call counts from this moment."""
    now = clock.now()
    call = _call(viewer, request.GET.get("gesprek", ""))
    started_at = call.started_at if call is not None else now
    known: dict[str, object] = {"start": start_token(started_at)}
    if call is not None:
        known |= {"call": call.pk, "number": call.number}
    return _page(request, viewer, CallForm(initial=known), call=call, now=now)


@require_POST
@for_employees()
def log_call(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Write the call down: a ticket, closed by phone or open under its promise."""
    now = clock.now()
    call = _call(viewer, request.POST.get("call", ""))
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, form, call=call, now=now, status=INVALID)
    try:
        ticket = actions.log_call(
            told=_told(form), call=call, employee=customers.employee_of(viewer), now=now
        )
    except actions.UnableToLogCall:
        form.add_error(None, _("This call is written down already; look among the last calls."))
        return _page(request, viewer, form, call=call, now=now, status=INVALID)
    messages.success(request, _("The call is written down as %(number)s.") % {"number": ticket})
    return redirect("desk:ticket", number=ticket.number)


@require_POST
@for_employees()
def set_extension(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say at which telephone one sits."""
    form = ExtensionForm(request.POST)
    if form.is_valid():
        actions.set_extension(
            employee=customers.employee_of(viewer),
            extension=form.cleaned_data["extension"],
            now=clock.now(),
        )
        messages.success(request, _("Calls to this extension show up with you."))
    else:
        messages.error(request, _("Give an extension, such as 201."))
    return redirect("desk:phone")


@require_POST
@for_employees()
def reached(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Note that somebody was called back and what was said; this keeps the promise."""
    found = find_ticket(viewer, number)
    form = ReachedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write down what was said; one line is enough."))
        return back_to(request, number)
    try:
        actions.note_reached(
            ticket=found,
            body=form.cleaned_data["body"],
            employee=customers.employee_of(viewer),
            now=clock.now(),
        )
    except actions.UnableToReach:
        messages.error(request, _("Nobody waits here any more; write a note instead."))
    else:
        messages.success(request, _("Noted. The promise is kept."))
    return back_to(request, number)


@require_POST
@for_employees()
def not_reached(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Note that somebody was called and did not answer; it keeps nothing."""
    actions.note_not_reached(
        ticket=find_ticket(viewer, number),
        employee=customers.employee_of(viewer),
        now=clock.now(),
    )
    messages.success(request, _("Noted. The promise runs on."))
    return back_to(request, number)


@require_POST
@for_employees()
def only_thanks(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Confirm that a message only thanks."""
    question = queries.open_questions(find_ticket(viewer, number)).filter(pk=pk).first()
    if question is not None:
        try:
            actions.confirm_no_answer(question=question, by=viewer.actor, now=clock.now())
        except actions.UnableToEndQuestion:
            messages.error(request, _("This message may ask something; read it first."))
        else:
            messages.success(request, _("No answer needed; you said so."))
    return back_to(request, number)


@require_safe
@for_employees()
def attachment(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Hand out a file, to be saved."""
    try:
        return download(queries.file_for(viewer=viewer, pk=pk))
    except Attachment.DoesNotExist as error:
        raise Http404 from error


@require_safe
@for_employees()
def figures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Count menu choices, missed calls, and answers that were read while somebody typed."""
    now = clock.now()
    since = now - timedelta(days=COUNTED_DAYS)
    policy = policy_in_force(now=now)
    context = {
        "viewer": viewer,
        "here": "phone",
        "now": now,
        "days": COUNTED_DAYS,
        "menu": policy.phone.menu,
        "choices": queries.choices_per_day(since=since, until=now),
        "missed": queries.missed_per_day(since=since, until=now, policy=policy),
        "helped": queries.helped_by_answer(since=since, now=now),
    }
    return render(request, "desk/phone_figures.html", context)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    form: CallForm,
    *,
    call: Call | None,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    could_be = queries.possible_callers([call.number]).get(call.number, []) if call else []
    context = {
        "viewer": viewer,
        "here": "phone",
        "now": now,
        "form": form,
        "call": call,
        "could_be": could_be,
    }
    return render(request, "desk/new_call.html", context, status=status)


def _told(form: CallForm) -> actions.Told:
    given = form.cleaned_data
    customer: Customer | None = given["customer"]
    return actions.Told(
        started_at=given["start"],
        caller=given["caller"],
        number=given["number"],
        email=given["email"] or _on_file(customer),
        customer=customer,
        question=given["question"],
        answer=given["answer"] if given["outcome"] == "answered" else "",
        language=customer.language if customer is not None else "nl",
    )


def _on_file(customer: Customer | None) -> str:
    """Return the address on file to write to: never one that was said on the telephone."""
    contact = customers.contact_for_mail(customer) if customer is not None else None
    return contact.user.email if contact is not None else ""


def _call(viewer: Viewer, pk: str) -> Call | None:
    if not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        return queries.call_for(viewer=viewer, pk=int(pk))
    except Call.DoesNotExist as error:
        raise Http404 from error

"""The queue and the ticket: read, answer, note, assign, close."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.billing import queries as billing
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.mandates import queries as mandates
from balie.apps.services import queries as services
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Ticket
from balie.faces.desk.forms import AnswerForm, AssignForm, NoteForm, OutcomeForm
from balie.infra import clock

PER_PAGE = 30
STATES = ("open", "answered", "closed")
LAST_COLLECTIONS = 3
LAST_TICKETS = 4


@require_safe
@for_employees()
def queue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List tickets by due moment; team, person and state stand in the address."""
    return render(request, "desk/queue.html", _queue(request, viewer))


@require_safe
@for_employees()
def ticket(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one ticket: queue, conversation, customer."""
    return _page(request, viewer, _ticket(viewer, number))


@require_POST
@for_employees()
def answer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Answer the open questions of a ticket; with `close` go on with the next in the queue."""
    found = _ticket(viewer, number)
    form = AnswerForm(request.POST, number=number)
    if not form.is_valid():
        return _page(request, viewer, found, answer_form=form, status=422)
    now = clock.now()
    actions.answer(
        ticket=found,
        body=form.cleaned_data["body"],
        employee=customers.employee_of(viewer),
        told_by_phone=form.cleaned_data["told_by_phone"],
        now=now,
    )
    messages.success(request, _("Your answer is on its way."))
    if form.cleaned_data["close"]:
        actions.close(ticket=found, by=viewer.actor, now=now)
        return _back(request)
    return _back(request, number)


@require_POST
@for_employees()
def note(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Add a note; it keeps no promise."""
    found = _ticket(viewer, number)
    form = NoteForm(request.POST, number=number)
    if not form.is_valid():
        return _page(request, viewer, found, note_form=form, status=422)
    actions.add_note(
        ticket=found,
        body=form.cleaned_data["body"],
        employee=customers.employee_of(viewer),
        now=clock.now(),
    )
    messages.success(request, _("Your note is kept."))
    return _back(request, number)


@require_POST
@for_employees()
def assign(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a ticket to a team or a person."""
    found = _ticket(viewer, number)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, assign_form=form, status=422)
    actions.assign(
        ticket=found,
        team=form.cleaned_data["team"],
        employee=form.cleaned_data["employee"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("Assigned. The promise stays as it was."))
    return _back(request, number)


@require_POST
@for_employees()
def take(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Take a ticket oneself."""
    actions.assign(
        ticket=_ticket(viewer, number),
        employee=customers.employee_of(viewer),
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("It is yours. The promise stays as it was."))
    return _back(request, number)


@require_POST
@for_employees()
def close(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Close a ticket on which nobody waits any more."""
    found = _ticket(viewer, number)
    if queries.open_questions(found).exists():
        messages.error(
            request,
            _("Somebody still waits for an answer. Answer, or say that no answer is needed."),
        )
        return _back(request, number)
    actions.close(ticket=found, by=viewer.actor, now=clock.now())
    messages.success(request, _("%(number)s is closed.") % {"number": number})
    return _back(request)


@require_POST
@for_employees()
def needs_none(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Say that a message asks nothing ("Bedankt!")."""
    question = queries.open_questions(_ticket(viewer, number)).filter(pk=pk).first()
    if question is not None:
        try:
            actions.needs_no_answer(question=question, by=viewer.actor, now=clock.now())
        except actions.UnableToEndQuestion:
            messages.error(request, _("The first question of a ticket always gets an answer."))
    return _back(request, number)


@require_POST
@for_employees("finance", "admin")
def end_dispute(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """End the dispute of a ticket with its outcome."""
    found = _ticket(viewer, number)
    dispute = collections.dispute_of(found)
    if dispute is None:
        raise Http404
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, outcome_form=form, status=422)
    directdebit.close_dispute(
        dispute=dispute,
        outcome=form.cleaned_data["outcome"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("The dispute is ended. Tell the customer in your answer."))
    return _back(request, number)


def _queue(request: HttpRequest, viewer: Viewer) -> dict[str, object]:
    chosen = _filters(request)
    state = chosen.get("staat", "open")
    team = chosen.get("team", "")
    mine = "van" in chosen
    found = queries.queue(
        viewer=viewer,
        team=team or None,
        assignee=viewer.person_id if mine else None,
        state=state,
    )
    return {
        "viewer": viewer,
        "here": "queue",
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("pagina")),
        "teams": queries.teams(),
        "team": team,
        "state": state,
        "states": STATES,
        "mine": mine,
        "filters": urlencode(chosen),
        "now": clock.now(),
    }


def _filters(request: HttpRequest) -> dict[str, str]:
    """Return what of the address chooses the queue: it goes along to the next ticket."""
    chosen = {}
    if request.GET.get("staat") in STATES[1:]:
        chosen["staat"] = request.GET["staat"]
    if request.GET.get("team"):
        chosen["team"] = request.GET["team"]
    if request.GET.get("van") == "mij":
        chosen["van"] = "mij"
    return chosen


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: Ticket,
    *,
    answer_form: AnswerForm | None = None,
    note_form: NoteForm | None = None,
    assign_form: AssignForm | None = None,
    outcome_form: OutcomeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    number = found.number
    conversation = queries.conversation(found, viewer=viewer)
    assigned = {"team": found.team, "employee": found.assignee}
    return render(
        request,
        "desk/ticket.html",
        {
            **_queue(request, viewer),
            "ticket": found,
            "conversation": conversation,
            "waiting": queries.open_questions(found).count(),
            "answer_form": answer_form or AnswerForm(number=number),
            "note_form": note_form or NoteForm(number=number),
            "assign_form": assign_form or AssignForm(initial=assigned),
            "outcome_form": outcome_form or OutcomeForm(),
            "card": _card(found.customer, viewer, but=found) if found.customer else None,
            "may_be": [] if found.customer else _who_it_may_be(found),
            "dispute": collections.dispute_of(found),
            "names": customers.names_of([found.closed_by]),
        },
        status=status,
    )


def _card(customer: Customer, viewer: Viewer, *, but: Ticket) -> dict[str, object]:
    """What the employee needs to know of the customer while answering."""
    asked = queries.tickets_for(viewer=viewer).filter(customer=customer).exclude(pk=but.pk)
    return {
        "customer": customer,
        "services": services.services_of(customer).filter(ended_on__isnull=True),
        "open_cents": billing.open_total(customer),
        "credit_cents": billing.credit_of(customer),
        "mandate": mandates.latest_mandate(customer),
        "collections": collections.last_collections(customer, count=LAST_COLLECTIONS),
        "tickets": asked.order_by("-opened_at")[:LAST_TICKETS],
    }


def _who_it_may_be(found: Ticket) -> list[Customer]:
    """Return the customers on file with the address the asker gave: a hint, no proof."""
    accounts = customers.find_accounts(found.asker_email)
    return [
        customer
        for account in accounts
        if hasattr(account, "contact")
        for customer in customers.customers_of_contact(account.contact.pk)
    ]


def _ticket(viewer: Viewer, number: str) -> Ticket:
    try:
        return queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error


def _back(request: HttpRequest, number: str | None = None) -> HttpResponseRedirect:
    """Go to a ticket, or to the queue, which is chosen as it was."""
    where = reverse("desk:ticket", args=[number]) if number else reverse("desk:queue")
    chosen = urlencode(_filters(request))
    return redirect(f"{where}?{chosen}" if chosen else where)

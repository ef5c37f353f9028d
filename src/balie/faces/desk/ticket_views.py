"""The queue and the ticket: read, answer, note, assign, close."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from balie.apps.billing import queries as billing
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.directdebit.models import Dispute
from balie.apps.mandates import queries as mandates
from balie.apps.services import queries as services
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Question, Ticket
from balie.faces.desk.forms import AnswerForm, AssignForm, NoteForm, OutcomeForm
from balie.infra import clock

PER_PAGE = 30
STATES = ("open", "answered", "closed")
LAST_COLLECTIONS = 3


@require_GET
@for_employees()
def queue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List tickets by due moment; team, person and state stand in the address."""
    return render(request, "desk/queue.html", _queue(request, viewer))


@require_GET
@for_employees()
def ticket(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one ticket: queue, conversation, customer."""
    found = _ticket(viewer, number)
    return _page(request, viewer, found, answer_form=AnswerForm(), note_form=NoteForm())


@require_POST
@for_employees()
def answer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Answer the open questions of a ticket."""
    found = _ticket(viewer, number)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, answer_form=form, note_form=NoteForm(), status=422)
    now = clock.now()
    actions.answer(
        ticket=found,
        body=form.cleaned_data["body"],
        employee=_employee(viewer),
        told_by_phone=form.cleaned_data["told_by_phone"],
        now=now,
    )
    if form.cleaned_data["close"]:
        actions.close(ticket=found, by=viewer.actor, now=now)
    messages.success(request, _("Your answer is on its way."))
    return redirect("desk:ticket", number=number)


@require_POST
@for_employees()
def note(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Add a note; it keeps no promise."""
    found = _ticket(viewer, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, answer_form=AnswerForm(), note_form=form, status=422)
    actions.add_note(
        ticket=found, body=form.cleaned_data["body"], employee=_employee(viewer), now=clock.now()
    )
    return redirect("desk:ticket", number=number)


@require_POST
@for_employees()
def assign(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a ticket to a team or a person; without either to oneself."""
    found = _ticket(viewer, number)
    form = AssignForm(request.POST)
    if form.is_valid():
        team, employee = form.cleaned_data["team"], form.cleaned_data["employee"]
        if team is None and employee is None:
            employee = _employee(viewer)
        actions.assign(
            ticket=found, team=team, employee=employee, by=viewer.actor, now=clock.now()
        )
        messages.success(request, _("Assigned. The promise stays as it was."))
    return redirect("desk:ticket", number=number)


@require_POST
@for_employees()
def close(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Close a ticket; a question that is open stays open."""
    actions.close(ticket=_ticket(viewer, number), by=viewer.actor, now=clock.now())
    return redirect("desk:queue")


@require_POST
@for_employees()
def needs_none(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Say that a message asks nothing ("Bedankt!")."""
    question = get_object_or_404(Question.objects.select_related("ticket", "promise"), pk=pk)
    actions.needs_no_answer(question=question, by=viewer.actor, now=clock.now())
    return redirect("desk:ticket", number=question.ticket.number)


@require_POST
@for_employees("finance", "admin")
def end_dispute(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """End a dispute with its outcome."""
    dispute = get_object_or_404(Dispute.objects.select_related("ticket"), pk=pk)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        directdebit.close_dispute(
            dispute=dispute,
            outcome=form.cleaned_data["outcome"],
            by=viewer.actor,
            now=clock.now(),
        )
    return redirect("desk:ticket", number=dispute.ticket.number)


def _queue(request: HttpRequest, viewer: Viewer) -> dict[str, object]:
    state = request.GET.get("staat", "open")
    team = request.GET.get("team", "")
    mine = request.GET.get("van") == "mij"
    found = queries.queue(
        viewer=viewer,
        team=team or None,
        assignee=viewer.person_id if mine else None,
        state=state if state in STATES else "open",
    )
    return {
        "viewer": viewer,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("pagina")),
        "teams": queries.teams(),
        "team": team,
        "state": state,
        "mine": mine,
        "now": clock.now(),
    }


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: Ticket,
    *,
    answer_form: AnswerForm,
    note_form: NoteForm,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    return render(
        request,
        "desk/ticket.html",
        {
            **_queue(request, viewer),
            "ticket": found,
            "conversation": queries.conversation(found, viewer=viewer),
            "questions": queries.questions_of(found),
            "answer_form": answer_form,
            "note_form": note_form,
            "assign_form": AssignForm(initial={"team": found.team, "employee": found.assignee}),
            "outcome_form": OutcomeForm(),
            "card": _card(found.customer) if found.customer else None,
            "dispute": Dispute.objects.filter(ticket=found)
            .select_related("collection__mandate")
            .first(),
            "now": now,
        },
        status=status,
    )


def _card(customer: Customer) -> dict[str, object]:
    """What the employee needs to know of the customer while answering."""
    return {
        "customer": customer,
        "services": services.services_of(customer),
        "open_cents": billing.open_total(customer),
        "mandate": mandates.active_mandate(customer),
        "collections": collections.last_collections(customer, count=LAST_COLLECTIONS),
    }


def _ticket(viewer: Viewer, number: str) -> Ticket:
    try:
        return queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error


def _employee(viewer: Viewer) -> Employee:
    return Employee.objects.get(pk=viewer.person_id)

"""The queue and the ticket: read, answer, note, assign, close."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Draft, Ticket
from balie.faces.desk.finding import back_to, find_ticket
from balie.faces.desk.forms import AnswerForm, AssignForm, NoteForm, OutcomeForm
from balie.faces.desk.ticket_page import queue_page, ticket_page
from balie.infra import clock


@require_safe
@for_employees()
def queue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List tickets by due moment; team, person, label and state stand in the address."""
    employee = customers.employee_of(viewer)
    return render(request, "desk/queue.html", queue_page(request, viewer, employee))


@require_safe
@for_employees()
def ticket(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show one ticket: queue, conversation, customer. One that was merged leads on."""
    found = find_ticket(viewer, number)
    if found.number != number:
        said = _("%(number)s goes on here: the two were merged.") % {"number": number}
        messages.info(request, said)
        return back_to(request, found.number)
    return ticket_page(request, viewer, found)


@require_POST
@for_employees()
def answer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Answer the open questions of a ticket; with `close` go on with the next in the queue.

    The answer waits a few seconds, to be taken back. What was written meanwhile is read first.
    """
    found = find_ticket(viewer, number)
    form = AnswerForm(request.POST, number=found.number)
    if not form.is_valid():
        return ticket_page(request, viewer, found, answer_form=form, status=422)
    now = clock.now()
    employee = customers.employee_of(viewer)
    told_by_phone = form.cleaned_data["told_by_phone"]
    seconds = 0 if told_by_phone else policy_in_force(now=now).desk.undo_seconds
    try:
        actions.answer(
            ticket=found,
            body=form.cleaned_data["body"],
            employee=employee,
            told_by_phone=told_by_phone,
            seen=form.cleaned_data["seen"],
            leaves_at=queries.leaves_at(found, seconds=seconds, now=now),
            now=now,
        )
    except actions.WrittenMeanwhile:
        seen = form.cleaned_data["seen"]
        last = queries.last_message(queries.conversation(found, viewer=viewer))
        form.has_seen(last)
        return ticket_page(request, viewer, found, answer_form=form, newer_than=seen, status=409)
    except actions.UnableToAnswer:
        form.add_error(None, _("There is nobody to write to here. Call, and note what you said."))
        return ticket_page(request, viewer, found, answer_form=form, status=409)
    actions.drop_draft(ticket=found, employee=employee, kind=Draft.Kind.ANSWER)
    messages.success(request, _("Your answer is on its way."))
    if form.cleaned_data["close"] and _close(request, viewer, found):
        return back_to(request)
    return back_to(request, found.number)


@require_POST
@for_employees()
def note(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Add a note; it keeps no promise."""
    found = find_ticket(viewer, number)
    form = NoteForm(request.POST, number=found.number)
    if not form.is_valid():
        return ticket_page(request, viewer, found, note_form=form, status=422)
    employee = customers.employee_of(viewer)
    actions.add_note(
        ticket=found, body=form.cleaned_data["body"], employee=employee, now=clock.now()
    )
    actions.drop_draft(ticket=found, employee=employee, kind=Draft.Kind.NOTE)
    messages.success(request, _("Your note is kept."))
    return back_to(request, found.number)


@require_POST
@for_employees()
def assign(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a ticket to a team or a person."""
    found = find_ticket(viewer, number)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, viewer, found, assign_form=form, status=422)
    actions.assign(
        ticket=found,
        team=form.cleaned_data["team"],
        employee=form.cleaned_data["employee"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("Assigned. The promise stays as it was."))
    return back_to(request, found.number)


@require_POST
@for_employees()
def take(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Take a ticket oneself."""
    found = find_ticket(viewer, number)
    actions.assign(
        ticket=found,
        employee=customers.employee_of(viewer),
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("It is yours. The promise stays as it was."))
    return back_to(request, found.number)


@require_POST
@for_employees()
def close(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Close a ticket on which nobody waits any more."""
    found = find_ticket(viewer, number)
    if not _close(request, viewer, found):
        return back_to(request, found.number)
    messages.success(request, _("%(number)s is closed.") % {"number": found.number})
    return back_to(request)


def _close(request: HttpRequest, viewer: Viewer, found: Ticket) -> bool:
    """Close a ticket, or say why it stays open: an answer by mail reaches nobody who called."""
    if queries.open_questions(found).exists():
        messages.error(
            request,
            _("Somebody still waits for an answer. Answer, or say that no answer is needed."),
        )
        return False
    actions.close(ticket=found, by=viewer.actor, now=clock.now())
    return True


@require_POST
@for_employees()
def needs_none(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Say that a message asks nothing ("Bedankt!")."""
    found = find_ticket(viewer, number)
    question = queries.open_questions(found).filter(pk=pk).first()
    if question is not None:
        try:
            actions.needs_no_answer(question=question, by=viewer.actor, now=clock.now())
        except actions.UnableToEndQuestion:
            messages.error(request, _("The first question of a ticket always gets an answer."))
    return back_to(request, found.number)


@require_POST
@for_employees()
def needs_one(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Take back that a message asks nothing; the promise is the one it had."""
    found = find_ticket(viewer, number)
    question = found.questions.filter(pk=pk).first()
    if question is not None:
        actions.needs_answer_after_all(question=question, by=viewer.actor, now=clock.now())
    return back_to(request, found.number)


@require_POST
@for_employees("finance", "admin")
def end_dispute(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """End the dispute of a ticket with its outcome."""
    found = find_ticket(viewer, number)
    dispute = collections.dispute_of(found)
    if dispute is None:
        raise Http404
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, viewer, found, outcome_form=form, status=422)
    directdebit.close_dispute(
        dispute=dispute,
        outcome=form.cleaned_data["outcome"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("The dispute is ended. Tell the customer in your answer."))
    return back_to(request, found.number)

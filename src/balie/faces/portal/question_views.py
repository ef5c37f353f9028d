"""A customer's questions: list, conversation, ask, and dispute a debit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.directdebit.models import Collection
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Question, Ticket
from balie.faces.portal.forms import AgainForm, DisputeForm, QuestionForm
from balie.infra import clock

PER_PAGE = 25


@require_GET
@for_contacts
def questions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the customer's questions, last first, each with its promise."""
    found = queries.with_questions(queries.tickets_for(viewer=viewer)).order_by("-opened_at")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request,
        "portal/questions.html",
        {
            "viewer": viewer,
            "here": "questions",
            "policy": policy_in_force(now=clock.now()),
            "page": page,
            "now": clock.now(),
        },
    )


@require_http_methods(["GET", "POST"])
@for_contacts
def question(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show a conversation; opening it as the asker means its answers have reached him."""
    now = clock.now()
    try:
        ticket = queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.ask_again(
            ticket=ticket, body=form.cleaned_data["body"], raw=request.body, asked_at=now, now=now
        )
        messages.success(request, _("Your message is in."))
        return redirect("portal:question", number=ticket.number)
    if request.method == "GET":
        actions.show_answers(ticket=ticket, viewer=viewer, now=now)
    return render(
        request,
        "portal/question.html",
        {
            "viewer": viewer,
            "here": "questions",
            "policy": policy_in_force(now=now),
            "ticket": ticket,
            "conversation": queries.conversation(ticket, viewer=viewer),
            "form": form,
            "now": now,
        },
    )


@require_http_methods(["GET", "POST"])
@for_contacts
def ask(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask something, signed in; the promise is shown at once on the page that follows."""
    now = clock.now()
    form = QuestionForm(request.POST or None, initial={"subject": request.GET.get("over", "")})
    if request.method == "POST" and form.is_valid():
        asked = _ask(
            request, viewer, subject=form.cleaned_data["subject"], body=form.cleaned_data["body"]
        )
        messages.success(request, _("Your question is in."))
        return redirect("portal:question", number=asked.ticket.number)
    return render(
        request,
        "portal/ask.html",
        {"viewer": viewer, "form": form, "policy": policy_in_force(now=now), "now": now},
    )


@require_http_methods(["GET", "POST"])
@for_contacts
def dispute(request: HttpRequest, viewer: Viewer, end_to_end_id: str) -> HttpResponse:
    """Say that a debit is not right: it becomes a question, tied to the debit."""
    collection = (
        collections.collections_for(viewer=viewer).filter(end_to_end_id=end_to_end_id).first()
    )
    if collection is None or collection.state != Collection.State.SETTLED:
        raise Http404
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                asked = _ask(
                    request,
                    viewer,
                    subject=_("I do not agree with this debit"),
                    body=form.cleaned_data["body"],
                )
                directdebit.open_dispute(
                    collection=collection,
                    ticket=asked.ticket,
                    by=viewer.actor,
                    now=clock.now(),
                )
        except directdebit.UnableToDispute:
            messages.info(request, _("We are looking at this debit already."))
            return redirect("portal:questions")
        return redirect("portal:question", number=asked.ticket.number)
    return render(
        request,
        "portal/dispute.html",
        {
            "viewer": viewer,
            "collection": collection,
            "parts": collection.parts.select_related("invoice"),
            "form": form,
            "policy": policy_in_force(now=clock.now()),
            "now": clock.now(),
        },
    )


def _ask(request: HttpRequest, viewer: Viewer, *, subject: str, body: str) -> Question:
    now = clock.now()
    contact = customers.contact_of(viewer)
    return actions.ask(
        channel=Ticket.Channel.PORTAL,
        subject=subject,
        body=body,
        asker_name=contact.name,
        asker_email=contact.user.email,
        raw=request.body,
        asked_at=now,
        contact=contact,
        customer=customers.customer_for(viewer=viewer),
        language=(get_language() or "nl")[:2],
        by=viewer.actor,
        now=now,
    )

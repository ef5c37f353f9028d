"""A customer's questions: list, conversation, ask, and dispute a debit."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.directdebit.models import Collection
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import queries as services
from balie.apps.services.models import Service
from balie.apps.tickets import actions, queries, visits
from balie.apps.tickets.models import Attachment, Question, Ticket
from balie.apps.tickets.queries import GivenFile
from balie.apps.tickets.uploads import download
from balie.domain.policy import Policy
from balie.domain.promises import promise_for
from balie.faces.portal.forms import AgainForm, DisputeForm, QuestionForm
from balie.faces.portal.pages import show
from balie.infra import clock
from balie.infra.incoming import raw_of

PER_PAGE = 25
MOST_INVOICES = 24  # two years by the month; an older one is named in words


@require_safe
@for_contacts
def questions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the customer's questions, last first, each with its promise."""
    found = queries.with_questions(queries.tickets_for(viewer=viewer))
    page = Paginator(found.order_by("-opened_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("pagina")
    )
    context = {
        "page": page,
        "rows": [(ticket, question_to_show(ticket)) for ticket in page.object_list],
    }
    return show(request, "questions", context, viewer=viewer, now=clock.now(), here="questions")


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def question(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show a conversation; opening it as the asker means its answers have reached him."""
    now = clock.now()
    try:
        ticket = queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error
    policy = policy_in_force(now=now)
    form = AgainForm(request.POST or None, request.FILES or None, policy=policy)
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["body"]
        actions.ask_again(
            ticket=ticket,
            contact=customers.contact_of(viewer),
            body=body,
            raw=raw_of(request),
            asked_at=now,
            files=form.cleaned_data["files"],
            by=viewer.actor,
            now=now,
        )
        messages.success(request, _("Your message is in."))
        return redirect("portal:question", number=ticket.number)
    if request.method == "GET":  # a HEAD shows nothing
        actions.show_answers(ticket=ticket, viewer=viewer, now=now)
    context = {
        "ticket": ticket,
        "conversation": queries.conversation(ticket, viewer=viewer),
        "dispute": collections.dispute_of(ticket) if viewer.sees_money else None,
        "form": form,
        "promise": promise_for(asked_at=now, policy=policy),
    }
    return show(request, "question", context, viewer=viewer, now=now, here="questions")


@require_safe
@for_contacts
def attachment(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Hand out a file of one of his own conversations, to be saved."""
    try:
        return download(queries.file_for(viewer=viewer, pk=pk))
    except Attachment.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def ask(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask something, signed in; the promise is shown at once on the page that follows."""
    now = clock.now()
    policy = policy_in_force(now=now)
    form = _question_form(request, viewer, policy=policy)
    if request.method == "POST" and form.is_valid():
        asked = _ask_about(request, viewer, form)
        messages.success(request, _("Your question is in."))
        return redirect("portal:question", number=asked.ticket.number)
    context = {
        "form": form,
        "promise": promise_for(asked_at=now, policy=policy),
        "visit": visits.key_of(request),
    }
    return show(request, "ask", context, viewer=viewer, now=now, here="questions")


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def dispute(request: HttpRequest, viewer: Viewer, end_to_end_id: str) -> HttpResponse:
    """Say that a debit is not right: it becomes a question, tied to the debit."""
    now = clock.now()
    found = collections.collections_for(viewer=viewer).filter(state=Collection.State.SETTLED)
    collection = found.filter(end_to_end_id=end_to_end_id).first()
    if collection is None:
        raise Http404
    running = collections.open_dispute_of(collection)
    if running is not None:
        messages.info(request, _("We are looking at this debit already."))
        return redirect("portal:question", number=running.ticket.number)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _open_dispute(request, viewer, collection, body=form.cleaned_data["body"])
    context = {
        "collection": collection,
        "parts": collection.parts.select_related("invoice").order_by("pk"),
        "may_charge_back": clock.local(now).date() <= collection.charge_back_until,
        "form": form,
        "promise": promise_for(asked_at=now, policy=policy_in_force(now=now)),
    }
    return show(request, "dispute", context, viewer=viewer, now=now, here="invoices")


def question_to_show(ticket: Ticket) -> Question | None:
    """Return the question that stands for a ticket in a list: due first, else asked last."""
    asked = list(ticket.questions.all())
    waiting = [one for one in asked if one.answer_id is None and one.needs_none_at is None]
    if waiting:
        return min(waiting, key=lambda one: one.promise.due_at)
    return asked[-1] if asked else None


def _question_form(request: HttpRequest, viewer: Viewer, *, policy: Policy) -> QuestionForm:
    """Offer what is his own to ask about; what is asked of the address stands chosen."""
    invoices = billing.invoices_for(viewer=viewer).order_by("-issued_on", "-pk")
    return QuestionForm(
        request.POST or None,
        request.FILES or None,
        policy=policy,
        services=list(services.services_for(viewer=viewer)),
        invoices=list(invoices[:MOST_INVOICES]) if viewer.sees_money else [],
        initial={"subject": request.GET.get("over", ""), "about": request.GET.get("betreft", "")},
    )


def _ask_about(request: HttpRequest, viewer: Viewer, form: QuestionForm) -> Question:
    """Ask, with the files and the thing that it is about, all or nothing."""
    about = form.cleaned_data["about"]
    with transaction.atomic():
        asked = _ask(
            request,
            viewer,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            files=form.cleaned_data["files"],
        )
        actions.note_about(
            ticket=asked.ticket,
            services=[about] if isinstance(about, Service) else [],
            invoices=[about] if isinstance(about, Invoice) else [],
        )
        visits.note_asked(request, now=clock.now())
    return asked


def _open_dispute(
    request: HttpRequest, viewer: Viewer, collection: Collection, *, body: str
) -> HttpResponse:
    try:
        with transaction.atomic():
            asked = _ask(request, viewer, subject=_("I do not agree with this debit"), body=body)
            directdebit.open_dispute(
                collection=collection, ticket=asked.ticket, by=viewer.actor, now=clock.now()
            )
    except directdebit.UnableToDispute:
        messages.info(request, _("We are looking at this debit already."))
        return redirect("portal:questions")
    messages.success(request, _("We have it. We are going to look at this debit with you."))
    return redirect("portal:question", number=asked.ticket.number)


def _ask(
    request: HttpRequest,
    viewer: Viewer,
    *,
    subject: str,
    body: str,
    files: Sequence[GivenFile] = (),
) -> Question:
    now = clock.now()
    contact = customers.contact_of(viewer)
    return actions.ask(
        channel=Ticket.Channel.PORTAL,
        subject=subject,
        body=body,
        asker_name=contact.name,
        asker_email=contact.user.email,
        raw=raw_of(request),
        asked_at=now,
        contact=contact,
        customer=customers.customer_for(viewer=viewer),
        language=(get_language() or "nl")[:2],
        files=files,
        by=viewer.actor,
        now=now,
    )

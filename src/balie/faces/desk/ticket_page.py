"""The page of a ticket, as every view shows it: queue, conversation, what one can do, customer."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from balie.apps.billing import queries as billing
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as collections
from balie.apps.mandates import queries as mandates
from balie.apps.services import queries as services
from balie.apps.tickets import queries
from balie.apps.tickets.models import Draft, Message, Ticket
from balie.apps.tickets.queries import Choice, inbound
from balie.faces.desk.finding import choice_of, filters_of
from balie.faces.desk.forms import AnswerForm, AssignForm, NoteForm, OutcomeForm
from balie.infra import clock

PER_PAGE = 30
LAST_COLLECTIONS = 3
LAST_TICKETS = 4


def queue_page(request: HttpRequest, viewer: Viewer, employee: Employee) -> dict[str, object]:
    """Return what shows the queue: its rows by key, its count up to a thousand, its choices."""
    choice = choice_of(request, viewer)
    found = queries.chosen(viewer=viewer, choice=choice)
    return {
        **_listed(request, found, choice, employee),
        "viewer": viewer,
        "teams": queries.teams(),
        "choice": choice,
        "person": filters_of(request).get("van", ""),
    }


def _beside(request: HttpRequest, viewer: Viewer, employee: Employee) -> dict[str, object]:
    """Return the queue as it stands beside a ticket: who asks, what about, and when it is due."""
    choice = choice_of(request, viewer)
    found = queries.chosen(viewer=viewer, choice=choice).select_related(None)
    found = found.only("number", "subject", "asker_name", "opened_at", "due_at", "closed_at")
    return {**_listed(request, found, choice, employee), "viewer": viewer}


def _listed(
    request: HttpRequest,
    found: QuerySet[Ticket],
    choice: Choice,
    employee: Employee,
) -> dict[str, object]:
    counted, now = queries.count_up_to(found), clock.now()
    mark = request.GET.get("na", "")
    return {
        "here": "queue",
        "slice": queries.slice_of(found, choice=choice, mark=mark, size=PER_PAGE),
        "count": min(counted, queries.COUNTED),
        "and_more": counted > queries.COUNTED,
        "state": choice.state,
        "filters": urlencode(filters_of(request)),
        "leaving": queries.leaving(employee, now=now),
        "now": now,
    }


def ticket_page(
    request: HttpRequest,
    viewer: Viewer,
    found: Ticket,
    *,
    answer_form: AnswerForm | None = None,
    note_form: NoteForm | None = None,
    assign_form: AssignForm | None = None,
    outcome_form: OutcomeForm | None = None,
    newer_than: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a ticket; what was filled in wrongly comes back with its fault.

    `newer_than` is the last message that the employee had seen: what is later is marked as new.
    """
    employee = customers.employee_of(viewer)
    conversation = queries.conversation(found, viewer=viewer)
    drafts = queries.drafts_of(found, employee)
    return render(
        request,
        "desk/ticket.html",
        {
            **_beside(request, viewer, employee),
            "ticket": found,
            "conversation": conversation,
            "firsts": queries.first_questions(conversation),
            "newer_than": newer_than,
            "waiting": found.open_questions,
            "answer_form": answer_form or _answer(found, conversation, drafts.get("answer")),
            "note_form": note_form or _note(found, drafts.get("note")),
            "assign_form": assign_form
            or AssignForm(initial={"team": found.team, "employee": found.assignee}),
            "outcome_form": outcome_form or OutcomeForm(),
            "card": _card(found.customer, viewer, but=found) if found.customer else None,
            "may_be": [] if found.customer else _who_it_may_be(found),
            "dispute": collections.dispute_of(found),
            "names": customers.names_of([found.closed_by]),
            "splitting": "splitsen" in request.GET and status == 200,
            **_around(found, employee),
        },
        status=status,
    )


def _around(found: Ticket, employee: Employee) -> dict[str, object]:
    """What a ticket is tied to, and who else looks at it."""
    return {
        "mail_events": inbound.mail_events(found),
        "perhaps": inbound.perhaps_of(found),
        "links": queries.links_of(found),
        "merges": queries.merges_into(found),
        "tags": queries.tags_of(found),
        "suggested_tags": queries.suggested_tags(),
        "colleagues": queries.colleagues_at(found, but=employee, now=clock.now()),
    }


def _answer(found: Ticket, conversation: list[Message], draft: Draft | None) -> AnswerForm:
    initial = {
        "body": draft.body if draft else "",
        "version": draft.version if draft else 0,
        "seen": queries.last_message(conversation),
    }
    return AnswerForm(number=found.number, initial=initial)


def _note(found: Ticket, draft: Draft | None) -> NoteForm:
    initial = {"body": draft.body, "version": draft.version} if draft else {"version": 0}
    return NoteForm(number=found.number, initial=initial)


def _card(customer: Customer, viewer: Viewer, *, but: Ticket) -> dict[str, object]:
    """What the employee needs to know of the customer while answering."""
    asked = queries.tickets_for(viewer=viewer).select_related(None)
    asked = asked.filter(customer=customer).exclude(pk=but.pk)
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

"""Reads about tickets. A face gets a ticket only through a Viewer; lists take few queries."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from balie.apps.customers.viewer import Viewer
from balie.apps.tickets.models import Message, Question, Team, Ticket

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

STILL_OPEN = Q(answer__isnull=True, needs_none_at__isnull=True)
TICKET_STILL_OPEN = Q(questions__answer__isnull=True, questions__needs_none_at__isnull=True)


def asked_by(contact_id: int | None) -> Q:
    """Return which questions one person asked: a contact, or with None who was not signed in."""
    if contact_id is None:
        return Q(message__contact__isnull=True)
    return Q(message__contact=contact_id)


def tickets_for(*, viewer: Viewer) -> QuerySet[Ticket]:
    """Return the tickets a viewer may see: all for an employee, his customer's for a contact."""
    tickets = Ticket.objects.select_related("customer", "team", "assignee")
    return tickets if viewer.is_employee else tickets.filter(customer=viewer.customer_id)


def ticket_for(*, viewer: Viewer, number: str) -> Ticket:
    """Return one ticket by its number. Raises Ticket.DoesNotExist, for a stranger's too."""
    return tickets_for(viewer=viewer).get(number=number)


class Due(TypedDict):
    """What `with_due` adds to a ticket."""

    due_at: datetime | None
    open_questions: int


def with_due(tickets: QuerySet[Ticket]) -> "QuerySet[WithAnnotations[Ticket, Due]]":
    """Add `due_at` (earliest due moment of the open questions) and `open_questions` to each."""
    return tickets.annotate(
        due_at=Min("questions__promise__due_at", filter=TICKET_STILL_OPEN),
        open_questions=Count("questions", filter=TICKET_STILL_OPEN),
    )


def queue(
    *, viewer: Viewer, team: str | None = None, assignee: int | None = None, state: str = "open"
) -> "QuerySet[WithAnnotations[Ticket, Due]]":
    """Return the desk's queue: what is due first stands first, answered tickets last.

    `state` is "open" (a question waits, whether or not somebody closed the ticket), "answered"
    (none waits, not closed) or "closed".
    """
    tickets = with_due(tickets_for(viewer=viewer))
    if team:
        tickets = tickets.filter(team__code=team)
    if assignee is not None:
        tickets = tickets.filter(assignee=assignee)
    if state == "open":
        return tickets.filter(open_questions__gt=0).order_by("due_at", "pk")
    answered = tickets.filter(open_questions=0)
    if state == "closed":
        return answered.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    return answered.filter(closed_at__isnull=True).order_by("-opened_at", "-pk")


def conversation(ticket: Ticket, *, viewer: Viewer) -> list[Message]:
    """Return a ticket's messages in order, with question and promise; no notes for contacts."""
    messages = ticket.messages.select_related(
        "employee", "question__promise", "question__answer"
    ).order_by("written_at", "pk")
    if not viewer.is_employee:
        messages = messages.exclude(kind=Message.Kind.NOTE)
    return list(messages)


def open_questions(ticket: Ticket) -> QuerySet[Question]:
    """Return the questions of a ticket that still wait for an answer."""
    return ticket.questions.filter(STILL_OPEN).select_related("promise")


def is_first(question: Question) -> bool:
    """Tell whether a question is what its ticket was opened with."""
    earlier = Question.objects.filter(ticket=question.ticket_id, pk__lt=question.pk)
    return not earlier.exists()


def with_questions(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Add each ticket's questions with promise and answer, in two queries for the whole list."""
    questions = Question.objects.select_related("promise", "answer__employee").order_by(
        "promise__made_at", "pk"
    )
    return tickets.prefetch_related(Prefetch("questions", queryset=questions))


def missed_questions() -> QuerySet[Question]:
    """Return the questions whose promise was missed, last due first, with ticket and cause."""
    return (
        Question.objects.filter(promise__miss__isnull=False)
        .select_related("ticket", "promise__miss", "answer__employee")
        .order_by("-promise__due_at")
    )


def teams() -> list[Team]:
    """Return the teams of the desk."""
    return list(Team.objects.order_by("pk"))


def asked_before(ticket: Ticket, *, hours: int) -> int:
    """Count the tickets opened in this asker's name in the hours before this one, itself included.

    Whoever was first stays first, however late the mails go out (guide: safety, A12).
    """
    since = ticket.opened_at - timedelta(hours=hours)
    earlier = Q(opened_at__lt=ticket.opened_at) | Q(opened_at=ticket.opened_at, pk__lte=ticket.pk)
    return Ticket.objects.filter(
        earlier, asker_email__iexact=ticket.asker_email, opened_at__gt=since
    ).count()

"""Reads about tickets. A face gets a ticket only through a Viewer; lists take few queries."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets.models import Message, Question, Team, Ticket

STILL_OPEN = Q(answer__isnull=True, needs_none_at__isnull=True)
AMONG_OURSELVES = (Message.Kind.NOTE, Message.Kind.UNSENT)
# A mail by somebody who did not prove to be on file: no contact sees it on his ticket (A13, A14),
# until an employee who looked at it lets him.
BY_A_STRANGER = Q(
    kind=Message.Kind.QUESTION,
    contact__isnull=True,
    mail__isnull=False,
    mail__shown_at__isnull=True,
)


def asked_by(contact_id: int | None) -> Q:
    """Return which questions one person asked: a contact, or with None who was not signed in."""
    if contact_id is None:
        return Q(message__contact__isnull=True)
    return Q(message__contact=contact_id)


def visible_to(viewer: Viewer) -> QuerySet[Ticket]:
    """Return what a viewer may see, merged tickets too: all, or for a contact his customer's.

    And what he asked himself as a contact of several customers, without saying of which.
    """
    tickets = Ticket.objects.select_related("customer", "team", "assignee")
    if viewer.is_employee:
        return tickets
    his_own = Q(customer__isnull=True, contact=viewer.person_id)
    return tickets.filter(Q(customer=viewer.customer_id) | his_own)


def tickets_for(*, viewer: Viewer) -> QuerySet[Ticket]:
    """Return the tickets a viewer may see; one that went on in another is that other one."""
    return visible_to(viewer).filter(merged_into__isnull=True)


def ticket_for(*, viewer: Viewer, number: str) -> Ticket:
    """Return one ticket by its number, or the one it was merged into.

    Raises Ticket.DoesNotExist, for a stranger's too.
    """
    found = visible_to(viewer).get(number=number)
    if found.merged_into_id is None:
        return found
    return visible_to(viewer).get(pk=survivor_of(found).pk)


def survivor_of(ticket: Ticket) -> Ticket:
    """Return the ticket where a conversation goes on: itself, or the end of its merges."""
    passed = {ticket.pk}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in passed:
        passed.add(ticket.merged_into_id)
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def conversation(ticket: Ticket, *, viewer: Viewer) -> list[Message]:
    """Return a ticket's messages in order, with question and promise.

    A contact sees no notes, nothing taken back, no mail of a stranger; of what was merged into his
    ticket only what came in for his own customer. An answer stands with each question that it
    answers, also when these are on two tickets since.
    """
    # Few joins: PostgreSQL plans longer over each of them than it takes to find ten messages.
    messages = on_ticket(ticket).select_related("mail", "question__promise")
    messages = messages.prefetch_related("origin", "attachments").order_by("written_at", "pk")
    if not viewer.is_employee:
        messages = messages.exclude(kind__in=AMONG_OURSELVES).filter(
            ~BY_A_STRANGER, Q(origin__isnull=True) | Q(origin__customer=viewer.customer_id)
        )
    found = list(messages)
    written = {message.pk: message for message in found}
    for message in found:
        question = getattr(message, "question", None)
        if question is not None and question.answer_id in written:
            question.answer = written[question.answer_id]
    return found


def on_ticket(ticket: Ticket) -> QuerySet[Message]:
    """Return the messages of a ticket, with the answers to its questions wherever they stand."""
    answers = Question.objects.filter(ticket=ticket, answer__isnull=False).values("answer")
    # A union, for with an "or" PostgreSQL reads every message there is.
    return Message.objects.filter(
        pk__in=Message.objects.filter(ticket=ticket).values("pk").union(answers)
    )


def open_questions(ticket: Ticket) -> QuerySet[Question]:
    """Return the questions of a ticket that still wait for an answer."""
    return ticket.questions.filter(STILL_OPEN).select_related("promise")


def is_first(question: Question) -> bool:
    """Tell whether a question is what the ticket was opened with that it came in on.

    That ticket may have gone on in another one since: what was asked there earlier changes nothing.
    """
    message = Message.objects.get(pk=question.message_id)
    came_in_on = message.origin_id or message.ticket_id
    on_it = Q(message__origin=came_in_on) | Q(message__origin__isnull=True, ticket=came_in_on)
    return not Question.objects.filter(on_it, pk__lt=question.pk).exists()


def first_questions(messages: Iterable[Message]) -> set[int]:
    """Return the questions (ids) of a conversation that a ticket was opened with: `is_first`."""
    firsts: dict[int, int] = {}
    for message in messages:
        if message.kind == Message.Kind.QUESTION:
            asked_on, pk = message.origin_id or message.ticket_id, message.question.pk
            firsts[asked_on] = min(pk, firsts.get(asked_on, pk))
    return set(firsts.values())


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


def written_after(ticket: Ticket, *, seen: int, but: Employee) -> QuerySet[Message]:
    """Return what was written on a ticket after the message with id `seen`, first one first.

    The employee's own notes are no news to him. His own answer is: a second click, or another tab,
    would send it again.
    """
    return (
        ticket.messages.filter(pk__gt=seen)
        .exclude(employee=but, kind=Message.Kind.NOTE)
        .exclude(kind=Message.Kind.UNSENT)
        .order_by("pk")
    )

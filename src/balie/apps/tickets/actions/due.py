"""The due moment of a ticket: the earliest of its questions that wait, kept beside it for lists."""

from django.db import transaction
from django.db.models import Count, F, Min

from balie.apps.tickets import queries
from balie.apps.tickets.models import Question, Ticket


@transaction.atomic
def settle_due(*ticket_ids: int) -> None:
    """Write `due_at` and `open_questions` of tickets as their questions say.

    Whoever asks, answers, moves or ends a question calls it in the same transaction. The tickets
    are taken hold of first: of two at once the second counts what the first one wrote.
    """
    for pk in sorted(set(ticket_ids)):
        take_hold(pk)
        waiting = Question.objects.filter(queries.STILL_OPEN, ticket=pk)
        settled = waiting.aggregate(due_at=Min("promise__due_at"), open_questions=Count("pk"))
        Ticket.objects.filter(pk=pk).update(**settled)


def take_hold(pk: int) -> None:
    """Make every other writer of this ticket wait until our transaction ends."""
    Ticket.objects.filter(pk=pk).update(open_questions=F("open_questions"))

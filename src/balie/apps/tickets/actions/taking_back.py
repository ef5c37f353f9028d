"""Take an answer back before it leaves: it becomes a draft again, and nothing was answered."""

from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Employee
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import open_again
from balie.apps.tickets.actions.due import settle_due, take_hold
from balie.apps.tickets.models import Draft, Message, Question
from balie.infra import audit, outbox
from balie.infra.audit import Actor


class UnableToTakeBack(Exception):
    """The answer has left, or is leaving right now; write another one."""


@transaction.atomic
def take_back(*, message: Message, employee: Employee, now: datetime) -> Draft:
    """Undo an answer of this employee's that nobody has yet; its text becomes his draft.

    Its mails are withdrawn all or none, its questions wait again as if nothing had been sent, and
    the message stays among ourselves. Raises UnableToTakeBack when a mail is being sent already or
    the asker has read it in the portal.
    """
    ticket = message.ticket
    take_hold(ticket.pk)
    unread = Message.objects.filter(
        pk=message.pk,
        kind=Message.Kind.ANSWER,
        employee=employee,
        delivered_at__isnull=True,
        undelivered_at__isnull=True,
    )
    if unread.update(kind=Message.Kind.UNSENT) != 1:
        raise UnableToTakeBack(f"the answer on {ticket.number} has arrived already")
    rows = queries.mails_of_answer(message)
    if not outbox.withdraw_untried(rows, reason="taken back", now=now):
        raise UnableToTakeBack(f"the answer on {ticket.number} is leaving already")
    reopened = Question.objects.filter(answer=message)
    tickets = set(reopened.values_list("ticket", flat=True))
    reopened.update(answer=None)
    settle_due(ticket.pk, *tickets)
    by = Actor("employee", employee.pk, employee.name)
    ticket.refresh_from_db()
    if ticket.closed_at is not None and ticket.closed_at >= message.written_at:
        open_again(ticket, by=by, now=now)
    audit.record(
        event="ticket.answer_taken_back",
        by=by,
        subject=("ticket", ticket.pk),
        now=now,
        data={"message": message.pk},
    )
    return _as_draft(message, employee, now=now)


def _as_draft(message: Message, employee: Employee, *, now: datetime) -> Draft:
    """Put the text before what he may have begun to write since."""
    begun, made = Draft.objects.get_or_create(
        ticket=message.ticket,
        employee=employee,
        kind=Draft.Kind.ANSWER,
        defaults={"body": message.body, "saved_at": now},
    )
    if not made:
        begun.body = f"{message.body}\n\n{begun.body}".strip()
        begun.version, begun.saved_at = begun.version + 1, now
        begun.save()
    return begun

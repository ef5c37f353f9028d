"""Forget what people wrote: the words, names and files of tickets go, their figures stay.

A ticket keeps its number, its moments and its promises, so that what was promised and kept can
still be counted. Nothing that waits for an answer is forgotten.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from balie.apps.tickets.actions.searching import index_messages
from balie.apps.tickets.models import (
    Attachment,
    Call,
    CallBack,
    Caller,
    Draft,
    InboundMail,
    Message,
    RawSource,
    Satisfaction,
    StoredFile,
    Suggestion,
    Ticket,
)
from balie.infra import append_only

FORGOTTEN = "…"
AT_ONCE = 200


@transaction.atomic
def forget_tickets(numbers: Collection[int]) -> int:
    """Forget tickets (ids) on which nothing waits; how many were not forgotten before."""
    found = Ticket.objects.filter(pk__in=numbers, open_questions=0).exclude(subject=FORGOTTEN)
    tickets = list(found.values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=tickets).update(
        subject=FORGOTTEN, asker_name=FORGOTTEN, asker_email=""
    )
    messages = Message.objects.filter(ticket__in=tickets)
    sources = list(messages.exclude(source=None).values_list("source", flat=True))
    forget_mails(InboundMail.objects.filter(Q(message__in=messages) | Q(ticket__in=tickets)))
    RawSource.objects.filter(pk__in=sources).update(content=b"", sha256="")
    _forget_files(messages)
    messages.update(body=FORGOTTEN)
    messages.filter(employee=None).update(author_name=FORGOTTEN)
    _forget_what_was_said(tickets, messages)
    index_messages(list(Message.objects.filter(ticket__in=tickets).select_related("ticket")))
    return len(tickets)


def forget_mails(mails: QuerySet[InboundMail]) -> int:
    """Forget who sent these mails and what they said; that each came, and where it went, stays."""
    found = list(mails.values_list("pk", "source_id"))
    InboundMail.objects.filter(pk__in=[pk for pk, _ in found]).update(
        from_name="", from_address="", subject="", parts=[], faults=[], is_whole=False
    )
    RawSource.objects.filter(pk__in=[source for _, source in found]).update(content=b"", sha256="")
    return len(found)


def _forget_files(messages: QuerySet[Message]) -> None:
    """Remove the files of these messages, and their bytes when no other message has them."""
    files = Attachment.objects.filter(message__in=messages)
    stored = list(files.values_list("stored", flat=True))
    files.delete()
    StoredFile.objects.filter(pk__in=stored, attachments__isnull=True).delete()


def _forget_what_was_said(tickets: list[int], messages: QuerySet[Message]) -> None:
    Draft.objects.filter(ticket__in=tickets).delete()
    Suggestion.objects.filter(ticket__in=tickets).update(evidence={})
    CallBack.objects.filter(ticket__in=tickets).update(number="", suits="")
    Call.objects.filter(ticket__in=tickets).update(number="", called="")
    Caller.objects.filter(ticket__in=tickets).delete()
    remarks = Satisfaction.objects.filter(message__in=messages).exclude(remark="")
    if remarks.exists():
        # Whether we helped may not be changed afterwards, and is not: only the words go.
        with append_only.lifted(Satisfaction._meta.db_table):
            remarks.update(remark="")


def tickets_to_forget(*, before: datetime) -> QuerySet[Ticket]:
    """Return the tickets that were closed before a moment and are not forgotten yet."""
    return Ticket.objects.filter(closed_at__lt=before, open_questions=0).exclude(subject=FORGOTTEN)


def mails_to_forget(*, before: datetime) -> QuerySet[InboundMail]:
    """Return the mails taken before a moment whose bytes are still kept, and no longer needed."""
    return InboundMail.objects.filter(taken_at__lt=before, is_whole=True).exclude(
        Q(place=InboundMail.Place.WAITING)
        | Q(message__ticket__open_questions__gt=0)
        | Q(ticket__open_questions__gt=0)
    )


@transaction.atomic
def forget_bytes(mails: Collection[int]) -> int:
    """Let the bytes of mails (ids) go; their text stands in the ticket. How many."""
    sources = InboundMail.objects.filter(pk__in=mails).values("source")
    RawSource.objects.filter(pk__in=sources).update(content=b"")
    return InboundMail.objects.filter(pk__in=mails, is_whole=True).update(is_whole=False)

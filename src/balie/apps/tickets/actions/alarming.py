"""Alarm: a promise broke while the question waits; the asker and who leads the team hear of it."""

from datetime import datetime

from django.db import transaction

from balie.apps.promises import actions as promises
from balie.apps.tickets import queries
from balie.apps.tickets.models import BrokenPromise, InboundMail, Question
from balie.infra import outbox


def tell_of_misses(*, now: datetime) -> list[BrokenPromise]:
    """Note what was missed, and tell of each question once; how many times it runs is no matter."""
    promises.note_misses(now=now)
    return [_tell(question, now=now) for question in queries.untold_misses()]


@transaction.atomic
def _tell(question: Question, *, now: datetime) -> BrokenPromise:
    """Raise the alarm about one question, with one honest mail when his address is his own."""
    asked_on = question.message.origin or question.ticket
    # A stranger on a contact's ticket gave no address to write to, and it is not the contact's.
    is_visitor = asked_on.contact_id is None and asked_on.asker_confirmed
    is_known = question.message.contact_id is not None or is_visitor
    has_address = bool(question.message.contact_id or asked_on.asker_email)
    mails = InboundMail.objects.filter(message=question.message_id)
    may_answer = not mails.exclude(hold_back="").exists()
    asker_told = is_known and has_address and may_answer
    lead = queries.lead_of(question.ticket.team)
    alarm, is_new = BrokenPromise.objects.get_or_create(
        question=question, defaults={"lead": lead, "asker_told": asker_told, "raised_at": now}
    )
    if not is_new:
        return alarm
    if asker_told:
        outbox.put(
            kind="promise-broken",
            event=f"promise-broken:{question.pk}",
            recipient=("ticket", asked_on.pk),
            payload={"question": question.pk},
            now=now,
        )
    if lead is not None:
        outbox.put(
            kind="promise-alarm",
            event=f"promise-alarm:{question.pk}",
            recipient=("employee", lead.pk),
            payload={"question": question.pk},
            now=now,
        )
    return alarm

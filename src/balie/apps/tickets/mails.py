"""The mails about questions: received (with the promise) and answered (which keeps it)."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from balie.apps.customers.models import Contact
from balie.apps.promises import queries as policies
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Message, Question, Ticket
from balie.infra import mail, outbox
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal

# What an outsider can make us send to somebody else's address (guide: safety, A12).
ACKNOWLEDGEMENTS_PER_HOUR = 3
ACKNOWLEDGEMENTS_PER_DAY = 10


def register() -> None:
    """Tell the outbox who sends these kinds."""
    outbox.register("question-received", sender=send_received, may_send=may_acknowledge)
    outbox.register(
        "answer",
        sender=send_answer,
        on_accepted=keep_promises,
        on_failed=reopen_questions,
        on_withdrawn=reopen_questions,
        on_bounced=reopen_bounced,
    )


def may_acknowledge(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a further acknowledgement to an address nobody has shown to be his own."""
    ticket = Ticket.objects.get(pk=row.recipient_id)
    if ticket.asker_confirmed:
        return None
    if queries.asked_before(ticket, hours=1) > ACKNOWLEDGEMENTS_PER_HOUR:
        return Refusal("enough acknowledgements to this unconfirmed address this hour")
    if queries.asked_before(ticket, hours=24) > ACKNOWLEDGEMENTS_PER_DAY:
        return Refusal("enough acknowledgements to this unconfirmed address today")
    return None


def send_received(row: OutboxRow, now: datetime) -> Delivery:
    """Send the acknowledgement: that the question is in and by when it is answered."""
    question = Question.objects.select_related("promise").get(pk=row.payload["question"])
    context = {"promise": question.promise}
    # Merged since or not: who asked is who opened the ticket that the row was written for.
    ticket = Ticket.objects.select_related("contact").get(pk=row.recipient_id)
    return _send("question_received", row, ticket, context, contact=ticket.contact, now=now)


def send_answer(row: OutboxRow, now: datetime) -> Delivery:
    """Send what an employee wrote."""
    message = Message.objects.get(pk=row.payload["message"])
    contact = Contact.objects.select_related("user").filter(pk=row.payload["contact"]).first()
    return _send(
        "answer",
        row,
        Ticket.objects.get(pk=row.recipient_id),
        {"message": message},
        contact=contact,
        now=now,
        automatic=False,
    )


def keep_promises(row: OutboxRow, now: datetime) -> None:
    """The next mail hop has the answer: the promises of what it answers are kept."""
    message = Message.objects.get(pk=row.payload["message"])
    actions.note_delivered(
        message=message,
        delivered_at=row.accepted_at or now,
        questions=_his_questions(row),
        now=now,
    )


def reopen_questions(row: OutboxRow, now: datetime) -> None:
    """The answer cannot be delivered: unless it reached the asker otherwise, he still waits."""
    message = Message.objects.get(pk=row.payload["message"])
    his = _his_questions(row)
    unseen = message.answers_questions.filter(his, promise__kept_at__isnull=True)
    if message.delivered_at is None or unseen.exists():
        actions.note_undelivered(message=message, questions=his, now=now)


def reopen_bounced(row: OutboxRow, now: datetime) -> None:
    """The answer came back after it was accepted: what that acceptance kept waits again (E3).

    Who had the answer otherwise before, by phone or in the portal, does not wait.
    """
    message = Message.objects.get(pk=row.payload["message"])
    by_this_mail = Q(promise__kept_at__isnull=True) | Q(promise__kept_at__gte=row.accepted_at)
    his = _his_questions(row) & by_this_mail
    answered = message.answers_questions.all()
    if not answered.exists() or answered.filter(his).exists():
        actions.note_undelivered(message=message, questions=his, now=now)


def _his_questions(row: OutboxRow) -> Q:
    """Return what this row answers: one of several askers has his own (rows of old do not say)."""
    if "questions" in row.payload:
        return Q(pk__in=row.payload["questions"])
    return queries.asked_by(row.payload["contact"])


def _send(
    template: str,
    row: OutboxRow,
    ticket: Ticket,
    context: Mapping[str, object],
    *,
    contact: Contact | None,
    now: datetime,
    automatic: bool = True,
) -> Delivery:
    """Write to a contact at his address on file, to an outsider at the address he gave."""
    name = contact.name if contact else ticket.asker_name
    company = policies.policy_in_force(now=now).company
    subject, text = mail.render(
        f"tickets/mail/{template}",
        language=ticket.language,
        context={
            **context,
            "ticket": ticket,
            "name": name,
            "company": company,
            "base_url": settings.BALIE_BASE_URL.rstrip("/"),
        },
    )
    return mail.deliver(
        mail.Mail(
            # Nobody may choose what we write by ourselves to an address that may not be his.
            to_name="" if automatic and not ticket.asker_confirmed else name,
            to_address=contact.user.email if contact else ticket.asker_email,
            subject=subject,
            text=text,
            language=ticket.language,
            automatic=automatic,
        ),
        message_id=row.message_id,
        now=now,
    )

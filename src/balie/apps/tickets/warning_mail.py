"""The mail that warns who can still keep a promise; it is not sent once that is past."""

from datetime import datetime

from django.conf import settings

from balie.apps.customers.models import Employee
from balie.apps.promises import queries as policies
from balie.apps.tickets import queries
from balie.apps.tickets.mail_kinds import ASKER, BY_WHEN, DESK, NUMBER, SUBJECT
from balie.apps.tickets.models import Question
from balie.infra import mail, mail_texts, outbox
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import due_words

KIND = "promise-warning"


def register() -> None:
    """Tell the outbox who sends it, and what it says."""
    outbox.register(KIND, sender=send_warning, may_send=may_warn)
    mail_texts.register(
        KIND,
        app="tickets",
        nl="Aan wie nu werkt: een belofte loopt bijna af.",
        en="To who is at work: a promise falls due soon.",
        placeholders=(NAME, COMPANY, NUMBER, SUBJECT, ASKER, BY_WHEN, DESK),
    )


def may_warn(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse it when the question was answered meanwhile."""
    waiting = Question.objects.filter(queries.STILL_OPEN, pk=row.payload["question"])
    return None if waiting.exists() else Refusal("answered meanwhile")


def send_warning(row: OutboxRow, now: datetime) -> Delivery:
    """Say which question, and before when."""
    employee = Employee.objects.select_related("user").get(pk=row.recipient_id)
    question = Question.objects.select_related("promise", "message", "ticket").get(
        pk=row.payload["question"]
    )
    language = "en" if employee.language == "en" else "nl"
    ticket = question.ticket
    subject, text = mail_texts.write(
        KIND,
        language=language,
        values={
            "naam": employee.name,
            "bedrijf": policies.policy_in_force(now=now).company.trade_name,
            "vraagnummer": ticket.number,
            "onderwerp": ticket.subject,
            "vrager": question.message.author_name,
            "uiterlijk": due_words(question.promise.due_at, now=now, language=language),
            "deskadres": f"{settings.BALIE_BASE_URL.rstrip('/')}/balie/vragen/{ticket.number}/",
        },
    )
    return mail.deliver(
        mail.Mail(
            to_name=employee.name,
            to_address=employee.user.email,
            subject=subject,
            text=text,
            language=language,
        ),
        message_id=row.message_id,
        now=now,
    )

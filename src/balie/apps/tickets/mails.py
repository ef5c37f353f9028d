"""The mails about questions: received (with the promise), answered (which keeps it), and broken.

Until an asker has confirmed his address we write to it by ourselves once a day, whatever is asked
in his name, and in words that he did not choose; what an employee answers always goes (guide:
safety, A12).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from balie.apps.customers.models import Contact, Employee
from balie.apps.promises import queries as policies
from balie.apps.tickets import actions, mail_kinds, queries
from balie.apps.tickets.models import InboundMail, Message, Question, Ticket
from balie.apps.tickets.references import reference_of
from balie.infra import mail, mail_texts, outbox
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import due_words, moment_words

MOST_REFERENCES = 20
# What an asker's mail program calls its mail, if that is a name at all: it goes into our headers.
NAMED = re.compile(r"[!-;=?-~]{3,200}@[!-;=?-~]{1,200}")
# The few words inside a value; what surrounds them is the text of the mail.
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "soon": "zo snel mogelijk",
        "team": "ons team {}",
        "desk": "onze helpdesk",
        "told": "De vrager heeft hierover een mail gekregen.",
        "telling": "De vrager krijgt hierover een mail.",
        "undelivered": "De mail hierover aan de vrager is niet aangekomen.",
        "not_told": "De vrager kreeg hierover geen mail: wij hebben geen bevestigd adres, of mogen "
        "daar niet uit onszelf naar schrijven.",
    },
    "en": {
        "soon": "as soon as we can",
        "team": "our team {}",
        "desk": "our help desk",
        "told": "The asker got a mail about this.",
        "telling": "The asker will get a mail about this.",
        "undelivered": "The mail about this to the asker did not arrive.",
        "not_told": "The asker got no mail about this: we have no confirmed address of his, or may "
        "not write to it by ourselves.",
    },
}


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    mail_kinds.register()
    outbox.register("question-received", sender=send_received, may_send=may_acknowledge)
    outbox.register("promise-broken", sender=send_broken, may_send=may_tell_asker)
    outbox.register("promise-alarm", sender=send_alarm, may_send=may_tell)
    outbox.register(
        "answer",
        sender=send_answer,
        may_send=may_answer,
        on_accepted=keep_promises,
        on_failed=reopen_questions,
        on_withdrawn=reopen_questions,
        on_bounced=reopen_bounced,
    )


def may_acknowledge(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a further acknowledgement to an address nobody has shown to be his own.

    After a day a new question has one again, so that nobody is left without for ever. Once he has
    confirmed it on one ticket the caps of the policy hold for what else is asked in his name.
    """
    ticket = Ticket.objects.get(pk=row.recipient_id)
    refusal = _held_back(row)
    if refusal is not None or ticket.asker_confirmed:
        return refusal
    earlier = queries.acknowledged_before(row, ticket=ticket)
    if not earlier:
        return None
    if not queries.has_confirmed(ticket):
        return Refusal("this unconfirmed address had an acknowledgement today")
    desk = policies.policy_in_force(now=now).desk
    since = row.created_at - timedelta(hours=1)
    if sum(at > since for at in earlier) >= desk.acknowledgements_per_hour:
        return Refusal("enough acknowledgements to this address this hour")
    if len(earlier) >= desk.acknowledgements_per_day:
        return Refusal("enough acknowledgements to this address today")
    return None


def send_received(row: OutboxRow, now: datetime) -> Delivery:
    """Send the acknowledgement: that the question is in and by when it is answered."""
    question = Question.objects.select_related("promise").get(pk=row.payload["question"])
    promise = question.promise
    # Merged since or not: who asked is who opened the ticket that the row was written for.
    ticket = Ticket.objects.select_related("contact__user").get(pk=row.recipient_id)
    language = _language(ticket)
    usual = promise.usual_by if promise.usual_by and promise.usual_by > now else None
    values = {
        "vraagnummer": ticket.number,
        "ontvangen": moment_words(promise.made_at, language=language),
        "uiterlijk": _by_when(promise.due_at, language=language, now=now),
        "gewone_tijd": due_words(usual, now=now, language=language) if usual else "",
    }
    if ticket.asker_confirmed:
        return _send("question-received", row, ticket, values, contact=ticket.contact, now=now)
    confirmation = actions.issue_confirmation(ticket=ticket, now=now)
    values["bevestigingslink"] = queries.confirmation_address(confirmation.nonce)
    return _send("question-received-unconfirmed", row, ticket, values, contact=None, now=now)


def may_answer(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to mail an answer to who is not of its customer any more; his question waits again."""
    ticket = Ticket.objects.get(pk=row.recipient_id)
    contact = row.payload["contact"] or ticket.contact_id
    customer = ticket.customer
    if contact is None or customer is None or customer.contacts.filter(pk=contact).exists():
        return None
    return Refusal("who asked is not of this customer any more; answer somebody who is")


def send_answer(row: OutboxRow, now: datetime) -> Delivery:
    """Send what an employee wrote, with the files that go with it."""
    message = Message.objects.get(pk=row.payload["message"])
    ticket = Ticket.objects.get(pk=row.recipient_id)
    his = Q(pk=row.payload["contact"] or ticket.contact_id)
    contact = Contact.objects.select_related("user").filter(his).first()
    values = {
        "vraagnummer": ticket.number,
        "onderwerp": ticket.subject,
        "antwoord": message.body,
        "medewerker": message.author_name,
        "tevredenlink": queries.satisfaction_address(message, is_happy=True),
        "ontevredenlink": queries.satisfaction_address(message, is_happy=False),
    }
    kind = "answer" if contact else "answer-outside"
    return _send(kind, row, ticket, values, contact=contact, answer=message, now=now)


def may_tell(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to say that an answer is late when it was given meanwhile."""
    waiting = Question.objects.filter(queries.STILL_OPEN, pk=row.payload["question"])
    if not waiting.exists():
        return Refusal("answered meanwhile")
    return None


def may_tell_asker(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse it also to a machine, a list, or whoever else may not be answered by itself."""
    return may_tell(row, now) or _held_back(row)


def _held_back(row: OutboxRow) -> Refusal | None:
    mails = InboundMail.objects.filter(message__question=row.payload["question"])
    why = mails.exclude(hold_back="").values_list("hold_back", flat=True).first()
    return None if why is None else Refusal(why)


def send_broken(row: OutboxRow, now: datetime) -> Delivery:
    """Tell the asker honestly that his answer is late: who has it, and by when it comes."""
    question = Question.objects.select_related(
        "promise", "ticket__assignee", "ticket__team", "message__contact__user"
    ).get(pk=row.payload["question"])
    promise = question.promise
    ticket = Ticket.objects.get(pk=row.recipient_id)
    language = _language(ticket)
    values = {
        "vraagnummer": ticket.number,
        "ontvangen": moment_words(promise.made_at, language=language),
        "beloofd": due_words(promise.due_at, now=now, language=language),
        "wie": _holder(question.ticket, language=language),
        "uiterlijk": _by_when(promise.guaranteed_by, language=language, now=now),
    }
    contact = question.message.contact
    return _send("promise-broken", row, ticket, values, contact=contact, now=now)


def send_alarm(row: OutboxRow, now: datetime) -> Delivery:
    """Tell who leads the team that a promise was broken."""
    lead = Employee.objects.select_related("user").get(pk=row.recipient_id)
    question = Question.objects.select_related(
        "promise", "message", "ticket__assignee", "ticket__team"
    ).get(pk=row.payload["question"])
    ticket = question.ticket
    language = "en" if lead.language == "en" else "nl"
    company = policies.policy_in_force(now=now).company
    subject, text = mail_texts.write(
        "promise-alarm",
        language=language,
        values={
            "naam": lead.name,
            "bedrijf": company.trade_name,
            "vraagnummer": ticket.number,
            "onderwerp": ticket.subject,
            "vrager": question.message.author_name,
            "beloofd": due_words(question.promise.due_at, now=now, language=language),
            "wie": _holder(ticket, language=language),
            "bericht": WORDS[language][_told(question)],
            "deskadres": _address(f"/balie/vragen/{ticket.number}/"),
        },
    )
    return mail.deliver(
        mail.Mail(
            to_name=lead.name,
            to_address=lead.user.email,
            subject=subject,
            text=text,
            language=language,
        ),
        message_id=row.message_id,
        now=now,
    )


def _told(question: Question) -> str:
    """Return which words say what the asker heard of it, as far as it is known now."""
    row = OutboxRow.objects.filter(event=f"promise-broken:{question.pk}").first()
    if row is None:
        return "not_told"
    if row.state == OutboxState.QUEUED:
        return "telling"
    arrived = row.state == OutboxState.ACCEPTED and row.bounced_at is None
    return "told" if arrived else "undelivered"


def _by_when(moment: datetime | None, *, language: str, now: datetime) -> str:
    """Return before when, or that it comes as soon as we can once that moment has passed."""
    if moment is None or moment <= now:
        return WORDS[language]["soon"]
    return due_words(moment, now=now, language=language)


def _holder(ticket: Ticket, *, language: str) -> str:
    """Return who has a ticket: a person, else a team, else the desk."""
    if ticket.assignee is not None:
        return ticket.assignee.name
    if ticket.team is None:
        return WORDS[language]["desk"]
    name = ticket.team.name_en if language == "en" else ticket.team.name_nl
    return WORDS[language]["team"].format(name)


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


def _language(ticket: Ticket) -> str:
    return "en" if ticket.language == "en" else "nl"


def _address(path: str) -> str:
    return f"{settings.BALIE_BASE_URL.rstrip('/')}{path}"


def _send(
    kind: str,
    row: OutboxRow,
    ticket: Ticket,
    values: Mapping[str, str],
    *,
    contact: Contact | None,
    answer: Message | None = None,
    now: datetime,
) -> Delivery:
    """Write to a contact at his address on file, to an outsider at the address he gave.

    What a stranger asked on a contact's ticket is answered to that contact, where he is now.
    The reference in the subject brings his reply back to the ticket, whatever the text says.
    """
    contact = contact or ticket.contact
    name = contact.name if contact else ticket.asker_name
    company = policies.policy_in_force(now=now).company
    follow = _address(f"/klant/vragen/{ticket.number}/") if contact else ""
    subject, text = mail_texts.write(
        kind,
        language=_language(ticket),
        values={**values, "naam": name, "bedrijf": company.trade_name, "volglink": follow},
    )
    in_reply_to, references = _thread_of(ticket, row=row, answer=answer)
    return mail.deliver(
        mail.Mail(
            # Nobody may choose what we write by ourselves to an address that may not be his.
            to_name=name if answer is not None or ticket.asker_confirmed else "",
            to_address=contact.user.email if contact else ticket.asker_email,
            subject=f"{subject} [{reference_of(ticket)}]",
            text=text,
            language=_language(ticket),
            automatic=answer is None,
            reply_to=company.email,
            in_reply_to=in_reply_to,
            references=references,
            attachments=_files_of(answer),
        ),
        message_id=row.message_id,
        now=now,
    )


def _thread_of(
    ticket: Ticket, *, row: OutboxRow, answer: Message | None
) -> tuple[str, tuple[str, ...]]:
    """Return the mail that this one replies to, and all that it follows, for the asker's program.

    What he mailed himself comes last: an answer is a reply to that.
    """
    ours = queries.earlier_mails_of(ticket, before=row)
    asked = queries.mails_asked_by(ticket, answer=answer)
    his = [f"<{named}>" for named in asked if NAMED.fullmatch(named)]
    known = tuple(dict.fromkeys([*ours, *his]))[-MOST_REFERENCES:]
    return (known[-1] if known else ""), known


def _files_of(answer: Message | None) -> tuple[mail.Attachment, ...]:
    if answer is None:
        return ()
    return tuple(
        mail.Attachment(
            filename=one.name, content=bytes(one.stored.content), content_type=one.content_type
        )
        for one in answer.attachments.select_related("stored")
    )

"""Erase a contact on request (GDPR art. 17): first what it would do, then the deed.

What the law has us keep for seven years stays: invoices as they were issued, the ledger, bank
entries, debits, mandates and what proves them. So does the audit trail: it holds ids, which lead to
nobody once the account is blank.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice
from balie.apps.credentials.actions import forgetting as credentials
from balie.apps.customers import forgetting as people
from balie.apps.customers.models import Contact, Customer
from balie.apps.directdebit.models import Collection
from balie.apps.mandates.models import Mandate, MandateEvidence
from balie.apps.office.models import ImportedRow
from balie.apps.office.privacy.periods import came_from
from balie.apps.services.actions import forgetting as panels
from balie.apps.services.models import Service
from balie.apps.tickets.actions import forgetting as tickets
from balie.apps.tickets.models import Attachment, InboundMail, Message, Ticket
from balie.infra import audit
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow

# A debit that was paid may still come back; that is booked on the customer's number.
RUNNING = (Collection.State.ANNOUNCED, Collection.State.EXPORTED)
Hindrance = Literal["erased", "question", "service", "money", "address", "employee"]


class UnableToErase(Exception):
    """Something still runs for this person; ``hindrances`` says what has to end first."""

    def __init__(self, hindrances: list[Hindrance]) -> None:
        super().__init__(f"cannot be erased yet: {', '.join(hindrances)}")
        self.hindrances = hindrances


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What erasing would do, counted: what goes, what the law keeps, and what stands in the way."""

    goes: dict[str, int]
    stays: dict[str, int]
    customers: tuple[Customer, ...]
    hindrances: list[Hindrance]


def preview(contact: Contact, *, now: datetime) -> Preview:
    """Count what erasing this contact would remove and keep."""
    alone = people.only_customers(contact)
    his = _tickets(contact)
    messages = Message.objects.filter(ticket__in=his)
    return Preview(
        goes={
            "tickets": his.count(),
            "messages": messages.count(),
            "files": Attachment.objects.filter(message__in=messages).count(),
            "mails": _mails(contact).count(),
        },
        stays={
            "invoices": Invoice.objects.filter(customer__in=alone).count(),
            "debits": Collection.objects.filter(customer__in=alone).count(),
            "mandates": Mandate.objects.filter(customer__in=alone).count(),
            "evidence": MandateEvidence.objects.filter(mandate__customer__in=alone).count(),
        },
        customers=tuple(alone),
        hindrances=_hindrances(contact, alone, his, now=now),
    )


@transaction.atomic
def erase(*, contact: Contact, by: Actor, now: datetime) -> Preview:
    """Remove who this person is and what he wrote, save what the law has us keep.

    Raises UnableToErase while a service, a question, money or a change of address still runs.
    """
    seen = preview(contact, now=now)
    if seen.hindrances:
        raise UnableToErase(seen.hindrances)
    tickets.forget_mails(_mails(contact))
    tickets.forget_tickets(list(_tickets(contact).values_list("pk", flat=True)))
    _forget_mail_of_ours(contact)
    panels.forget_accounts(people.only_customers(contact))
    ImportedRow.objects.filter(
        kind=ImportedRow.Kind.CUSTOMERS, made_id__in=[one.pk for one in seen.customers]
    ).update(raw={})
    credentials.forget_user(contact.user)
    people.forget_contact(contact, now=now)
    audit.record(
        event="contact.erased",
        by=by,
        subject=("contact", contact.pk),
        now=now,
        data={"goes": dict(seen.goes), "stays": dict(seen.stays)},
    )
    return seen


def _hindrances(
    contact: Contact, alone: list[Customer], his: QuerySet[Ticket], *, now: datetime
) -> list[Hindrance]:
    running = Service.objects.filter(customer__in=alone)
    ends_later = Q(ended_on__isnull=True) | Q(ended_on__gt=now.date())
    live = Collection.objects.filter(customer__in=alone, state__in=RUNNING)
    checks: dict[Hindrance, bool] = {
        "erased": people.is_forgotten(contact),
        "employee": hasattr(contact.user, "employee"),
        "question": his.filter(open_questions__gt=0).exists(),
        "service": running.filter(ends_later).exists(),
        "money": live.exists() or any(billing.open_total(one) for one in alone),
        "address": credentials.is_changing(contact.user, now=now),
    }
    return [name for name, stands in checks.items() if stands]


def _tickets(contact: Contact) -> QuerySet[Ticket]:
    """His tickets, also those he asked from his address before anybody knew it was his."""
    his = came_from(contact.user, email_field="asker_email", at_field="opened_at")
    return Ticket.objects.filter(Q(contact=contact) | (Q(contact__isnull=True) & his))


def _mails(contact: Contact) -> QuerySet[InboundMail]:
    his = came_from(contact.user, email_field="from_address", at_field="taken_at")
    return InboundMail.objects.filter(his)


def _forget_mail_of_ours(contact: Contact) -> None:
    """What mail servers said of our mails may hold his address; the rows themselves hold ids."""
    rows = OutboxRow.objects.filter(
        Q(recipient_kind="contact", recipient_id=contact.pk)
        | Q(recipient_kind="user", recipient_id=contact.user_id)
    )
    rows.update(last_error="", bounce_reason="")

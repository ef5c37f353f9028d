"""What is held about a contact, for himself (GDPR art. 15, 20): an archive to read and to reuse.

Only what is of him: what a colleague wrote in his ticket, and notes among ourselves, are not in it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Model, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from balie.apps.billing.models import Invoice
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.customers import sessions
from balie.apps.customers.models import Contact, Customer, CustomerContact, SignIn
from balie.apps.mandates.models import Mandate
from balie.apps.tickets.models import Attachment, InboundMail, Message, PhoneTalk, Ticket
from balie.infra.models import AuditEvent, OutboxRow

Value = str | int | bool | None
Rows = list[dict[str, Value]]
SEES_MONEY = {CustomerContact.Role.OWNER, CustomerContact.Role.FINANCE}
_UNSAFE = re.compile(r"[^\w.-]+")


def dossier(contact: Contact) -> dict[str, Rows]:
    """What is held about a contact, by subject; a row per thing, moments in UTC."""
    user = contact.user
    return {
        "account": [
            {
                **_plain(user, "email", "email_changed_at", "created_at", "last_login"),
                **_plain(contact, "name", "phone", "language"),
            }
        ],
        "factors": _rows(
            Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"
        ),
        "sessions": [
            _plain(one, "created_at", "last_seen_at", "ip", "user_agent")
            for one in sessions.sessions_of(user)
        ],
        "sign_ins": _rows(SignIn.objects.filter(user=user), "at", "way", "has_succeeded"),
        "lost_logins": _rows(
            RecoveryLink.objects.filter(user=user), "issued_at", "expires_at", "used_at"
        ),
        "address_changes": _rows(
            AddressChange.objects.filter(user=user),
            *("started_at", "channel", "old_email", "new_email", "state", "proof", "completed_at"),
        ),
        "customers": list(_customers(contact)),
        "mandates": list(_mandates(contact)),
        "invoices": list(_invoices(contact)),
        "tickets": _rows(_tickets(contact), "number", "subject", "opened_at", "closed_at"),
        "messages": list(_messages(contact)),
        "files": _rows(_files(contact), "id", "name", "size", "kept_at"),
        "calls": _rows(PhoneTalk.objects.filter(ticket__in=_tickets(contact)), "at", "reached"),
        "mails_in": _rows(_mails(contact), "id", "taken_at", "subject", "from_address"),
        "mails_out": _rows(_mails_out(contact), "kind", "created_at", "state", "accepted_at"),
        "trail": _rows(_trail(contact), "at", "event", "subject_kind", "subject_id"),
    }


def archive(contact: Contact, *, now: datetime) -> bytes:
    """The same as a ZIP: to read in a browser, to reuse as JSON, with files and mails as they came.

    Raises nothing for a person of whom little is held: every subject is there, perhaps empty.
    """
    held = dossier(contact)
    page = render_to_string(
        "office/dossier.html",
        {"sections": _readable(held), "name": contact.name, "now": now},
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("gegevens.html", page)
        made.writestr("gegevens.json", json.dumps(held, ensure_ascii=False, indent=1))
        for file in _files(contact).select_related("stored"):
            safe = _UNSAFE.sub("_", file.name).lstrip(".") or "file"
            made.writestr(f"bestanden/{file.pk}-{safe}", bytes(file.stored.content))
        for mail in _mails(contact).filter(is_whole=True).select_related("source"):
            made.writestr(f"mails/{mail.pk}.eml", bytes(mail.source.content))
    return out.getvalue()


def _readable(held: dict[str, Rows]) -> list[tuple[str, list[str], list[list[Value]]]]:
    """Title, column names and cells per subject, in the language in force."""
    titles = {
        "account": _("You"),
        "factors": _("What proves that it is you"),
        "sessions": _("Where you are signed in"),
        "sign_ins": _("Signing in"),
        "lost_logins": _("Lost logins"),
        "address_changes": _("Changes of your e-mail address"),
        "customers": _("Customers you look after"),
        "mandates": _("Direct debit mandates"),
        "invoices": _("Invoices"),
        "tickets": _("Your questions"),
        "messages": _("What was written"),
        "files": _("Your files"),
        "calls": _("Calls"),
        "mails_in": _("Mails from you"),
        "mails_out": _("Mails to you"),
        "trail": _("What was recorded"),
    }
    return [
        (titles[name], list(rows[0]) if rows else [], [list(row.values()) for row in rows])
        for name, rows in held.items()
    ]


def _plain(row: Model, *names: str) -> dict[str, Value]:
    return {name: _value(getattr(row, name)) for name in names}


def _rows(found: QuerySet[Model], *names: str) -> Rows:
    return [
        {name: _value(value) for name, value in zip(names, row, strict=True)}
        for row in found.order_by("pk").values_list(*names)
    ]


def _value(value: object) -> Value:
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _customers(contact: Contact) -> Iterator[dict[str, Value]]:
    for role in contact.roles.select_related("customer").order_by("pk"):
        row = {**_plain(role.customer, "number", "name"), **_plain(role, "role", "since_at")}
        if role.role == CustomerContact.Role.OWNER:
            names = ("street", "house_number", "postcode", "city", "country", "kvk_number")
            row |= _plain(role.customer, *names)
        yield row


def _of_money(contact: Contact) -> QuerySet[Customer]:
    """The customers whose money he may see."""
    roles = CustomerContact.objects.filter(contact=contact, role__in=SEES_MONEY)
    return Customer.objects.filter(pk__in=roles.values("customer"))


def _mandates(contact: Contact) -> Iterator[dict[str, Value]]:
    names = ("mandate_reference", "debtor_name", "iban", "signed_on", "status")
    yield from _rows(Mandate.objects.filter(customer__in=_of_money(contact)), *names)


def _invoices(contact: Contact) -> Iterator[dict[str, Value]]:
    names = ("number", "issued_on", "due_on", "total_cents", "open_cents")
    yield from _rows(Invoice.objects.filter(customer__in=_of_money(contact)), *names)


def _tickets(contact: Contact) -> QuerySet[Ticket]:
    return Ticket.objects.filter(contact=contact)


def _told(contact: Contact) -> QuerySet[Message]:
    """What he wrote, and what an employee answered him; nothing of a colleague, no note."""
    kinds = [Message.Kind.QUESTION, Message.Kind.ANSWER]
    by_another = Q(contact__isnull=False) & ~Q(contact=contact)
    return Message.objects.filter(ticket__contact=contact, kind__in=kinds).exclude(by_another)


def _messages(contact: Contact) -> Iterator[dict[str, Value]]:
    for one in _told(contact).select_related("ticket").order_by("ticket_id", "pk"):
        yield {
            "ticket": one.ticket.number,
            **_plain(one, "written_at", "kind", "author_name", "body"),
        }


def _files(contact: Contact) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=_told(contact)).order_by("pk")


def _mails(contact: Contact) -> QuerySet[InboundMail]:
    """Mails that were shown to be his: an address alone can be forged."""
    his = InboundMail.objects.filter(from_address__iexact=contact.user.email)
    return his.filter(trust=InboundMail.Trust.PROVEN)


def _mails_out(contact: Contact) -> QuerySet[OutboxRow]:
    to_him = Q(recipient_kind="contact", recipient_id=contact.pk)
    return OutboxRow.objects.filter(to_him | Q(recipient_kind="user", recipient_id=contact.user_id))


def _trail(contact: Contact) -> QuerySet[AuditEvent]:
    by_him = Q(by_kind="contact", by_id=contact.pk)
    about_him = Q(subject_kind="user", subject_id=contact.user_id)
    return AuditEvent.objects.filter(
        by_him | about_him | Q(subject_kind="contact", subject_id=contact.pk)
    )

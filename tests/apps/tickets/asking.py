"""What the tests of the tickets build with: people who ask, employees who answer, mails."""

from datetime import UTC, datetime, timedelta
from itertools import count

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.actions import note_misses
from balie.apps.tickets import actions
from balie.apps.tickets.models import Message, Question, Ticket
from balie.infra import outbox
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import OutboxRow
from balie.infra.outbox import SendReport
from tests.apps.building import NOW

_counter = count(1)

EMPLOYEE = Viewer(
    kind="employee",
    person_id=1,
    name="Marit",
    role="agent",
    customer_id=None,
    signed_in_by="password",
)


def amsterdam(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment in the week of Monday 9 March 2026, on the wall clock of Amsterdam (CET)."""
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(
        hours=hour - 1, minutes=minute, seconds=second
    )


def new_employee(role: str = "agent") -> Employee:
    """Somebody who answers."""
    number = next(_counter)
    return customers.register_employee(
        name=f"Marit {number}",
        email=f"marit{number}@delinde.example",
        role=role,
        by=SYSTEM,
        now=NOW,
    )


def ask(
    at: datetime,
    *,
    contact: Contact | None = None,
    customer: Customer | None = None,
    email: str = "j.bakker@klant.example",
    body: str = "Mijn site doet het niet.",
    now: datetime | None = None,
) -> Question:
    """Somebody asks something: signed in when a contact is given."""
    return actions.ask(
        channel="portal" if contact else "web",
        subject="",
        body=body,
        asker_name="J. Bakker",
        asker_email=contact.user.email if contact else email,
        raw=body.encode(),
        asked_at=at,
        contact=contact,
        customer=customer,
        by=SYSTEM,
        now=now or at,
    )


def ask_again(ticket: Ticket, at: datetime, *, contact: Contact | None = None) -> Question:
    """The asker, or a colleague of his, adds a question to the ticket."""
    asker = contact or ticket.contact
    return actions.ask_again(
        ticket=ticket,
        contact=contact,
        body="En verder?",
        raw=b"x",
        asked_at=at,
        by=Actor("contact", asker.pk, asker.name) if asker else SYSTEM,
        now=at,
    )


def answer(ticket: Ticket, at: datetime, *, employee: Employee | None = None) -> Message:
    """An employee answers; the mail waits in the outbox."""
    return actions.answer(
        ticket=ticket, body="Zo werkt het weer.", employee=employee or new_employee(), now=at
    )


def send(at: datetime) -> SendReport:
    """Let the mail server take what waits."""
    return outbox.send_due(now=at)


def viewer_of(contact: Contact, customer: Customer) -> Viewer:
    """A contact, signed in."""
    return Viewer(
        kind="contact",
        person_id=contact.pk,
        name=contact.name,
        role="owner",
        customer_id=customer.pk,
        signed_in_by="password",
    )


def misses(at: datetime) -> list[tuple[datetime, str]]:
    """When what was missed, with its cause, as known at a moment."""
    note_misses(now=at)
    found = Question.objects.filter(promise__miss__isnull=False).order_by("promise__due_at")
    return list(found.values_list("promise__miss__missed_at", "promise__miss__cause"))


def mails(kind: str) -> list[OutboxRow]:
    """The rows of the outbox of one kind, first one first."""
    return list(OutboxRow.objects.filter(kind=kind).order_by("pk"))

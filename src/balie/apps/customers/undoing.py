"""Take back what an account gave since a moment at which it was no longer its owner's.

Whoever he let in goes, and whoever those let in; a role that was changed or taken away by any of
them is as it was. The sealed trail says who did that, and in what order.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from balie.apps.customers import announcing, invitations
from balie.apps.customers.models import Contact, CustomerContact, Invitation, User
from balie.infra import audit
from balie.infra.audit import Actor
from balie.infra.models import AuditEvent

ROLE_EVENTS = ("contact.role_changed", "contact.removed")
Place = tuple[int, int]  # a customer and a contact, by id


@transaction.atomic
def take_back(*, contact: Contact, since: datetime, by: Actor, now: datetime) -> None:
    """Undo what a contact gave and took since a moment (UTC): roles, and invitations.

    Each change is in the audit trail, and mailed to the owners and to whom it is about.
    """
    let_in = _let_in(contact, since=since)
    for event in _role_events(contact, let_in, since=since):
        _undo(event, let_in, by=by, now=now)
    for customer, guest in sorted(let_in):
        given = CustomerContact.objects.filter(customer=customer, contact=guest).first()
        if given is not None:
            given.delete()
            _note(given, "removed", by=by, now=now)
    for one in _offers(contact, let_in, since=since):
        invitations.withdraw(invitation=one, by=by, now=now)


def _let_in(contact: Contact, *, since: datetime) -> set[Place]:
    """Return who came in on an invitation of his since, and on one of theirs, and so on."""
    found: set[Place] = set()
    to_ask: list[tuple[int | None, int]] = [(None, contact.pk)]
    while to_ask:
        customer, inviter = to_ask.pop()
        given = _invited_by(inviter, since=since).exclude(joined=None)
        if customer is not None:
            given = given.filter(customer=customer)
        new = {(one.customer_id, one.joined_id) for one in given if one.joined_id} - found
        found |= new
        to_ask += new
    return found - {(customer, contact.pk) for customer, _ in found}


def _invited_by(contact: int, *, since: datetime) -> QuerySet[Invitation]:
    inviter = str(Actor("contact", contact))
    return Invitation.objects.filter(invited_by=inviter, invited_at__gte=since)


def _offers(contact: Contact, let_in: set[Place], *, since: datetime) -> list[Invitation]:
    his = list(_invited_by(contact.pk, since=since).filter(**invitations.OPEN))
    for customer, guest in sorted(let_in):
        theirs = _invited_by(guest, since=since).filter(customer=customer, **invitations.OPEN)
        his += list(theirs)
    return his


def _role_events(contact: Contact, let_in: set[Place], *, since: datetime) -> list[AuditEvent]:
    """Return what he and whom he let in did to roles, last first."""
    done = AuditEvent.objects.filter(
        event__in=ROLE_EVENTS,
        at__gte=since,
        by_kind="contact",
        by_id__in={contact.pk, *(guest for _, guest in let_in)},
        subject_kind="customer",
    )
    return [
        event
        for event in done.order_by("-pk")
        if event.by_id == contact.pk or (event.subject_id, event.by_id) in let_in
    ]


def _undo(event: AuditEvent, let_in: set[Place], *, by: Actor, now: datetime) -> None:
    """Give somebody the role again that he had before one event; who was let in gets none."""
    place = (event.subject_id, int(event.data["contact"]))
    if place in let_in:
        return
    had = str(event.data["from" if event.event == "contact.role_changed" else "role"])
    person = Contact.objects.filter(pk=place[1], user__is_active=True).first()
    given = CustomerContact.objects.filter(customer=place[0], contact=place[1]).first()
    if person is None or (given is None and event.event == "contact.role_changed"):
        return  # erased since; or taken away since by somebody who may
    if given is None:
        given = CustomerContact(customer_id=place[0], contact=person, since_at=now)
    given.role = had
    given.save()
    _note(given, "role", by=by, now=now)


def _note(given: CustomerContact, what: str, *, by: Actor, now: datetime) -> None:
    user = User.objects.get(contact=given.contact_id)
    about: dict[str, audit.JSON] = {"user": user.pk, "role": given.role}
    line = audit.record(
        event="contact.taken_back",
        by=by,
        subject=("customer", given.customer_id),
        now=now,
        data={"contact": given.contact_id, "role": given.role, "what": what},
    )
    announcing.access_changed(
        customer=given.customer, what=what, about=about, also=user, event=line.pk, now=now
    )

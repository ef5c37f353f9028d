"""Drafts: what an employee is writing, kept on the server so that any machine has it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from balie.apps.customers.models import Employee
from balie.apps.tickets.models import Draft, Ticket

LONGEST = 20_000


class WrittenElsewhere(Exception):
    """The draft was changed on another machine since; `draft` is how it stands there."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was changed elsewhere; choose which one to keep")
        self.draft = draft


@transaction.atomic
def save_draft(
    *, ticket: Ticket, employee: Employee, kind: str, body: str, version: int, now: datetime
) -> Draft | None:
    """Keep a draft; `version` is that of the draft which the page began with, 0 for none.

    An empty text drops the draft and gives None. Raises WrittenElsewhere when somebody (himself, on
    another machine) saved another version since; saving with that one's version overrules it.
    """
    body = body[:LONGEST]
    mine = Draft.objects.filter(ticket=ticket, employee=employee, kind=kind)
    if not body.strip():
        mine.filter(version=version).delete()
    elif version:
        mine.filter(version=version).update(body=body, version=F("version") + 1, saved_at=now)
    else:
        _begin(ticket, employee, kind=kind, body=body, now=now)
    draft = mine.first()
    if draft is not None and draft.body != body:
        raise WrittenElsewhere(draft)
    if draft is None and body.strip():
        # It was sent or dropped elsewhere while this page went on.
        return _begin(ticket, employee, kind=kind, body=body, now=now)
    return draft


def drop_draft(*, ticket: Ticket, employee: Employee, kind: str) -> None:
    """Forget a draft: it was sent."""
    Draft.objects.filter(ticket=ticket, employee=employee, kind=kind).delete()


def _begin(
    ticket: Ticket, employee: Employee, *, kind: str, body: str, now: datetime
) -> Draft | None:
    try:
        with transaction.atomic():
            return Draft.objects.create(
                ticket=ticket, employee=employee, kind=kind, body=body, saved_at=now
            )
    except IntegrityError:
        return None

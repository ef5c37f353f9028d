"""Confirm: the address that an asker gave is his own, as he showed himself.

Until then we write to it once a day by ourselves, and what an employee answers (guide: safety,
A12).
"""

import secrets
from datetime import datetime

from django.db import transaction

from balie.apps.tickets import queries
from balie.apps.tickets.models import AskerConfirmation, Question, Ticket
from balie.infra import audit
from balie.infra.audit import SYSTEM, Actor


class UnableToConfirm(Exception):
    """The link belongs to no question of ours."""


def issue_confirmation(*, ticket: Ticket, now: datetime) -> AskerConfirmation:
    """Return the link of a ticket, made when it is first mailed; a retry mails the same one."""
    nonce = secrets.token_hex(24)
    found, _ = AskerConfirmation.objects.get_or_create(
        ticket=ticket,
        defaults={
            "nonce": nonce,
            "secret_sha256": queries.confirmation_hash(queries.confirmation_secret(nonce)),
            "issued_at": now,
        },
    )
    return found


@transaction.atomic
def confirm_asker(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """Note that the asker of a ticket owns its address; he gets our automatic mails from now on.

    Of this ticket only: of another one in his name somebody else may be the asker.
    """
    unconfirmed = Ticket.objects.filter(pk=ticket.pk, asker_confirmed=False)
    if unconfirmed.update(asker_confirmed=True):
        audit.record(event="ticket.asker_confirmed", by=by, subject=("ticket", ticket.pk), now=now)
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def confirm_by_link(*, secret: str, now: datetime) -> Ticket:
    """Use the link of an acknowledgement, once; using it again changes nothing.

    Raises UnableToConfirm for a link that is not of ours.
    """
    found = queries.confirmation_of(secret)
    if found is None:
        msg = "this link belongs to no question; open it as it stands in our mail"
        raise UnableToConfirm(msg)
    unused = AskerConfirmation.objects.filter(pk=found.pk, used_at__isnull=True)
    if not unused.update(used_at=now):
        return found.ticket
    return confirm_asker(ticket=found.ticket, by=SYSTEM, now=now)


@transaction.atomic
def confirm_by_mail(*, question: Question, address: str, by: Actor, now: datetime) -> None:
    """Take a mail, proven to come from `address`, as showing that the asker's address is his own.

    Only when it is the one he gave; whoever else takes part confirms nothing.
    """
    asked_on = question.message.origin or question.ticket
    if asked_on.asker_email.casefold() == address.casefold():
        confirm_asker(ticket=asked_on, by=by, now=now)

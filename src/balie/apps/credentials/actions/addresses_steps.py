"""What the steps of a change of address share: the row, its place in the audit trail, warnings."""

import secrets
from datetime import datetime

from balie.apps.credentials.models import AddressChange, AddressNotice, AddressStep
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import hash_of
from balie.apps.customers.models import Contact, User
from balie.infra import audit, outbox
from balie.infra.audit import Actor

Kind = AddressStep.Kind


class UnableToChangeAddress(Exception):
    """The change cannot be started, proven or ended as asked; the message says why."""


def note_step(change: AddressChange, kind: str, *, by: Actor, now: datetime) -> AddressStep:
    """Note what happened to a change: for the customer's track and in the audit trail."""
    audit.record(
        event=f"address_change.{kind}", by=by, subject=("address_change", change.pk), now=now
    )
    return AddressStep.objects.create(change=change, kind=kind, at=now, by=str(by))


def warn(change: AddressChange, *, user: User, mail: str, by: Actor, now: datetime) -> None:
    """Mail the old address and every contact of the customers that the address is to change.

    `mail` is the kind: when it begins, or when it was made. Each has a link of his own to stop it.
    """
    own = queries.contact_of(user)
    for contact in queries.contacts_beside(own):
        notice = _notice_for(change, contact, is_old_address=contact == own)
        outbox.put(
            kind=mail,
            event=f"{mail}:{notice.pk}",
            recipient=("user", contact.user_id),
            payload={"notice": notice.pk},
            now=now,
            not_after=change.stoppable_until,
        )
    note_step(change, Kind.WARNED, by=by, now=now)


def _notice_for(change: AddressChange, contact: Contact, *, is_old_address: bool) -> AddressNotice:
    """Return whom to warn with his link; the one that was mailed first stays his."""
    nonce = secrets.token_hex(24)
    notice, _ = AddressNotice.objects.get_or_create(
        change=change,
        contact=contact,
        defaults={
            "is_old_address": is_old_address,
            "nonce": nonce,
            "secret_sha256": hash_of(queries.stop_secret(nonce)),
        },
    )
    return notice

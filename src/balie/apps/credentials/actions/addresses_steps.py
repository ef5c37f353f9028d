"""What the steps of a change of address share: the row, its place in the audit trail, warnings."""

import secrets
from datetime import datetime

from balie.apps.credentials.models import AddressChange, AddressNotice, AddressStep
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import hash_of, proofs
from balie.apps.customers.models import Contact, User
from balie.apps.promises.queries import policy_in_force
from balie.infra import audit, outbox
from balie.infra.audit import Actor

Kind = AddressStep.Kind
State = AddressChange.State


class UnableToChangeAddress(Exception):
    """The change cannot be started, proven or ended as asked; the message says why."""


def proven_with(change: AddressChange, proof: str, *, now: datetime) -> dict[str, object]:
    """Return what a change keeps of its proof: with what, when, and which factors were there.

    Those that were only just made do not count: whoever takes an account over adds his own first.
    """
    policy = policy_in_force(now=now)
    last = proofs.newest_old_factor(change.user, policy=policy) if change.user else 0
    return {"proof": proof, "proven_at": now, "last_factor": last}


def note_step(change: AddressChange, kind: str, *, by: Actor, now: datetime) -> AddressStep:
    """Note what happened to a change: for the customer's track and in the audit trail."""
    audit.record(
        event=f"address_change.{kind}", by=by, subject=("address_change", change.pk), now=now
    )
    return AddressStep.objects.create(change=change, kind=kind, at=now, by=str(by))


def warn(change: AddressChange, *, user: User, mail: str, by: Actor, now: datetime) -> None:
    """Mail the old address and every contact of the customers that the address is to change.

    `mail` is the kind: when it begins, or when it was made. Each has a link of his own to stop what
    waits; once it was made, only the account itself and the owners can put the old address back.
    """
    own = queries.contact_of(user)
    may_put_back = queries.owners_beside(own) | {own.pk}
    for contact in queries.contacts_beside(own):
        notice = _notice_for(change, contact, own=own, may_put_back=contact.pk in may_put_back)
        is_told = mail == "address-changed" and not notice.may_put_back
        kind = "address-changed-of" if is_told else mail
        outbox.put(
            kind=kind,
            event=f"{kind}:{notice.pk}",
            recipient=("user", contact.user_id),
            payload={"notice": notice.pk},
            now=now,
            not_after=change.stoppable_until,
        )
    note_step(change, Kind.WARNED, by=by, now=now)


def revive(change: AddressChange, *, by: Actor, now: datetime) -> None:
    """Open a replaced change again, in the place of the one that is open and not proven."""
    user = change.user
    if user is None:  # looked at before: a change of nobody proves nothing
        return
    unproven = AddressChange.objects.filter(user=user, state=State.OPEN, proven_at__isnull=True)
    for other in unproven:
        AddressChange.objects.filter(pk=other.pk, state=State.OPEN).update(
            state=State.REPLACED, closed_at=now, closed_by=str(by)
        )
        note_step(other, Kind.REPLACED, by=by, now=now)
    AddressChange.objects.filter(pk=change.pk, state=State.REPLACED).update(
        state=State.OPEN, closed_at=None, closed_by=""
    )
    note_step(change, Kind.REVIVED, by=by, now=now)
    if not change.notices.exists():
        warn(change, user=user, mail="address-warning", by=by, now=now)


def _notice_for(
    change: AddressChange, contact: Contact, *, own: Contact, may_put_back: bool
) -> AddressNotice:
    """Return whom to warn with his link; the one that was mailed first stays his."""
    nonce = secrets.token_hex(24)
    notice, _ = AddressNotice.objects.get_or_create(
        change=change,
        contact=contact,
        defaults={
            "is_old_address": contact == own,
            "may_put_back": may_put_back,
            "nonce": nonce,
            "secret_sha256": hash_of(queries.stop_secret(nonce)),
        },
    )
    return notice

"""End a change of address: complete it once nothing is missing, stop it, refuse it, let it lapse.

Each end is one guarded update of its state: whoever comes first has it, on both engines.
"""

from datetime import datetime, timedelta

from django.db import transaction

from balie.apps.credentials.actions.addresses_steps import (
    Kind,
    UnableToChangeAddress,
    note_step,
    warn,
)
from balie.apps.credentials.models import AddressChange, AddressNotice
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries.recovery import unspent_links
from balie.apps.customers import actions as customers
from balie.apps.customers import factors, reserving, sessions, undoing
from balie.apps.customers.actions import AddressTaken
from balie.apps.customers.models import Hold, User
from balie.apps.promises.queries import policy_in_force
from balie.domain.address_change import credentials_hours, still_needed
from balie.infra import outbox
from balie.infra.audit import SYSTEM, Actor

State = AddressChange.State
TAKEN = "taken"
LONGEST_REASON = 400


@transaction.atomic
def complete_if_ready(change: AddressChange, *, by: Actor, now: datetime) -> AddressChange:
    """Put the new address on file when nothing is missing any more; else change nothing.

    Links and sessions of the account end, everybody is warned once more, and holds begin. An
    address that meanwhile belongs to another account refuses the change.
    """
    change.refresh_from_db()
    if change.state != State.OPEN or change.user is None:
        return change
    figures = policy_in_force(now=now).address_change
    standing = queries.standing_of(change)
    if still_needed(standing, figures, now=now):
        return change
    until = now + timedelta(hours=figures.money_hours)
    # Asked of the row as it is now: who stopped it in this moment was first.
    made = AddressChange.objects.filter(pk=change.pk, state=State.OPEN).update(
        state=State.COMPLETED, completed_at=now, stoppable_until=until
    )
    if not made:
        change.refresh_from_db()
        return change
    try:
        customers.change_address(user=change.user, email=change.new_email, by=by, now=now)
    except AddressTaken:
        return _refuse_taken(change, by=by, now=now)
    change.refresh_from_db()
    reserving.reserve(user=change.user, address=change.old_email, until=until, now=now)
    _shut(change.user, now=now)
    hours = credentials_hours(standing, figures)
    _hold(change, Hold.Blocks.NEW_IBAN, until=until, by=by, now=now)
    if hours:
        end = now + timedelta(hours=hours)
        _hold(change, Hold.Blocks.CREDENTIALS, until=end, by=by, now=now)
    note_step(change, Kind.COMPLETED, by=by, now=now)
    warn(change, user=change.user, mail="address-changed", by=by, now=now)
    outbox.put(
        kind="address-done",
        event=f"address-done:{change.pk}",
        recipient=("address_change", change.pk),
        payload={"change": change.pk},
        now=now,
    )
    return change


@transaction.atomic
def stop(*, secret: str, now: datetime) -> AddressChange:
    """Stop a change with the link of a warning; one that was made is undone while that is possible.

    Pressed again it changes nothing. Raises UnableToChangeAddress for a link that is unknown, or
    too late.
    """
    notice = queries.notice_of(secret)
    if notice is None:
        msg = "this link is no longer valid; call us"
        raise UnableToChangeAddress(msg)
    by = Actor("contact", notice.contact_id, notice.contact.name)
    return _stop(notice.change, may_put_back=notice.may_put_back, by=by, now=now)


@transaction.atomic
def cancel(*, change: AddressChange, by: Actor, now: datetime) -> AddressChange:
    """Stop an open change from the portal: who asked for it thinks better of it."""
    return _stop(change, may_put_back=True, by=by, now=now)


def _stop(change: AddressChange, *, may_put_back: bool, by: Actor, now: datetime) -> AddressChange:
    mine = AddressChange.objects.filter(pk=change.pk)
    closed = {"closed_at": now, "closed_by": str(by)}
    unmade = mine.filter(state__in=[State.OPEN, State.REPLACED])
    if unmade.update(state=State.STOPPED, **closed):
        note_step(change, Kind.STOPPED, by=by, now=now)
    elif may_put_back and mine.filter(state=State.COMPLETED, stoppable_until__gt=now).update(
        state=State.REVERTED, **closed
    ):
        _put_back(change, by=by, now=now)
    else:
        change.refresh_from_db()
        if change.state not in {State.STOPPED, State.REVERTED}:
            msg = "it is too late to stop this change with the link; call us"
            raise UnableToChangeAddress(msg)
    change.refresh_from_db()
    return change


def _put_back(change: AddressChange, *, by: Actor, now: datetime) -> None:
    """Put the old address on file again; what else is pending for the account ends with it.

    Whoever had it meanwhile keeps nothing: no password, no second factor he made, no access he
    gave, no session. Logins go to the old address at once; a new IBAN waits anew.
    """
    user = change.user
    if user is None:  # the database keeps that from being
        return
    for other in AddressChange.objects.filter(user=user, state=State.OPEN):
        if AddressChange.objects.filter(pk=other.pk, state=State.OPEN).update(
            state=State.STOPPED, closed_at=now, closed_by=str(by)
        ):
            note_step(other, Kind.STOPPED, by=by, now=now)
    try:
        customers.change_address(user=user, email=change.old_email, by=by, now=now)
    except AddressTaken as error:
        msg = "the old address has another account by now; call us"
        raise UnableToChangeAddress(msg) from error
    reserving.release(user=user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    if change.proven_at is not None:
        contact = queries.contact_of(user)
        undoing.take_back(contact=contact, since=change.proven_at, by=by, now=now)
    if change.last_factor is not None:
        factors.remove_newer(user=user, than=change.last_factor, now=now)
    _shut(user, now=now)
    for hold in queries.holds_of(change).filter(blocks=Hold.Blocks.CREDENTIALS):
        customers.lift_hold(hold=hold, by=by, now=now)
    until = now + timedelta(hours=policy_in_force(now=now).address_change.money_hours)
    _hold(change, Hold.Blocks.NEW_IBAN, until=until, by=by, now=now)
    note_step(change, Kind.REVERTED, by=by, now=now)


@transaction.atomic
def refuse(*, change: AddressChange, reason: str, by: Actor, now: datetime) -> AddressChange:
    """Refuse an open change, with why. Raises UnableToChangeAddress when it is not open."""
    because = reason.strip()
    if not because or len(because) > LONGEST_REASON:
        raise UnableToChangeAddress(f"write why, in 1 to {LONGEST_REASON} characters")
    refused = AddressChange.objects.filter(pk=change.pk, state=State.OPEN).update(
        state=State.REFUSED, closed_at=now, closed_by=str(by), closed_because=because
    )
    if not refused:
        msg = "this change is no longer open"
        raise UnableToChangeAddress(msg)
    note_step(change, Kind.REFUSED, by=by, now=now)
    change.refresh_from_db()
    return change


def complete_waiting(*, now: datetime) -> int:
    """Complete what only waited, let lapse what was not whole in time; how many ended."""
    ended = 0
    for change in queries.waiting_changes():
        state = complete_if_ready(change, by=SYSTEM, now=now).state
        ended += state != State.OPEN
    for change in queries.expired_changes(now=now):
        ended += _lapse(change, now=now)
    reserving.release_expired(now=now)
    return ended


@transaction.atomic
def _lapse(change: AddressChange, *, now: datetime) -> bool:
    late = AddressChange.objects.filter(pk=change.pk, state=State.OPEN, expires_at__lte=now)
    lapsed = late.filter(queries.NOT_WHOLE).update(
        state=State.LAPSED, closed_at=now, closed_by=str(SYSTEM)
    )
    if lapsed:
        note_step(change, Kind.LAPSED, by=SYSTEM, now=now)
    return bool(lapsed)


def _refuse_taken(change: AddressChange, *, by: Actor, now: datetime) -> AddressChange:
    AddressChange.objects.filter(pk=change.pk).update(
        state=State.REFUSED,
        completed_at=None,
        stoppable_until=None,
        closed_at=now,
        closed_by=str(by),
        closed_because=TAKEN,
    )
    note_step(change, Kind.REFUSED, by=by, now=now)
    change.refresh_from_db()
    return change


def _shut(user: User, *, now: datetime) -> None:
    """End what opens the account: links that were mailed, and sessions."""
    unspent_links(user).update(voided_at=now)
    sessions.end_all(user=user, now=now)


def _hold(change: AddressChange, blocks: str, *, until: datetime, by: Actor, now: datetime) -> None:
    for customer in queries.customers_of(change):
        customers.place_hold(
            customer=customer,
            account=change.user if blocks == Hold.Blocks.CREDENTIALS else None,
            blocks=blocks,
            reason=queries.hold_reason(change),
            until_at=until,
            by=by,
            now=now,
        )


def note_bounced(notice: AddressNotice, *, now: datetime) -> None:
    """Note that a warning came back: the old address may be dead, and what waits still waits."""
    fresh = AddressNotice.objects.filter(pk=notice.pk, bounced_at__isnull=True)
    if fresh.update(bounced_at=now):
        note_step(notice.change, Kind.BOUNCED, by=SYSTEM, now=now)

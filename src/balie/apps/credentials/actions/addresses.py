"""Start a change of the address on file: signed in, in public, or by an employee for a caller.

To start it changes nothing. Whoever starts it in public is told the same whether or not the
account exists: the view stores what was typed, a job looks it up (guide: safety, A4).
"""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from balie.apps.credentials.actions.addresses_end import complete_if_ready
from balie.apps.credentials.actions.addresses_steps import (
    Kind,
    UnableToChangeAddress,
    note_step,
    proven_with,
    warn,
)
from balie.apps.credentials.actions.recovery import TooManyRequests
from balie.apps.credentials.models import AddressChange
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import hash_of, proofs
from balie.apps.customers.attempts import network_key
from balie.apps.customers.models import Employee, User
from balie.apps.promises.queries import policy_in_force
from balie.domain.address_codes import CODES, format_code
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM, Actor
from balie.infra.mail import InvalidAddress, checked_address

Channel = AddressChange.Channel
State = AddressChange.State
LOOK_UP = "look-up-address-change"
LONGEST_IDENTIFIER = 254
MAILS_PER_HOUR = 3
HOUR = timedelta(hours=1)


@transaction.atomic
def start_in_portal(
    *,
    user: User,
    new_email: str,
    factor_id: int | None,
    language: str,
    by: Actor,
    now: datetime,
) -> AddressChange:
    """Start a change for who is signed in; the factor that opened the session is his proof at once.

    Where a saved code stood in for it, the hold is that of a code. One that was only just made
    proves nothing, whatever else the account has. A change that is open and not proven makes place.
    Raises UnableToChangeAddress.
    """
    change = _start(
        user=user, new_email=new_email, channel=Channel.PORTAL, language=language, by=by, now=now
    )
    proof = proofs.proof_by_factor(user, factor_id, policy=policy_in_force(now=now))
    if proof:
        AddressChange.objects.filter(pk=change.pk).update(**proven_with(change, proof, now=now))
        change.refresh_from_db()
        note_step(change, Kind.PROVEN, by=by, now=now)
    return complete_if_ready(change, by=by, now=now)


@transaction.atomic
def start_at_desk(
    *, user: User, new_email: str, channel: str, employee: Employee, by: Actor, now: datetime
) -> AddressChange:
    """Start a change for who called or wrote. That proves nothing, and this employee may not
    approve it; if he is the only one there is, it waits instead.

    Raises UnableToChangeAddress.
    """
    if channel not in {Channel.PHONE, Channel.TICKET}:
        msg = "an employee starts a change for who called or wrote"
        raise UnableToChangeAddress(msg)
    return _start(
        user=user,
        new_email=new_email,
        channel=channel,
        language=user.language,
        by=by,
        now=now,
        touched_by=employee,
    )


@transaction.atomic
def start_in_public(
    *, identifier: str, new_email: str, language: str, network: str, now: datetime
) -> AddressChange:
    """Store what was typed and mail the new address: the same statements for everybody.

    Which account is meant, if any, a job finds out. Raises UnableToChangeAddress for what is no
    plain e-mail address, TooManyRequests when the network asked for too much in the last hour.
    """
    key = network_key(network)
    policy = policy_in_force(now=now)
    if queries.started_from(key, since=now - HOUR) >= policy.credentials.requests_per_hour:
        raise TooManyRequests(again_at=now + HOUR)
    change = _new_row(
        new_email=new_email, channel=Channel.PUBLIC, language=language, by=SYSTEM, now=now
    )
    AddressChange.objects.filter(pk=change.pk).update(
        identifier=identifier.strip()[:LONGEST_IDENTIFIER], network=key
    )
    jobs.enqueue(LOOK_UP, change_id=change.pk)
    change.refresh_from_db()
    return change


@transaction.atomic
def look_up(*, change: AddressChange, now: datetime) -> AddressChange:
    """Find the account a public change means, once; nobody found is nobody told.

    Where another change of the account is open that a stranger may not push aside, or strangers
    started enough of them today, this one stands aside itself and mails nobody; its proof still
    takes it up, so that nobody keeps an owner from his own.
    """
    mine = AddressChange.objects.filter(pk=change.pk, looked_up_at__isnull=True)
    if not mine.update(looked_up_at=now):
        return change
    change.refresh_from_db()
    user = queries.account_to_change(change.identifier)
    most = policy_in_force(now=now).address_change.starts_per_day
    if user is None or user.email.lower() == change.new_email.lower():
        return change
    is_often = queries.started_for(user, since=now - timedelta(days=1)) >= most
    others = AddressChange.objects.filter(user=user, state=State.OPEN)
    is_free = (
        not is_often and not others.exclude(channel=Channel.PUBLIC, proven_at__isnull=True).exists()
    )
    if is_free:
        _replace(user, by=SYSTEM, now=now)
    aside = {} if is_free else {"state": State.REPLACED, "closed_at": now}
    AddressChange.objects.filter(pk=change.pk).update(user=user, old_email=user.email, **aside)
    change.refresh_from_db()
    note_step(change, Kind.STARTED, by=SYSTEM, now=now)
    if is_free:
        warn(change, user=user, mail="address-warning", by=SYSTEM, now=now)
    else:
        note_step(change, Kind.REPLACED, by=SYSTEM, now=now)
    return change


def _start(
    *,
    user: User,
    new_email: str,
    channel: str,
    language: str,
    by: Actor,
    now: datetime,
    touched_by: Employee | None = None,
) -> AddressChange:
    """Open the change of a known account, mail the new address and warn the others."""
    if queries.contact_of_or_none(user) is None or not user.is_active:
        msg = "only the address of a contact is changed this way"
        raise UnableToChangeAddress(msg)
    _replace(user, by=by, now=now)
    try:
        with transaction.atomic():
            change = _new_row(
                new_email=new_email,
                channel=channel,
                language=language,
                by=by,
                now=now,
                user=user,
                touched_by=touched_by,
            )
    except IntegrityError as error:
        msg = "another change of this address is open; stop that one first"
        raise UnableToChangeAddress(msg) from error
    note_step(change, Kind.STARTED, by=by, now=now)
    warn(change, user=user, mail="address-warning", by=by, now=now)
    return change


def _new_row(
    *,
    new_email: str,
    channel: str,
    language: str,
    by: Actor,
    now: datetime,
    user: User | None = None,
    touched_by: Employee | None = None,
) -> AddressChange:
    try:
        address = checked_address(new_email)
    except InvalidAddress as error:
        msg = "this is not one plain e-mail address"
        raise UnableToChangeAddress(msg) from error
    if user is not None and user.email.lower() == address.lower():
        msg = "this is the address that is on file already"
        raise UnableToChangeAddress(msg)
    nonce = secrets.token_hex(24)
    figures = policy_in_force(now=now).address_change
    change = AddressChange.objects.create(
        user=user,
        channel=channel,
        old_email=user.email if user else "",
        new_email=address,
        language="en" if language == "en" else "nl",
        nonce=nonce,
        secret_sha256=hash_of(queries.address_secret(nonce)),
        bank_code=format_code(secrets.randbelow(CODES)),
        started_at=now,
        started_by=str(by),
        looked_up_at=now if user else None,
        expires_at=now + timedelta(days=figures.open_days),
        touched_by=touched_by,
        touched_at=now if touched_by else None,
        works_alone=touched_by is not None and queries.employees() == 1,
    )
    if queries.mails_to_new_address(address, since=now - HOUR) <= MAILS_PER_HOUR:
        outbox.put(
            kind="address-confirm",
            event=f"address-confirm:{change.pk}",
            recipient=("address_change", change.pk),
            payload={"change": change.pk},
            now=now,
            not_after=change.expires_at,
        )
    return change


def _replace(user: User, *, by: Actor, now: datetime) -> None:
    """Let open changes that are not proven make place."""
    for old in AddressChange.objects.filter(user=user, state=State.OPEN, proven_at__isnull=True):
        closed = {"closed_at": now, "closed_by": str(by)}
        open_still = AddressChange.objects.filter(
            pk=old.pk, state=State.OPEN, proven_at__isnull=True
        )
        if open_still.update(state=State.REPLACED, **closed):
            note_step(old, Kind.REPLACED, by=by, now=now)

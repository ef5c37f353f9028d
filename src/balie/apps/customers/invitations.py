"""Access that is offered by mail: nobody is somebody's contact before his mailbox says so.

An invitation tells the inviter nothing of the address: not that it has an account, not whose. What
he may send is limited, so that no customer mails strangers at will.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from balie.apps.customers import actions, announcing, queries
from balie.apps.customers.models import Contact, Customer, CustomerContact, Invitation, User
from balie.apps.customers.turns import take_turn
from balie.apps.customers.viewer import Viewer
from balie.infra import audit, outbox
from balie.infra.audit import SYSTEM, Actor

VALID_FOR = timedelta(days=14)
DAY = timedelta(days=1)
MOST_OPEN = 5  # of one customer at once
MOST_A_DAY = 10  # of one customer
MOST_TO_ADDRESS = 3  # a day, of all customers together
OWNER = CustomerContact.Role.OWNER
OPEN = {"accepted_at__isnull": True, "withdrawn_at__isnull": True}


class UnableToInvite(Exception):
    """Nobody was invited; the message says why."""


class HasAccess(UnableToInvite):
    """The address has access to this customer already."""


class NeedsOldFactor(Exception):
    """An owner is made or taken away only by who proved himself with a second factor he has had."""


class OwnerDecides(Exception):
    """We make nobody owner beside an owner: that is for him to do."""


class UnableToAccept(Exception):
    """The invitation is spent, late or withdrawn, or is not for who accepts it."""


@transaction.atomic
def invite(
    *,
    customer: Customer,
    name: str,
    email: str,
    role: str,
    is_proven: bool,
    by: Actor,
    now: datetime,
) -> Invitation:
    """Offer somebody access, and tell every owner so. What he had open is replaced.

    `is_proven`: whoever invites signed in with a second factor he has had for a while. Raises
    NeedsOldFactor (an owner wants that), OwnerDecides (an employee offers it where an owner is),
    HasAccess, or UnableToInvite when it was often enough.
    """
    if role == OWNER and not is_proven:
        raise NeedsOldFactor("sign in with a second factor to make somebody owner")
    take_turn(customer.pk)
    here = CustomerContact.objects.filter(customer=customer)
    if role == OWNER and by.kind == "employee" and here.filter(role=OWNER).exists():
        raise OwnerDecides("an owner makes another owner; offer a lesser role")
    if here.filter(contact__user__email__iexact=email).exists():
        raise HasAccess("this address has access already; change its role")
    theirs = Invitation.objects.filter(customer=customer, **OPEN)
    theirs.filter(email__iexact=email).update(withdrawn_at=now)
    _refuse_too_many(customer, email=email, now=now)
    nonce = secrets.token_hex(32)
    made = Invitation.objects.create(
        customer=customer,
        email=email,
        name=name,
        role=role,
        nonce=nonce,
        secret_sha256=_hash(secret_of(nonce)),
        invited_by=str(by),
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    _record("invitation.made", made, by=by, now=now)
    outbox.put(
        kind="contact-invited",
        event=f"contact-invited:{made.pk}",
        recipient=("invitation", made.pk),
        payload={"invitation": made.pk},
        not_after=made.expires_at,
        now=now,
    )
    return made


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Take an invitation back; one that was accepted or withdrawn stays what it is."""
    standing = Invitation.objects.filter(pk=invitation.pk, **OPEN)
    if standing.update(withdrawn_at=now):
        _record("invitation.withdrawn", invitation, by=by, now=now)


@transaction.atomic
def withdraw_all_of(given: CustomerContact, *, by: Actor, now: datetime) -> None:
    """Take back what a contact offered who may no longer offer anything."""
    inviter = str(Actor("contact", given.contact_id, given.contact.name))
    for one in Invitation.objects.filter(customer=given.customer, invited_by=inviter, **OPEN):
        withdraw(invitation=one, by=by, now=now)


@transaction.atomic
def accept(*, secret: str, user: User | None, now: datetime) -> Contact:
    """Give access to who proved the mailbox; makes the account where the address has none.

    `user` is who is signed in. Where the address has an account it must be that one. Raises
    UnableToAccept; then nothing has changed.
    """
    found = usable(secret=secret, now=now)
    if found is None or not Invitation.objects.filter(pk=found.pk, **OPEN).update(accepted_at=now):
        raise UnableToAccept("the invitation is spent, late or withdrawn")
    account = account_of(found)
    if account is not None and (user is None or user.pk != account.pk):
        raise UnableToAccept("sign in to the account of this address first")
    known = CustomerContact.objects.filter(customer=found.customer, contact__user=account)
    if account is not None and known.exists():
        raise UnableToAccept("this address has access already")
    contact = _register(found, account, now=now)
    Invitation.objects.filter(pk=found.pk).update(joined=contact)
    _record("invitation.accepted", found, by=queries.actor_of(contact.user), now=now)
    return contact


def _register(found: Invitation, account: User | None, *, now: datetime) -> Contact:
    try:
        return actions.register_contact(
            customer=found.customer,
            name=found.name,
            email=account.email if account else found.email,
            role=found.role,
            language=found.customer.language,
            by=queries.actor_of(account) if account else SYSTEM,
            now=now,
        )
    except actions.UnableToRegister as error:
        raise UnableToAccept("the address is kept for who lost it") from error


def usable(*, secret: str, now: datetime) -> Invitation | None:
    """Return the invitation a secret opens, or None: unknown, late and spent look alike.

    So does one to an employee: he is nobody's contact.
    """
    found = (
        Invitation.objects.filter(secret_sha256=_hash(secret), expires_at__gt=now, **OPEN)
        .select_related("customer")
        .first()
    )
    account = account_of(found) if found else None
    return None if account is not None and queries.is_employee(account) else found


def account_of(invitation: Invitation) -> User | None:
    """Return the account of the address an invitation went to, or None."""
    return User.objects.filter(email__iexact=invitation.email).first()


def open_for(*, viewer: Viewer, now: datetime) -> QuerySet[Invitation]:
    """Return what the customer this viewer owns has on offer; nothing where he is no owner."""
    if viewer.role != OWNER or viewer.is_employee:
        return Invitation.objects.none()
    return open_of(viewer.customer_id, now=now)


def open_of(customer_id: int | None, *, now: datetime) -> QuerySet[Invitation]:
    """Return what stands on offer for a customer, oldest first."""
    standing = Invitation.objects.filter(customer=customer_id, expires_at__gt=now, **OPEN)
    return standing.order_by("pk")


def is_sendable(invitation: Invitation, *, now: datetime) -> bool:
    """Tell whether the mail of an invitation may still leave."""
    is_open = invitation.accepted_at is None and invitation.withdrawn_at is None
    return is_open and now < invitation.expires_at


def link_of(invitation: Invitation) -> str:
    """Return the address to mail: only under the configured base (safety, A5)."""
    secret = secret_of(invitation.nonce)
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/klant/uitnodiging/{secret}/"


def secret_of(nonce: str) -> str:
    """Derive the secret (256 bits) of an invitation; no other link has the same."""
    return salted_hmac("balie.customers.invitation", nonce, algorithm="sha256").hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _refuse_too_many(customer: Customer, *, email: str, now: datetime) -> None:
    mine = Invitation.objects.filter(customer=customer)
    lately = Invitation.objects.filter(invited_at__gt=now - DAY)
    if (
        mine.filter(expires_at__gt=now, **OPEN).count() >= MOST_OPEN
        or lately.filter(customer=customer).count() >= MOST_A_DAY
        or lately.filter(email__iexact=email).count() >= MOST_TO_ADDRESS
    ):
        raise UnableToInvite("too many invitations; withdraw one, or wait a day")


def _record(event: str, invitation: Invitation, *, by: Actor, now: datetime) -> None:
    subject = ("customer", invitation.customer_id)
    data: dict[str, audit.JSON] = {"invitation": invitation.pk, "role": invitation.role}
    line = audit.record(event=event, by=by, subject=subject, now=now, data=data)
    announcing.access_changed(
        customer=invitation.customer,
        what=event.partition(".")[2],
        about={"invitation": invitation.pk, "role": invitation.role},
        event=line.pk,
        now=now,
    )

"""Ask for a lost login, look it up, set a new password with the one-use link."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.apps.promises import actions as promises
from balie.apps.promises import queries as policies
from balie.infra import audit, jobs, outbox
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import OutboxRow

LONGEST_IDENTIFIER = 254
COUNTED_ONCE_PER = timedelta(minutes=10)


class LinkNotUsable(Exception):
    """A link is unknown, used, replaced or too old. Nobody is told which."""


@transaction.atomic
def request_recovery(*, identifier: str, language: str, now: datetime) -> RecoveryRequest:
    """Store what was typed and queue the look-up: the same statements for everybody (A4)."""
    request = RecoveryRequest.objects.create(
        identifier=identifier.strip()[:LONGEST_IDENTIFIER], language=language, requested_at=now
    )
    jobs.enqueue("look-up-recovery", request_id=request.pk)
    return request


@transaction.atomic
def look_up(*, request: RecoveryRequest, now: datetime) -> RecoveryRequest:
    """Give each account that was meant its one mail. A request is looked up once."""
    mine = RecoveryRequest.objects.filter(pk=request.pk, looked_up_at__isnull=True)
    if not mine.update(looked_up_at=now):
        return request
    users = [
        user
        for user in queries.accounts_meant_by(request.identifier)
        if not queries.is_held(user, now=now)
    ]
    for user in users:
        _send_link(user, request=request, now=now)
    RecoveryRequest.objects.filter(pk=request.pk).update(matched=len(users))
    request.refresh_from_db()
    return request


@transaction.atomic
def set_new_password(*, secret: str, password: str, now: datetime) -> User:
    """Use a link once to set a new password; the other sessions of the account end by it.

    Raises LinkNotUsable, and django's ValidationError for a weak password: then the link stays.
    """
    link = queries.usable_link(secret=secret, now=now)
    if link is None:
        msg = "this link is no longer valid; ask for a new one"
        raise LinkNotUsable(msg)
    used = RecoveryLink.objects.filter(
        pk=link.pk, used_at__isnull=True, voided_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        msg = "this link is no longer valid; ask for a new one"
        raise LinkNotUsable(msg)
    by = _person(link.user)
    customers.set_password(user=link.user, password=password, by=by, now=now)
    outbox.put(
        kind="password-changed",
        event=f"password-changed:{link.pk}",
        recipient=("user", link.user_id),
        payload={},
        now=now,
    )
    return link.user


def _send_link(user: User, *, request: RecoveryRequest, now: datetime) -> None:
    """Void what is spent, then mail the standing link or a new one.

    A repeat in the first half of the lifetime sends the same link again, at most once per ten
    minutes, later a new one; nobody can fill a mailbox by asking (safety, A12). Each request that
    is mailed has its promise.
    """
    RecoveryLink.objects.filter(
        Q(expires_at__lte=now) | Q(issued_at__lt=user.email_changed_at),
        user=user,
        used_at__isnull=True,
        voided_at__isnull=True,
    ).update(voided_at=now)
    mails = OutboxRow.objects.filter(
        kind="recovery-link", recipient_kind="user", recipient_id=user.pk
    )
    # By the hour only: a stranger who keeps asking must not shut the owner out for a day.
    most = policies.policy_in_force(now=now).credentials.mails_per_hour
    if mails.filter(created_at__gt=now - timedelta(hours=1)).count() >= most:
        return
    standing = RecoveryLink.objects.filter(
        user=user, used_at__isnull=True, voided_at__isnull=True
    ).first()
    if standing is not None and now - standing.issued_at > standing.expires_at - now:
        RecoveryLink.objects.filter(pk=standing.pk).update(voided_at=now)
        standing = None
    link = standing or _issue(user, request=request, now=now)
    of_this_link = mails.filter(event__startswith=f"recovery-link:{link.pk}:")
    if of_this_link.filter(created_at__gt=now - COUNTED_ONCE_PER).exists():
        return
    promise = link.promise
    if standing is not None:
        promise = promises.promise_credentials(requested_at=request.requested_at)
    outbox.put(
        kind="recovery-link",
        event=f"recovery-link:{link.pk}:{of_this_link.count() + 1}",
        recipient=("user", user.pk),
        payload={"link": link.pk, "promise": promise.pk, "language": request.language},
        now=now,
        not_after=link.expires_at,
    )


def _issue(user: User, *, request: RecoveryRequest, now: datetime) -> RecoveryLink:
    policy = policies.policy_in_force(now=now)
    nonce = secrets.token_hex(24)
    link = RecoveryLink.objects.create(
        user=user,
        request=request,
        promise=promises.promise_credentials(requested_at=request.requested_at),
        nonce=nonce,
        secret_sha256=queries.hash_of(queries.secret_of(nonce)),
        issued_at=now,
        expires_at=now + timedelta(minutes=policy.credentials.link_minutes),
    )
    audit.record(event="recovery.link_issued", by=SYSTEM, subject=("user", user.pk), now=now)
    return link


def _person(user: User) -> Actor:
    contact = getattr(user, "contact", None)
    if contact is not None:
        return Actor("contact", contact.pk, contact.name)
    employee = getattr(user, "employee", None)
    return Actor("employee", employee.pk, employee.name) if employee else SYSTEM

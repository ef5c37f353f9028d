"""Ask for a lost login, and look it up: each account that was meant gets its one mail."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink, RecoveryMiss, RecoveryRequest
from balie.apps.customers.attempts import network_key
from balie.apps.customers.models import User
from balie.apps.promises import actions as promises
from balie.apps.promises import queries as policies
from balie.domain.policy import Credentials
from balie.infra import audit, jobs, outbox
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import OutboxRow

LONGEST_IDENTIFIER = 254
COUNTED_ONCE_PER = timedelta(minutes=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = DAY  # NIST SP 800-63B-4, 4.2.1.2: a code by mail works for at most 24 hours


class TooManyRequests(Exception):
    """This network asked too often, or tried too many links; `again_at` is when it may go on."""

    def __init__(self, *, again_at: datetime) -> None:
        super().__init__(f"too often from one network; again at {again_at.isoformat()}")
        self.again_at = again_at


@transaction.atomic
def request_recovery(
    *, identifier: str, language: str, network: str, now: datetime
) -> RecoveryRequest:
    """Store what was typed and queue the look-up: the same statements for everybody (A4).

    Raises TooManyRequests, which depends on the network alone, never on what was typed.
    """
    again_at = queries.requests_free_at(network=network, now=now)
    if again_at > now:
        raise TooManyRequests(again_at=again_at)
    request = RecoveryRequest.objects.create(
        identifier=identifier.strip()[:LONGEST_IDENTIFIER],
        language=language,
        network=network_key(network),
        requested_at=now,
    )
    jobs.enqueue("look-up-recovery", request_id=request.pk)
    return request


@transaction.atomic
def start_recovery(*, user: User, by: Actor, now: datetime) -> RecoveryRequest:
    """Let an employee start the recovery of an account: the mail goes to the address on file.

    He neither sees nor chooses anything (ASVS v5.0.0-6.4.6). What strangers asked for does not
    count against it, so that nobody can shut an owner out by asking in his name.
    """
    request = RecoveryRequest.objects.create(
        identifier="",
        language=user.language,
        started_by=str(by),
        account=user,
        requested_at=now,
    )
    audit.record(event="recovery.started", by=by, subject=("user", user.pk), now=now)
    jobs.enqueue("look-up-recovery", request_id=request.pk)
    return request


@transaction.atomic
def look_up(*, request: RecoveryRequest, now: datetime) -> RecoveryRequest:
    """Give each account that was meant its one mail. A request is looked up once."""
    mine = RecoveryRequest.objects.filter(pk=request.pk, looked_up_at__isnull=True)
    if not mine.update(looked_up_at=now):
        return request
    meant = [request.account] if request.account else queries.accounts_meant_by(request.identifier)
    users = [user for user in meant if user.is_active and not queries.is_held(user, now=now)]
    for user in users:
        _send_link(user, request=request, now=now)
    RecoveryRequest.objects.filter(pk=request.pk).update(matched=len(users))
    request.refresh_from_db()
    return request


@transaction.atomic
def note_miss(*, network: str, now: datetime) -> None:
    """Count a link that did not open against the network that tried it."""
    RecoveryMiss.objects.create(network=network_key(network), tried_at=now)


def _send_link(user: User, *, request: RecoveryRequest, now: datetime) -> None:
    """Void what is spent, then mail the standing link once more, or a new one.

    A repeat sends the same link and lets it work longer, at least until a next mail may go: so the
    last mail in his box always holds a link that works, however often strangers ask (A12). Each
    request that is mailed has its promise.
    """
    _void_spent(user, now=now)
    standing = queries.unspent_links(user).first()
    mails = OutboxRow.objects.filter(
        kind="recovery-link", recipient_kind="user", recipient_id=user.pk
    )
    sent = list(
        mails.filter(created_at__gt=now - DAY)
        .order_by("created_at")
        .values_list("created_at", flat=True)
    )
    limits = policies.policy_in_force(now=now).credentials
    if not request.started_by and _free_at(sent, limits=limits, now=now) > now:
        return
    of_standing = mails.filter(
        event__startswith=f"recovery-link:{standing.pk}:" if standing else "-"
    )
    if of_standing.filter(created_at__gt=now - COUNTED_ONCE_PER).exists():
        return
    link = standing or _issue(user, request=request, limits=limits, now=now)
    promise = link.promise
    if standing is not None:
        promise = promises.promise_credentials(requested_at=request.requested_at)
    _lengthen(link, until=_free_at([*sent, now], limits=limits, now=now), limits=limits, now=now)
    outbox.put(
        kind="recovery-link",
        event=f"recovery-link:{link.pk}:{of_standing.count() + 1}",
        recipient=("user", user.pk),
        payload={"link": link.pk, "promise": promise.pk, "language": request.language},
        now=now,
        not_after=link.expires_at,
    )


def _void_spent(user: User, *, now: datetime) -> None:
    """Void what is too old, and what went to an address that is no longer his."""
    queries.unspent_links(user).filter(
        Q(expires_at__lte=now) | Q(issued_at__lt=user.email_changed_at)
    ).update(voided_at=now)


def _free_at(sent: Sequence[datetime], *, limits: Credentials, now: datetime) -> datetime:
    """Return when a next mail may go by the limits per hour and per day, `now` when at once."""
    free = [now]
    if len(sent) >= limits.mails_per_hour:
        free.append(sent[-limits.mails_per_hour] + HOUR)
    if len(sent) >= limits.mails_per_day:
        free.append(sent[-limits.mails_per_day] + DAY)
    return max(free)


def _lengthen(link: RecoveryLink, *, until: datetime, limits: Credentials, now: datetime) -> None:
    """Let a link work from now for its full time, and until a next mail may go; a day at most."""
    wanted = max(now + timedelta(minutes=limits.link_minutes), until)
    RecoveryLink.objects.filter(pk=link.pk).update(
        expires_at=Greatest(F("expires_at"), min(wanted, link.issued_at + LONGEST))
    )
    link.refresh_from_db()


def _issue(
    user: User, *, request: RecoveryRequest, limits: Credentials, now: datetime
) -> RecoveryLink:
    nonce = secrets.token_hex(24)
    link = RecoveryLink.objects.create(
        user=user,
        request=request,
        promise=promises.promise_credentials(requested_at=request.requested_at),
        nonce=nonce,
        secret_sha256=queries.hash_of(queries.secret_of(nonce)),
        issued_at=now,
        expires_at=now + timedelta(minutes=limits.link_minutes),
    )
    audit.record(event="recovery.link_issued", by=SYSTEM, subject=("user", user.pk), now=now)
    return link

"""The one-use link that goes with the mail of an order, for who has to choose a password."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.customers.models import User
from balie.apps.promises import actions as promises
from balie.infra import audit
from balie.infra.audit import Actor

LINK_LASTS = timedelta(hours=24)  # as long as a link may work at all (DESIGN, invariant 12)


@transaction.atomic
def issue_first_link(*, user: User, language: str, by: Actor, now: datetime) -> RecoveryLink:
    """Issue a one-use link for an account, with the promise that its mail goes out at once.

    A link that stands is void then: one works at a time. It is derived when the mail is rendered.
    """
    RecoveryLink.objects.filter(user=user, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=now
    )
    request = RecoveryRequest.objects.create(
        identifier=user.email, language=language, requested_at=now, looked_up_at=now, matched=1
    )
    nonce = secrets.token_hex(24)
    link = RecoveryLink.objects.create(
        user=user,
        request=request,
        promise=promises.promise_credentials(requested_at=now),
        nonce=nonce,
        secret_sha256=queries.hash_of(queries.secret_of(nonce)),
        issued_at=now,
        expires_at=now + LINK_LASTS,
    )
    audit.record(event="recovery.link_issued", by=by, subject=("user", user.pk), now=now)
    return link

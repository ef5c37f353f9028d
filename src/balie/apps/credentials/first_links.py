"""The one-use link that goes with the mail of an order, for who has to choose a password."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.customers.models import User
from balie.apps.promises import actions as promises
from balie.apps.promises.models import Promise
from balie.infra import audit
from balie.infra.audit import Actor

LINK_LASTS = timedelta(hours=24)  # as long as a link may work at all (DESIGN, invariant 12)
FRESH = timedelta(hours=12)  # what must be left of a link to be mailed once more


@transaction.atomic
def issue_first_link(
    *, user: User, language: str, by: Actor, now: datetime
) -> tuple[RecoveryLink, Promise]:
    """Issue a one-use link for an account, and the promise that its mail goes out at once.

    One works at a time: a fresh link that stands is mailed once more, so that whoever orders in
    somebody's name makes none void that he is about to open; an older one is void then. It is
    derived when the mail is rendered.
    """
    promise = promises.promise_credentials(requested_at=now)
    mine = queries.unspent_links(user)
    standing = mine.filter(expires_at__gt=now + FRESH, issued_at__gte=user.email_changed_at).first()
    if standing is not None:
        return standing, promise
    mine.update(voided_at=now)
    request = RecoveryRequest.objects.create(
        identifier=user.email, language=language, requested_at=now, looked_up_at=now, matched=1
    )
    nonce = secrets.token_hex(24)
    link = RecoveryLink.objects.create(
        user=user,
        request=request,
        promise=promise,
        nonce=nonce,
        secret_sha256=queries.hash_of(queries.secret_of(nonce)),
        issued_at=now,
        expires_at=now + LINK_LASTS,
    )
    audit.record(event="recovery.link_issued", by=by, subject=("user", user.pk), now=now)
    return link, promise

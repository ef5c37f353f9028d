"""The sessions of an account: listed for their owner, and ended by him, by us, or by a new factor.

The library keeps them (`allauth.usersessions`); a session stands in the list from signing in on.
"""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from balie.apps.customers import queries
from balie.apps.customers.models import User
from balie.infra import audit, clock

LISTED = 30


def remember(request: HttpRequest) -> None:
    """Put the session of this request in the list of its owner."""
    UserSession.objects.create_from_request(request)


def sessions_of(user: User) -> list[UserSession]:
    """Return the sessions of an account that still stand, last begun first."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:LISTED])
    keys = [one.session_key for one in rows]
    # The age of a session follows the machine, not the clock of the demo.
    standing = Session.objects.filter(session_key__in=keys, expire_date__gt=clock.machine())
    known = set(standing.values_list("session_key", flat=True))
    return [one for one in rows if one.session_key in known]


@transaction.atomic
def end_session(*, user: User, session_id: int, now: datetime) -> bool:
    """End one session of an account; False when it is not his, or gone."""
    found = UserSession.objects.filter(user=user, pk=session_id).first()
    if found is None:
        return False
    found.end()
    _record(user, ended=1, now=now)
    return True


@transaction.atomic
def end_all(*, user: User, but: str = "", now: datetime) -> int:
    """End every session of an account but the one with this key; how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=but))
    for one in others:
        one.end()
    if others:
        _record(user, ended=len(others), now=now)
    return len(others)


def _record(user: User, *, ended: int, now: datetime) -> None:
    audit.record(
        event="sessions.ended",
        by=queries.actor_of(user),
        subject=("user", user.pk),
        now=now,
        data={"ended": ended},
    )

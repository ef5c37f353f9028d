"""Reads about limits: when a network may ask for a login, or try a link, once more.

Counted are rows, so the limits hold for all processes together and outlive a restart.
"""

from datetime import datetime, timedelta

from balie.apps.credentials.models import RecoveryMiss, RecoveryRequest
from balie.apps.customers.attempts import network_key
from balie.apps.promises import queries as policies

HOUR = timedelta(hours=1)


def requests_free_at(*, network: str, now: datetime) -> datetime:
    """Return when a network may ask for a lost login: `now`, or later when it asked too often."""
    most = policies.policy_in_force(now=now).credentials.requests_per_hour
    asked = RecoveryRequest.objects.filter(
        network=network_key(network), requested_at__gt=now - HOUR
    )
    moments = asked.order_by("-requested_at").values_list("requested_at", flat=True)
    return _free_at(list(moments[most - 1 : most]), now=now)


def tries_free_at(*, network: str, now: datetime) -> datetime:
    """Return when a network may try a link: `now`, or later when too many did not open."""
    most = policies.policy_in_force(now=now).credentials.tries_per_hour
    missed = RecoveryMiss.objects.filter(network=network_key(network), tried_at__gt=now - HOUR)
    moments = missed.order_by("-tried_at").values_list("tried_at", flat=True)
    return _free_at(list(moments[most - 1 : most]), now=now)


def _free_at(oldest_that_counts: list[datetime], *, now: datetime) -> datetime:
    return oldest_that_counts[0] + HOUR if oldest_that_counts else now

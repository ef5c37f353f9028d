"""Set the password that was chosen with a link on the panels that were ticked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from balie.apps.credentials import queries
from balie.apps.credentials.actions.notices import tell_of_new_password
from balie.apps.credentials.actions.opening import SPENT, LinkNotUsable
from balie.apps.credentials.models import RecoveryLink
from balie.apps.credentials.queries import PanelResult
from balie.apps.customers import queries as customers
from balie.apps.services import actions as services
from balie.infra import clock

BUDGET = timedelta(seconds=10)  # of the machine: after it no other panel is called
LONGEST_CALL = timedelta(seconds=10)  # services ends a call after this
MOST_TRIES = 5


class TooManyTries(Exception):
    """This link was used for as many tries at panels as it may be; ask for a new one."""


@sensitive_variables("password")
def set_on_panels(
    *, link: RecoveryLink, password: str, accounts: Sequence[int] | None = None, now: datetime
) -> list[PanelResult]:
    """Set a password on the panel logins ticked with a used link, or on some of them (once more).

    Outside a transaction, within the request. Each call is written down before it is made; what
    was set already is left alone. When ten seconds are over no other panel is called: those stay
    `not_tried` and can be tried again, as what failed or is unknown can. Returns how all stand.

    Raises LinkNotUsable when the link sets nothing any more (`sets_panels`), and TooManyTries.
    """
    if not queries.sets_panels(link, now=now):
        raise LinkNotUsable(SPENT)
    wanted = [
        one.account
        for one in queries.panel_results(link)
        if one.may_try and (accounts is None or one.account.pk in accounts)
    ]
    if not wanted:
        return queries.panel_results(link)
    _begin(link, [account.pk for account in wanted], now=now)
    by = customers.actor_of(link.user)
    ends_at = clock.machine() + BUDGET
    for account in wanted:
        if clock.machine() >= ends_at:
            break
        services.set_panel_password(account=account, password=password, by=by, now=now)
    return queries.panel_results(link)


@transaction.atomic
def _begin(link: RecoveryLink, accounts: Sequence[int], *, now: datetime) -> None:
    """Queue the notices before the first call: a process that dies then still tells everybody."""
    if queries.panel_rounds(link) >= MOST_TRIES:
        msg = "too many tries with one link; ask for a new one"
        raise TooManyTries(msg)
    known_at = now + BUDGET + LONGEST_CALL
    tell_of_new_password(link=link, portal=False, accounts=accounts, now=now, wait_until=known_at)

"""Use the one-use link: a new password for the portal, for panel logins, or for both."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from balie.apps.credentials import queries
from balie.apps.credentials.actions.notices import tell_of_new_password
from balie.apps.credentials.models import PanelPassword, RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.customers import queries as people
from balie.apps.customers.factors import factors_of
from balie.infra import audit

SPENT = "this link is no longer valid; ask for a new one"


class LinkNotUsable(Exception):
    """A link is unknown, used, replaced or too old. Nobody is told which."""


class UnableToChoose(Exception):
    """What was ticked cannot be set with this link; the message says why."""


@sensitive_variables("secret", "password")
@transaction.atomic
def set_new_password(
    *,
    secret: str,
    password: str,
    portal: bool = True,
    panel_logins: Collection[int] = (),
    now: datetime,
) -> RecoveryLink:
    """Use a link once: set the password of the portal, note on which panels it is to be set.

    The other sessions of the account end by it. The panels are called after this transaction
    (`set_on_panels`). A link opens no panel while the account has a second factor: that would be a
    way around it (ASVS v5.0.0-6.4.3).

    Raises LinkNotUsable, UnableToChoose, and django's ValidationError for a weak password: then
    the link stays.
    """
    link = queries.usable_link(secret=secret, now=now)
    if link is None:
        raise LinkNotUsable(SPENT)
    chosen = _his(link, panel_logins)
    if not portal and not chosen:
        msg = "nothing is ticked; tick at least one login"
        raise UnableToChoose(msg)
    validate_password(password, link.user)
    used = RecoveryLink.objects.filter(
        pk=link.pk, used_at__isnull=True, voided_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        raise LinkNotUsable(SPENT)
    by = people.actor_of(link.user)
    audit.record(
        event="recovery.link_used",
        by=by,
        subject=("user", link.user_id),
        now=now,
        data={"portal": portal, "panel_accounts": [*sorted(chosen)]},
    )
    if portal:
        customers.set_password(user=link.user, password=password, by=by, now=now)
        tell_of_new_password(link=link, portal=True, accounts=(), now=now)
    _choose(link, chosen, now=now)
    link.refresh_from_db()
    return link


@transaction.atomic
def choose_panel_logins(
    *, link: RecoveryLink, panel_logins: Collection[int], now: datetime
) -> RecoveryLink:
    """Add panel logins to a link that was used, by its owner who gave his second factor since.

    Raises LinkNotUsable when it sets nothing any more, UnableToChoose for another's login.
    """
    if not queries.sets_panels(link, now=now):
        raise LinkNotUsable(SPENT)
    known = set(queries.panel_logins_of(link.user).values_list("pk", flat=True))
    if not set(panel_logins) <= known:
        msg = "one of the logins is not yours"
        raise UnableToChoose(msg)
    _choose(link, panel_logins, now=now)
    return link


def _his(link: RecoveryLink, panel_logins: Collection[int]) -> set[int]:
    """Return the chosen logins, all of which must be his to choose with this link."""
    chosen = set(panel_logins)
    if chosen and factors_of(link.user).is_strong:
        msg = "the account has a second factor; sign in with it first"
        raise UnableToChoose(msg)
    known = set(queries.panel_logins_of(link.user).values_list("pk", flat=True))
    if not chosen <= known:
        msg = "one of the logins is not yours"
        raise UnableToChoose(msg)
    return chosen


def _choose(link: RecoveryLink, accounts: Collection[int], *, now: datetime) -> None:
    PanelPassword.objects.bulk_create(
        [PanelPassword(link=link, account_id=pk, chosen_at=now) for pk in sorted(accounts)],
        ignore_conflicts=True,
    )

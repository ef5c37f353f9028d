"""Open a session on a panel for a customer: a link for one use, neither stored nor logged."""

from datetime import datetime

from balie.apps.customers import queries as customers
from balie.apps.customers.viewer import Viewer
from balie.apps.services.actions.panel_attempts import attempt, reason_of
from balie.apps.services.models import AttemptVerb, PanelAccount
from balie.apps.services.panels.port import LoginUrl
from balie.infra import audit


class UnableToOpenSession(Exception):
    """The panel gave no link; the message says why."""


def open_session(*, account: PanelAccount, viewer: Viewer, now: datetime) -> LoginUrl:
    """Let a panel open a session and return the link to it, for whoever may use the services.

    The link goes to his browser and nowhere else. Outside a transaction: the call may take ten
    seconds. Raises UnableToOpenSession, also while the credentials of the customer are held.
    """
    if customers.is_held(account.service.customer, "credentials", now=now):
        raise UnableToOpenSession("the credentials of this customer are held")
    row, found = attempt(
        account=account,
        verb=AttemptVerb.LOGIN_URL,
        call=lambda panel: panel.login_url(account.user_name),
        by=viewer.actor,
        now=now,
    )
    opened = isinstance(found, LoginUrl)
    audit.record(
        event="panel_session.opened" if opened else "panel_session.not_opened",
        by=viewer.actor,
        subject=("panel_account", account.pk),
        now=now,
        data={"attempt": row.pk, "outcome": row.outcome},
    )
    if not isinstance(found, LoginUrl):
        raise UnableToOpenSession(reason_of(found) or row.outcome)
    return found

"""Set a password on a panel: the one call that does not go through the outbox (DESIGN, rule 4)."""

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from balie.apps.services.actions.panel_attempts import attempt
from balie.apps.services.models import (
    AttemptVerb,
    DifferenceKind,
    PanelAccount,
    PanelAttempt,
    PanelDifference,
)
from balie.apps.services.panels.port import ControlPanel, Done, Failure, Rejected
from balie.infra import audit
from balie.infra.audit import Actor


@sensitive_variables("password")
def set_panel_password(
    *, account: PanelAccount, password: str, by: Actor, now: datetime
) -> PanelAttempt:
    """Set the password of one panel account, now, and return the attempt with its ``outcome``.

    The row is written first, the call follows within the request and ends after ten seconds; the
    password is stored nowhere. Call it outside a transaction, once per account. ``outcome`` is one
    of ``AttemptOutcome``:

    * ``done``: set.
    * ``rejected``: the panel would not have it (too weak, the account is suspended); ``detail``
      holds its words, without the password.
    * ``not_found``: the panel does not know the account (the nightly comparison will list it).
    * ``unknown``: asked, and nobody knows what came of it. Say so; trying again is harmless.
    * ``busy``, ``unreachable``, ``auth_failed``: surely not set. Try later; the desk has an alarm
      where a person is needed, and a panel that is kept by hand is always ``unreachable``.

    Raises nothing for what the panel or the network does.
    """
    stranger = PanelDifference.objects.filter(
        account=account, kind=DifferenceKind.DOMAIN, gone_at__isnull=True
    ).exists()

    def call(panel: ControlPanel) -> Done | Failure:
        if stranger:
            return Rejected("the account has another domain on the panel; an employee looks first")
        return panel.set_password(account.user_name, password=password)

    row, _ = attempt(
        account=account,
        verb=AttemptVerb.SET_PASSWORD,
        call=call,
        by=by,
        now=now,
    )
    audit.record(
        event="panel_password.set" if row.outcome == "done" else "panel_password.not_set",
        by=by,
        subject=("panel_account", account.pk),
        now=now,
        data={"outcome": row.outcome, "attempt": row.pk},
    )
    return row

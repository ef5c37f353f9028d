"""Tell everybody who must know that a password was set (NIST SP 800-63B-4, 4.6)."""

from collections.abc import Collection
from datetime import datetime

from balie.apps.credentials import queries
from balie.apps.credentials.models import RecoveryLink
from balie.infra import outbox
from balie.infra.audit import JSON
from balie.infra.models import OutboxRow


def tell_of_new_password(
    *,
    link: RecoveryLink,
    portal: bool,
    accounts: Collection[int],
    now: datetime,
    wait_until: datetime | None = None,
) -> None:
    """Queue a mail to the owner of the account and to all who are told, in the transaction.

    Of panel logins the mail says what came of it when it is sent: `wait_until` is when that is
    known.
    """
    what = "panels" if accounts else "portal"
    of_this_link = f"password-changed:{link.pk}:{what}:"
    rounds = OutboxRow.objects.filter(kind="password-changed", event__startswith=of_this_link)
    number = rounds.count() + 1
    payload: dict[str, JSON] = {
        "link": link.pk,
        "portal": portal,
        "accounts": [*sorted(accounts)],
    }
    told = [("password-changed", ("user", link.user_id))]
    told += [("password-changed-of", ("user", one.pk)) for one in queries.told_with(link.user)]
    told += [
        ("password-changed-of", ("address_change", change.pk))
        for change in queries.former_addresses(link.user, now=now)
    ]
    for kind, recipient in told:
        outbox.put(
            kind=kind,
            event=f"{kind}:{link.pk}:{what}:{number}:{recipient[0]}:{recipient[1]}",
            recipient=recipient,
            payload=payload,
            now=now,
            wait_until=wait_until,
        )

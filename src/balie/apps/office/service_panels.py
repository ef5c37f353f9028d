"""What the life of a service means for its accounts on the control panels, through the outbox.

An order makes an account, a fact closes it and a payment opens it again, and the end of a service
closes it and removes it after the days that the policy keeps it. Where a panel is kept by hand,
each of these is an alarm until a person has done it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from balie.apps.promises import queries as policies
from balie.apps.services import actions as services
from balie.apps.services import queries
from balie.apps.services.models import (
    AccountState,
    ChangeOutcome,
    ChangeVerb,
    PanelAccount,
    PanelChange,
    Service,
)
from balie.domain import panel_names
from balie.infra.audit import Actor

ENDED = "the service ended"


def open_account(service: Service, *, by: Actor, now: datetime) -> PanelAccount | None:
    """Let a panel make an account for a service, under a fit name that is free there.

    The package has the code of the product. None for a service without a domain name: an account
    is named after it. Raises services.UnableToChangeAccount when somebody takes the name meanwhile.
    """
    if service.domain is None:
        return None
    panel = services.panel_for_new_accounts(now=now)
    change = services.order_account(
        service=service,
        panel=panel,
        user_name=panel_names.suggest(
            service.domain.name, taken=queries.user_names_taken_on(panel)
        ),
        package=service.product.code,
        by=by,
        now=now,
    )
    return change.account


def close_for(
    *, found: Iterable[Service], fact: str, by: Actor, now: datetime
) -> list[PanelChange]:
    """Let the panels close the accounts of services that stand still because of a fact."""
    return [
        services.ask_change(account=one, verb=ChangeVerb.SUSPEND, reason=fact, by=by, now=now)
        for one in _accounts(found)
        if one.state == AccountState.ACTIVE
    ]


def open_after(
    *, found: Iterable[Service], fact: str, by: Actor, now: datetime
) -> list[PanelChange]:
    """Let the panels open what such a fact closed.

    What an employee closed by hand, for another reason, stays closed: the last word counts.
    """
    opened = []
    for account in _accounts(found):
        changes = PanelChange.objects.filter(account=account)
        last = changes.exclude(outcome=ChangeOutcome.OVERTAKEN).order_by("-pk").first()
        if last is None or last.verb != ChangeVerb.SUSPEND or not last.reason.startswith(fact):
            continue
        opened.append(
            services.ask_change(
                account=account, verb=ChangeVerb.UNSUSPEND, reason="paid", by=by, now=now
            )
        )
    return opened


def close_ended(*, today: date, by: Actor, now: datetime) -> list[PanelChange]:
    """Close the accounts of services that have ended, and remove them when their days are over.

    An account is asked once for each; what failed is an alarm and stays with a person.
    """
    keep = timedelta(days=policies.policy_in_force(now=now).orders.keep_days)
    asked = []
    for account in queries.accounts_of_ended(today=today):
        ended_on = account.service.ended_on
        if ended_on is None:
            continue
        verb = ChangeVerb.DELETE if ended_on + keep <= today else ChangeVerb.SUSPEND
        known = PanelChange.objects.filter(account=account, verb=verb)
        if known.exclude(outcome=ChangeOutcome.OVERTAKEN).filter(reason=ENDED).exists():
            continue
        if verb == ChangeVerb.SUSPEND and account.state != AccountState.ACTIVE:
            continue
        asked.append(services.ask_change(account=account, verb=verb, reason=ENDED, by=by, now=now))
    return asked


def _accounts(found: Iterable[Service]) -> list[PanelAccount]:
    accounts = PanelAccount.objects.filter(service__in=[one.pk for one in found])
    return list(accounts.exclude(state=AccountState.DELETED).order_by("pk"))

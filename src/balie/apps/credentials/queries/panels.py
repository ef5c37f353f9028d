"""Reads about panel logins: whose they are, and what came of setting their password."""

from dataclasses import dataclass

from django.db.models import QuerySet

from balie.apps.credentials.models import PanelPassword, RecoveryLink
from balie.apps.customers import queries as customers
from balie.apps.customers.models import CustomerContact, User
from balie.apps.services import queries as services
from balie.apps.services.models import AttemptVerb, PanelAccount, PanelAttempt
from balie.infra.models import OutboxRow

NOT_TRIED = "not_tried"
IN_DOUBT = frozenset({"running", "unknown"})
HANDLES_PANELS = (CustomerContact.Role.OWNER, CustomerContact.Role.TECHNICAL)


@dataclass(frozen=True, kw_only=True)
class PanelResult:
    """How it stands with one panel login: `outcome` by the names of `AttemptOutcome`.

    `not_tried` when nobody called its panel yet; `detail` holds the words of the panel.
    """

    account: PanelAccount
    outcome: str
    detail: str

    @property
    def is_set(self) -> bool:
        """Whether the panel took the password."""
        return self.outcome == "done"

    @property
    def in_doubt(self) -> bool:
        """Whether it was asked of the panel and nobody knows what came of it."""
        return self.outcome in IN_DOUBT

    @property
    def may_try(self) -> bool:
        """Whether trying (again) may help: always, until it is set."""
        return not self.is_set


def panel_logins_of(user: User) -> QuerySet[PanelAccount]:
    """Return the panel logins somebody may see and set: as owner or technical contact only."""
    roles = CustomerContact.objects.filter(contact__user=user, role__in=HANDLES_PANELS)
    return (
        services.panel_accounts_of(user)
        .filter(service__customer__in=roles.values("customer"))
        .distinct()
    )


def panel_results(link: RecoveryLink) -> list[PanelResult]:
    """Return how it stands with each panel login that was ticked with a link, in order."""
    chosen = list(
        PanelPassword.objects.filter(link=link)
        .select_related("account__panel")
        .order_by("account__panel__name", "account__user_name")
    )
    tries = PanelAttempt.objects.filter(
        account__in=[one.account_id for one in chosen],
        verb=AttemptVerb.SET_PASSWORD,
        started_by=str(customers.actor_of(link.user)),
        started_at__gte=link.used_at or link.issued_at,
    ).order_by("pk")
    last = {one.account_id: one for one in tries}
    return [_result(one.account, last.get(one.account_id)) for one in chosen]


def panel_rounds(link: RecoveryLink) -> int:
    """Return how often passwords were set on panels with a link."""
    return OutboxRow.objects.filter(
        kind="password-changed", event__startswith=f"password-changed:{link.pk}:panels:"
    ).count()


def _result(account: PanelAccount, attempt: PanelAttempt | None) -> PanelResult:
    return PanelResult(
        account=account,
        outcome=attempt.outcome if attempt else NOT_TRIED,
        detail=attempt.detail if attempt else "",
    )

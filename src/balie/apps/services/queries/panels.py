"""Reads about control panels and the accounts on them."""

from django.db.models import QuerySet

from balie.apps.customers.models import User
from balie.apps.services.models import AccountState, PanelAccount


def panel_accounts_of(user: User) -> QuerySet[PanelAccount]:
    """Return the panel accounts behind an account of ours, of services that run, in order."""
    return (
        PanelAccount.objects.filter(
            service__customer__contacts__user=user, service__ended_on__isnull=True
        )
        .exclude(state=AccountState.DELETED)
        .select_related("panel")
        .order_by("panel__name", "user_name")
    )


def user_names_of(user: User) -> list[tuple[str, str]]:
    """Return (panel, user name) of every panel account behind an account, in order."""
    return [(one.panel.name, one.user_name) for one in panel_accounts_of(user)]

"""Forget the user names of panel accounts that are gone: most say what somebody is called."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from balie.apps.customers.models import Customer
from balie.apps.services.models import (
    AccountState,
    PanelAccount,
    PanelAttempt,
    PanelChange,
    PanelDifference,
)


@transaction.atomic
def forget_accounts(customers: Collection[Customer]) -> int:
    """Forget the names of these customers' accounts that panels removed; how many.

    One that still stands on a panel keeps its name: without it nobody could have it removed.
    """
    gone = PanelAccount.objects.filter(
        service__customer__in=customers, state=AccountState.DELETED
    ).exclude(user_name__startswith="erased-")
    accounts = list(gone)
    for account in accounts:
        name = f"erased-{account.pk}"
        PanelDifference.objects.filter(
            Q(account=account) | Q(panel=account.panel_id, user_name=account.user_name)
        ).update(ours="", theirs="")
        PanelDifference.objects.filter(account=account).update(user_name=name)
        PanelDifference.objects.filter(
            panel=account.panel_id, user_name=account.user_name, account=None
        ).update(user_name=name)
        PanelAccount.objects.filter(pk=account.pk).update(user_name=name)
    PanelChange.objects.filter(account__in=accounts).update(reason="", detail="")
    PanelAttempt.objects.filter(account__in=accounts).update(detail="")
    return len(accounts)

"""Forget what was typed to get a login back, and the addresses of changes that are over."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from balie.apps.credentials.models import AddressChange, RecoveryMiss, RecoveryRequest
from balie.apps.customers.models import User


@transaction.atomic
def forget_requests(*, before: datetime) -> int:
    """Blank what was typed for a lost login before a moment; how many."""
    RecoveryMiss.objects.filter(tried_at__lt=before).delete()
    old = RecoveryRequest.objects.filter(requested_at__lt=before, looked_up_at__isnull=False)
    return old.exclude(identifier="", network="").update(identifier="", network="")


@transaction.atomic
def forget_user(user: User) -> None:
    """Blank the addresses of an account in its lost logins and its changes of address.

    What two employees wrote down as witnesses stays: it proves to whom the account was given.
    """
    RecoveryRequest.objects.filter(identifier__iexact=user.email).update(identifier="", network="")
    AddressChange.objects.filter(user=user).update(
        identifier="", network="", old_email="", new_email="", closed_because=""
    )


def is_changing(user: User, *, now: datetime) -> bool:
    """Tell whether a change of address of this account runs, or can still be stopped."""
    changes = AddressChange.objects.filter(user=user)
    return changes.filter(Q(state=AddressChange.State.OPEN) | Q(stoppable_until__gt=now)).exists()

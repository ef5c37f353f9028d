"""Keep an address for the account that lost it, as long as it may be put back on file."""

from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import ReservedAddress, User


@transaction.atomic
def reserve(*, user: User, address: str, until: datetime, now: datetime) -> None:
    """Keep an address for an account until a moment (UTC); what was over makes place."""
    release_expired(now=now)
    ReservedAddress.objects.filter(user=user, address__iexact=address).delete()
    ReservedAddress.objects.create(user=user, address=address, until_at=until)


def is_reserved(address: str, *, beside: User | None = None, now: datetime) -> bool:
    """Tell whether an address is kept for another account than `beside` at `now`."""
    kept = ReservedAddress.objects.filter(address__iexact=address, until_at__gt=now)
    return kept.exclude(user=beside).exists() if beside is not None else kept.exists()


@transaction.atomic
def release(*, user: User) -> None:
    """Keep nothing for an account any more."""
    ReservedAddress.objects.filter(user=user).delete()


@transaction.atomic
def release_expired(*, now: datetime) -> int:
    """Remove what is no longer kept; how many."""
    return ReservedAddress.objects.filter(until_at__lte=now).delete()[0]

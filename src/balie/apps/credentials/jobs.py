"""The jobs that look up what a visitor typed, so that a view answers everybody alike, and wait."""

from datetime import datetime, timedelta

from balie.apps.credentials import actions
from balie.apps.credentials.actions import addresses, addresses_end
from balie.apps.credentials.models import AddressChange, RecoveryRequest
from balie.infra.jobs import job, schedule


@job("look-up-recovery")
def look_up_recovery(now: datetime, *, request_id: int) -> None:
    """Look up one request."""
    actions.look_up(request=RecoveryRequest.objects.get(pk=request_id), now=now)


@job("look-up-address-change")
def look_up_address_change(now: datetime, *, change_id: int) -> None:
    """Find the account that a change started in public means."""
    addresses.look_up(change=AddressChange.objects.get(pk=change_id), now=now)


@job("complete-address-changes")
def complete_address_changes(now: datetime) -> None:
    """Complete the changes that only had to wait, and let lapse what was not proven."""
    addresses_end.complete_waiting(now=now)


schedule("complete-address-changes", job="complete-address-changes", every=timedelta(minutes=10))

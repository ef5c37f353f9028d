"""What is remembered of credentials: a lost login and the link that answers it."""

from balie.apps.credentials.models.addresses import (
    AddressChange,
    AddressNotice,
    AddressStep,
    AddressTransfer,
    AddressWitness,
)
from balie.apps.credentials.models.panels import PanelPassword
from balie.apps.credentials.models.recovery import RecoveryLink, RecoveryMiss, RecoveryRequest

__all__ = [
    "AddressChange",
    "AddressNotice",
    "AddressStep",
    "AddressTransfer",
    "AddressWitness",
    "PanelPassword",
    "RecoveryLink",
    "RecoveryMiss",
    "RecoveryRequest",
]

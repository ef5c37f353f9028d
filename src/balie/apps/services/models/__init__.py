"""What the app remembers: what is sold and running, and the control panels it runs on."""

from balie.apps.services.models.panels import (
    AccountState,
    AttemptOutcome,
    AttemptVerb,
    ChangeOutcome,
    ChangeVerb,
    DifferenceKind,
    Panel,
    PanelAccount,
    PanelAttempt,
    PanelChange,
    PanelComparison,
    PanelDifference,
    PanelHandOver,
    PanelKind,
)
from balie.apps.services.models.selling import Domain, Order, Product, Service, Term

__all__ = [
    "AccountState",
    "AttemptOutcome",
    "AttemptVerb",
    "ChangeOutcome",
    "ChangeVerb",
    "DifferenceKind",
    "Domain",
    "Order",
    "Panel",
    "PanelAccount",
    "PanelAttempt",
    "PanelChange",
    "PanelComparison",
    "PanelDifference",
    "PanelHandOver",
    "PanelKind",
    "Product",
    "Service",
    "Term",
]

"""What the app remembers: what is sold and ordered, what runs, and what happens to it."""

from balie.apps.services.models.catalogue import OrderLine, PriceChange, ProductOption
from balie.apps.services.models.life import (
    ChangeKind,
    Ending,
    EndKind,
    Move,
    PlannedChange,
    RenewalNotice,
    Suspension,
)
from balie.apps.services.models.selling import (
    Domain,
    Order,
    PanelAccount,
    Product,
    Service,
    Term,
)

__all__ = [
    "ChangeKind",
    "Domain",
    "EndKind",
    "Ending",
    "Move",
    "Order",
    "OrderLine",
    "PanelAccount",
    "PlannedChange",
    "PriceChange",
    "Product",
    "ProductOption",
    "RenewalNotice",
    "Service",
    "Suspension",
    "Term",
]

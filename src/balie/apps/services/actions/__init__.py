"""Writes about what is sold, ordered and running, and about the control panels it runs on."""

from balie.apps.services.actions.catalogue import (
    UnableToChangeCatalogue,
    change_price,
    describe_product,
    offer_option,
    withdraw_option,
)
from balie.apps.services.actions.life import (
    UnableToChangePlan,
    UnableToEnd,
    UnableToMove,
    apply_change,
    end,
    lift,
    move,
    note_renewals,
    plan_change,
    suspend,
    take_back_change,
    take_back_ending,
)
from balie.apps.services.actions.orders import (
    AlreadyOrdered,
    UnableToAccept,
    Wanted,
    accept,
    order,
    refuse,
)
from balie.apps.services.actions.panel_arrivals import (
    UnableToArrive,
    arrive,
)
from balie.apps.services.actions.panel_changes import (
    UnableToChangeAccount,
    ask_change,
    dismiss_failure,
    order_account,
)
from balie.apps.services.actions.panel_comparing import (
    compare_panel,
    compare_panels,
)
from balie.apps.services.actions.panel_passwords import (
    set_panel_password,
)
from balie.apps.services.actions.panel_sessions import (
    UnableToOpenSession,
    open_session,
)
from balie.apps.services.actions.panels import (
    UnableToAddPanel,
    UnableToNoteAccount,
    add_panel,
    halt_panel,
    note_account,
    panel_for_new_accounts,
    resume_panel,
    try_panel,
)
from balie.apps.services.actions.selling import (
    BilledMeanwhile,
    UnableToStartService,
    add_product,
    end_service,
    move_on,
    place_order,
    register_domain,
    start_service,
)

__all__ = [
    "AlreadyOrdered",
    "BilledMeanwhile",
    "UnableToAccept",
    "UnableToAddPanel",
    "UnableToArrive",
    "UnableToChangeAccount",
    "UnableToChangeCatalogue",
    "UnableToChangePlan",
    "UnableToEnd",
    "UnableToMove",
    "UnableToNoteAccount",
    "UnableToOpenSession",
    "UnableToStartService",
    "Wanted",
    "accept",
    "add_panel",
    "add_product",
    "apply_change",
    "arrive",
    "ask_change",
    "change_price",
    "compare_panel",
    "compare_panels",
    "describe_product",
    "dismiss_failure",
    "end",
    "end_service",
    "halt_panel",
    "lift",
    "move",
    "move_on",
    "note_account",
    "note_renewals",
    "offer_option",
    "open_session",
    "order",
    "order_account",
    "panel_for_new_accounts",
    "place_order",
    "plan_change",
    "refuse",
    "register_domain",
    "resume_panel",
    "set_panel_password",
    "start_service",
    "suspend",
    "take_back_change",
    "take_back_ending",
    "try_panel",
    "withdraw_option",
]

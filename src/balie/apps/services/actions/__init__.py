"""Writes about what is sold and running, and about the control panels it runs on."""

from balie.apps.services.actions.panel_arrivals import UnableToArrive, arrive
from balie.apps.services.actions.panel_changes import (
    UnableToChangeAccount,
    ask_change,
    dismiss_failure,
    order_account,
)
from balie.apps.services.actions.panel_comparing import compare_panel, compare_panels
from balie.apps.services.actions.panel_passwords import set_panel_password
from balie.apps.services.actions.panel_sessions import UnableToOpenSession, open_session
from balie.apps.services.actions.panels import (
    UnableToAddPanel,
    UnableToNoteAccount,
    add_panel,
    halt_panel,
    note_account,
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
    "BilledMeanwhile",
    "UnableToAddPanel",
    "UnableToArrive",
    "UnableToChangeAccount",
    "UnableToNoteAccount",
    "UnableToOpenSession",
    "UnableToStartService",
    "add_panel",
    "add_product",
    "arrive",
    "ask_change",
    "compare_panel",
    "compare_panels",
    "dismiss_failure",
    "end_service",
    "halt_panel",
    "move_on",
    "note_account",
    "open_session",
    "order_account",
    "place_order",
    "register_domain",
    "resume_panel",
    "set_panel_password",
    "start_service",
    "try_panel",
]

"""Writes about credentials: ask for a lost login, look it up, set a new password with the link."""

from balie.apps.credentials.actions.opening import (
    LinkNotUsable,
    UnableToChoose,
    choose_panel_logins,
    set_new_password,
)
from balie.apps.credentials.actions.panels import TooManyTries, set_on_panels
from balie.apps.credentials.actions.recovery import (
    TooManyRequests,
    look_up,
    note_miss,
    request_recovery,
    start_recovery,
)

__all__ = [
    "LinkNotUsable",
    "TooManyRequests",
    "TooManyTries",
    "UnableToChoose",
    "choose_panel_logins",
    "look_up",
    "note_miss",
    "request_recovery",
    "set_new_password",
    "set_on_panels",
    "start_recovery",
]

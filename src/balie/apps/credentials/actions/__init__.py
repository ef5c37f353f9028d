"""Writes about credentials: ask for a lost login, look it up, set a new password with the link."""

from balie.apps.credentials.actions.recovery import (
    LinkNotUsable,
    look_up,
    request_recovery,
    set_new_password,
)

__all__ = ["LinkNotUsable", "look_up", "request_recovery", "set_new_password"]

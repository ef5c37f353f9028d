"""Which adapter speaks with which kind of panel."""

from collections.abc import Callable

from balie.apps.services.models import Panel
from balie.apps.services.panels.port import ControlPanel

Opener = Callable[[Panel], ControlPanel]

_openers: dict[str, Opener] = {}


class UnableToOpenPanel(Exception):
    """Balie cannot speak with a panel; the message says why and what to do."""


def register(kind: str, opener: Opener) -> None:
    """Say who speaks with panels of ``kind``; called from ``AppConfig.ready``.

    ``opener`` makes no connection. It raises UnableToOpenPanel when something is missing.
    """
    _openers[kind] = opener


def open_panel(panel: Panel) -> ControlPanel:
    """Return the adapter for a panel. Raises UnableToOpenPanel."""
    opener = _openers.get(panel.kind)
    if opener is None:
        raise UnableToOpenPanel(f"{panel.name} is kept by hand: nobody speaks with it")
    return opener(panel)

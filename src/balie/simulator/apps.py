"""Django's registration of the simulator; only the demo's settings install it."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """Registers `balie.simulator`; it has templates and styles, no tables."""

    name = "balie.simulator"
    label = "simulator"

"""Django's registration of the simulator; only the demo's settings install it."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """Registers `balie.simulator`; it has templates and styles, no tables."""

    name = "balie.simulator"
    label = "simulator"

    def ready(self) -> None:
        """Put the fictional company's control panel in the place of a real one."""
        from balie.apps.services.models import PanelKind
        from balie.apps.services.panels import registry
        from balie.simulator.panel import open_simulated

        registry.register(PanelKind.SIMULATED, open_simulated)

"""Django's registration of the `services` app."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Registers `balie.apps.services` under the label `services`."""

    name = "balie.apps.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the panels that Balie speaks with, and what it asks of them."""
        from balie.apps.services import panel_sending
        from balie.apps.services.models import PanelKind
        from balie.apps.services.panels import registry
        from balie.apps.services.panels.directadmin import open_directadmin
        from balie.apps.services.panels.modoboa import open_modoboa

        registry.register(PanelKind.DIRECTADMIN, open_directadmin)
        registry.register(PanelKind.MODOBOA, open_modoboa)
        panel_sending.register()

"""Django's registration of the `office` app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Registers `balie.apps.office` under the label `office`."""

    name = "balie.apps.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is sent about orders and services."""
        from balie.apps.office import mails

        mails.register()

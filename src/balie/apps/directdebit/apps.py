"""Django's registration of the `directdebit` app."""

from django.apps import AppConfig


class DirectdebitConfig(AppConfig):
    """Registers `balie.apps.directdebit` under the label `directdebit`."""

    name = "balie.apps.directdebit"
    label = "directdebit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this app sends."""
        from balie.apps.directdebit import mails

        mails.register()

"""Django's registration of the `billing` app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Registers `balie.apps.billing` under the label `billing`."""

    name = "balie.apps.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this app sends."""
        from balie.apps.billing import mails

        mails.register()

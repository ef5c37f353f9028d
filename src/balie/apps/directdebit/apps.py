"""Django's registration of the `directdebit` app."""

from django.apps import AppConfig


class DirectdebitConfig(AppConfig):
    """Registers `balie.apps.directdebit` under the label `directdebit`."""

    name = "balie.apps.directdebit"
    label = "directdebit"
    default_auto_field = "django.db.models.BigAutoField"

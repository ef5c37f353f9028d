"""Django's registration of the `mandates` app."""

from django.apps import AppConfig


class MandatesConfig(AppConfig):
    """Registers `balie.apps.mandates` under the label `mandates`."""

    name = "balie.apps.mandates"
    label = "mandates"
    default_auto_field = "django.db.models.BigAutoField"

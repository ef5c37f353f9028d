"""Django's registration of the `office` app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Registers `balie.apps.office` under the label `office`."""

    name = "balie.apps.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's registration of the `promises` app."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Registers `balie.apps.promises` under the label `promises`."""

    name = "balie.apps.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's registration of the `services` app."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Registers `balie.apps.services` under the label `services`."""

    name = "balie.apps.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

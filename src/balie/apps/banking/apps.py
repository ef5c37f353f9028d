"""Django's registration of the `banking` app."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """Registers `balie.apps.banking` under the label `banking`."""

    name = "balie.apps.banking"
    label = "banking"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's registration of the `ledger` app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers `balie.apps.ledger` under the label `ledger`."""

    name = "balie.apps.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

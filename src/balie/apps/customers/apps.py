"""Django's registration of the `customers` app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers `balie.apps.customers` under the label `customers`."""

    name = "balie.apps.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

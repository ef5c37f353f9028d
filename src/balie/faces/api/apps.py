"""Django's registration of the `api` face."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers `balie.faces.api`: no pages and no tables."""

    name = "balie.faces.api"
    label = "api"

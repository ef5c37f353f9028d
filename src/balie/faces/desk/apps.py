"""Django's registration of the `desk` face."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers `balie.faces.desk`: templates and words, no tables."""

    name = "balie.faces.desk"
    label = "desk"

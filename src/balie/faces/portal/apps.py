"""Django's registration of the `portal` face."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers `balie.faces.portal`: templates and words, no tables."""

    name = "balie.faces.portal"
    label = "portal"

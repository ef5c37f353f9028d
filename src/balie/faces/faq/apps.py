"""Django's registration of the `faq` face."""

from django.apps import AppConfig


class FaqConfig(AppConfig):
    """Registers `balie.faces.faq`: templates and words, no tables."""

    name = "balie.faces.faq"
    label = "faq"

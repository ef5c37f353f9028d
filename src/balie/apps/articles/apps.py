"""Django's registration of the `articles` app."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Registers `balie.apps.articles` under the label `articles`."""

    name = "balie.apps.articles"
    label = "articles"
    default_auto_field = "django.db.models.BigAutoField"

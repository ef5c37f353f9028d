"""Django's registration of the `account` face."""

from django.apps import AppConfig


class AccountConfig(AppConfig):
    """Registers `balie.faces.account`: templates and words, no tables."""

    name = "balie.faces.account"
    label = "own_account"  # the library has an `account`

"""Django's registration of the `credentials` app."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Registers `balie.apps.credentials` under the label `credentials`."""

    name = "balie.apps.credentials"
    label = "credentials"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this app sends."""
        from balie.apps.credentials import account_mail, address_mail, mails

        mails.register()
        address_mail.register()
        account_mail.register()

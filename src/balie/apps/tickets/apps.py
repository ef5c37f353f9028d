"""Django's registration of the `tickets` app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Registers `balie.apps.tickets` under the label `tickets`."""

    name = "balie.apps.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this app sends."""
        from balie.apps.tickets import mails, warning_mail

        mails.register()
        warning_mail.register()

"""Django's registration of the `promises` app."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Registers `balie.apps.promises` under the label `promises`."""

    name = "balie.apps.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let mail know the policy in force: its company is who every mail is from."""
        from balie.apps.promises import queries
        from balie.infra import mail

        mail.register_policy(lambda now: queries.policy_in_force(now=now))

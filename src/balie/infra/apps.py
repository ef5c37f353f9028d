"""The Django app that holds the tables of the plumbing."""

from __future__ import annotations

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """Registers the checks that refuse an unsafe database set-up."""

    name = "balie.infra"
    label = "infra"

    def ready(self) -> None:
        """Load the checks; Django runs them before a command that needs them."""
        from balie.infra import checks  # noqa: F401  (registers itself with Django)

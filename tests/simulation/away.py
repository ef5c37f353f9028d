"""A mail server that nobody can reach."""

from django.core.mail.backends.base import BaseEmailBackend


class Away(BaseEmailBackend):
    """Refuses to be opened."""

    def open(self) -> bool | None:
        raise ConnectionRefusedError("away")

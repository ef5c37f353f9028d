"""Tells the sign-in library (django-allauth) how we do it: it mails nothing and opens no account.

Of the library we use what it keeps of factors (`allauth.mfa`: one-time codes, recovery codes,
passkeys) and of sessions (`allauth.usersessions`). Its pages are not routed; ours are.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from balie.apps.customers.sealing import seal, unseal

ELSEWHERE = "0.0.0.0"  # noqa: S104 - stands for "the address is not known", nothing listens there


class UnableToMail(Exception):
    """The library wanted to send a mail; what leaves is a row of our outbox (DESIGN rule 4)."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail of its own, and the address of the connection as that of the visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        msg = f"{template_prefix}: mails leave through the outbox only"
        raise UnableToMail(msg)

    def get_client_ip(self, request: HttpRequest) -> str:
        return request.META.get("REMOTE_ADDR") or ELSEWHERE


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals seeds, and knows passkeys under the configured base address alone (safety, A5)."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = urlsplit(settings.BALIE_BASE_URL).hostname or ""
        return {"id": host, "name": "Balie"}

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(getattr(user, "email", ""))

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        known: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**known, "display_name": self._get_user_identifier(user)}

"""Reads about recovery: the standing link of a secret, the accounts an identifier means."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import queries as customers
from balie.apps.customers.models import User
from balie.apps.services import queries as services


def secret_of(nonce: str) -> str:
    """Derive the one-use secret of a link (256 bits) from its nonce and the key outside the database."""
    return salted_hmac("balie.credentials.link", nonce, algorithm="sha256").hexdigest()


def hash_of(secret: str) -> str:
    """Return what the database holds of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_address(nonce: str) -> str:
    """Return the address to mail: only ever under the configured base address (safety, A5)."""
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/inloggegevens/nieuw/{secret_of(nonce)}/"


def accounts_meant_by(identifier: str) -> list[User]:
    """Return the active accounts meant by an e-mail address, customer number or domain name."""
    found = customers.find_accounts(identifier) or services.accounts_of_domain(
        identifier.strip().lower().removeprefix("www.")
    )
    return [user for user in found if user.is_active]


def usable_link(*, secret: str, now: datetime) -> RecoveryLink | None:
    """Return the link a secret opens at `now`, or None: unknown, used, void and late look alike."""
    return (
        RecoveryLink.objects.filter(
            secret_sha256=hash_of(secret),
            used_at__isnull=True,
            voided_at__isnull=True,
            expires_at__gt=now,
        )
        .select_related("user")
        .first()
    )

"""Reads about recovery: the standing link of a secret, the accounts an identifier means."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import queries as customers
from balie.apps.customers.models import User
from balie.apps.services import queries as services


def secret_of(nonce: str) -> str:
    """Derive the secret of a link (256 bits) from its nonce and the key outside the database."""
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
        _domain_name(identifier)
    )
    return [user for user in found if user.is_active]


def _domain_name(typed: str) -> str:
    """Return a domain name as it is stored: lower case, an international one in punycode."""
    name = typed.strip().rstrip(".").lower().removeprefix("www.")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def is_held(user: User, *, now: datetime) -> bool:
    """Tell whether the credentials of this account may not be touched at `now`."""
    return customers.are_logins_held(user, now=now)


def unspent_links(user: User) -> QuerySet[RecoveryLink]:
    """Return the links of an account that were neither used nor made void: one at most."""
    return RecoveryLink.objects.filter(user=user, used_at__isnull=True, voided_at__isnull=True)


def usable_link(*, secret: str, now: datetime) -> RecoveryLink | None:
    """Return the link a secret opens at `now`, or None: unknown, used, void and late look alike.

    So does one mailed to an address that changed since, or whose account is closed or held.
    """
    link = (
        RecoveryLink.objects.filter(
            secret_sha256=hash_of(secret),
            used_at__isnull=True,
            voided_at__isnull=True,
            expires_at__gt=now,
            issued_at__gte=F("user__email_changed_at"),
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )
    return None if link is None or is_held(link.user, now=now) else link


def sets_panels(link: RecoveryLink, *, now: datetime) -> bool:
    """Tell whether a used link still sets passwords on panels: its time lasts, and nothing since
    took the account back (closed, held, another address, a later link that was used).
    """
    used_at = link.used_at
    if used_at is None or link.voided_at is not None or now >= link.expires_at:
        return False
    user = User.objects.get(pk=link.user_id)
    later = RecoveryLink.objects.filter(user=user, pk__gt=link.pk, used_at__isnull=False)
    is_his = user.is_active and link.issued_at >= user.email_changed_at and not later.exists()
    return is_his and not is_held(user, now=now)


def login_hash(link: RecoveryLink) -> str:
    """Return what the browser that used a link is bound to: another password set ends it."""
    return User.objects.get(pk=link.user_id).get_session_auth_hash()


def used_link(kept: object, *, now: datetime) -> RecoveryLink | None:
    """Return the link a browser used, by what its session kept (id and `login_hash` right after
    use), while it may set passwords on panels; else None.
    """
    pk, _, bound_to = str(kept or "").partition(":")
    link = RecoveryLink.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if link is None or not sets_panels(link, now=now):
        return None
    return link if constant_time_compare(bound_to, login_hash(link)) else None

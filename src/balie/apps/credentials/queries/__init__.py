"""Reads about credentials: the standing link of a secret, the accounts an identifier means."""

from balie.apps.credentials.queries.limits import requests_free_at, tries_free_at
from balie.apps.credentials.queries.mails import mails_about_logins
from balie.apps.credentials.queries.panels import (
    PanelResult,
    panel_logins_of,
    panel_results,
    panel_rounds,
)
from balie.apps.credentials.queries.people import former_addresses, told_with
from balie.apps.credentials.queries.recovery import (
    accounts_meant_by,
    hash_of,
    is_held,
    link_address,
    login_hash,
    secret_of,
    sets_panels,
    unspent_links,
    usable_link,
    used_link,
)

__all__ = [
    "PanelResult",
    "accounts_meant_by",
    "former_addresses",
    "hash_of",
    "is_held",
    "link_address",
    "login_hash",
    "mails_about_logins",
    "panel_logins_of",
    "panel_results",
    "panel_rounds",
    "requests_free_at",
    "secret_of",
    "sets_panels",
    "told_with",
    "tries_free_at",
    "unspent_links",
    "usable_link",
    "used_link",
]

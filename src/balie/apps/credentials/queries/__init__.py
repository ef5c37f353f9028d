"""Reads about credentials: the standing link of a secret, the accounts an identifier means."""

from balie.apps.credentials.queries.recovery import (
    accounts_meant_by,
    hash_of,
    is_held,
    link_address,
    secret_of,
    usable_link,
)

__all__ = [
    "accounts_meant_by",
    "hash_of",
    "is_held",
    "link_address",
    "secret_of",
    "usable_link",
]

"""Seals what must be readable again but may not stand readable in the database.

Seeds of one-time codes and of recovery codes are encrypted under a key that is derived from the
key file, so a copy of the database alone opens nothing (DESIGN rule 4).
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"balie.customers.factors"


class UnableToOpen(Exception):
    """What is sealed was sealed under a key that is not here any more."""


def seal(text: str) -> str:
    """Return `text` as only a holder of the key can read it."""
    return _lock().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises UnableToOpen when no key fits."""
    try:
        return _lock().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        msg = "sealed under another key; bring back the key file of that time"
        raise UnableToOpen(msg) from error


def _lock() -> Fernet:
    key = settings.SECRET_KEY.encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key)
    return Fernet(urlsafe_b64encode(derived))

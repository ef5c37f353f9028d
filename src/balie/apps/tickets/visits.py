"""The key of a form on which answers are shown while one types: made by us, and naming nobody."""

import secrets
from datetime import datetime

from django.core import signing
from django.http import HttpRequest

from balie.apps.tickets import actions

FIELD = "visit"
SALT = "balie.answer.visit"
KEY_BYTES = 16


def key_of(request: HttpRequest) -> str:
    """Return the signed key of this form: the one it was shown with, else a new one."""
    given = request.POST.get(FIELD, "")
    return given if read_key(given) else signing.dumps(secrets.token_urlsafe(KEY_BYTES), salt=SALT)


def read_key(text: str) -> str | None:
    """Return the key behind its signature; None for one that we did not make."""
    try:
        return str(signing.loads(text, salt=SALT))
    except signing.BadSignature:
        return None


def note_asked(request: HttpRequest, *, now: datetime) -> None:
    """Note that a question was asked on this form, if it has a key of ours."""
    key = read_key(request.POST.get(FIELD, ""))
    if key is not None:
        actions.note_asked(key=key, now=now)

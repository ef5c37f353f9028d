"""Passkeys (WebAuthn): the two ceremonies of the library, under the configured address alone.

A passkey asks its owner for a finger, a face or a PIN, so it is two factors by itself. What it
signs names the origin of the page; anything but the base address of the settings is refused here,
before the library looks at the signature (safety, A5).
"""

import json
import struct
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode

from balie.apps.customers.models import User

LONGEST_ANSWER = 20_000
DEEPEST_ANSWER = 20  # brackets that may stand open at once; a browser's answer has three
# What the library and the parsers below it raise at an answer that no browser gave.
UNREADABLE = (
    ValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
    InvalidSignature,
)


class UnableToProve(Exception):
    """The answer of the browser is not one of a passkey that is known here."""


def begin_adding(user: User) -> dict[str, Any]:
    """Return what the browser is asked to make a passkey; the challenge waits in the session."""
    return auth.begin_registration(user, passwordless=True)  # type: ignore[no-any-return]


def finish_adding(answer: str) -> dict[str, Any]:
    """Return the passkey the browser made. Raises UnableToProve."""
    credential = _parsed(answer, kind="webauthn.create")
    try:
        auth.parse_registration_response(credential)
        made = auth.complete_registration(credential)
    except UNREADABLE as error:
        raise UnableToProve("the passkey was not made for us, or not now") from error
    if not made.is_user_verified():
        raise UnableToProve("the passkey did not ask who holds it")
    return credential


def begin_proving(user: User | None = None) -> dict[str, Any]:
    """Return what the browser must be asked: for any passkey of ours, or one of this account."""
    return auth.begin_authentication(user)  # type: ignore[no-any-return]


def finish_proving(answer: str, *, user: User | None = None) -> Authenticator:
    """Return the passkey that signed, of this account when one is named. Raises UnableToProve."""
    credential = _parsed(answer, kind="webauthn.get")
    try:
        auth.parse_authentication_response(credential)
        owner = user or auth.extract_user_from_response(credential)
        found = auth.complete_authentication(owner, credential)
    except UNREADABLE as error:
        raise UnableToProve("no passkey of this account signed this") from error
    if not found.user.is_active:
        raise UnableToProve("the account is closed")
    return found


def _parsed(answer: str, *, kind: str) -> dict[str, Any]:
    """Return the browser's answer. Raises UnableToProve when it was given to another address."""
    if len(answer) > LONGEST_ANSWER:
        raise UnableToProve("the answer is too long")
    try:
        credential = _read(answer)
        said = _read(websafe_decode(credential["response"]["clientDataJSON"]).decode())
        place, act, framed = said["origin"], said["type"], said.get("crossOrigin", False)
    except UNREADABLE as error:
        raise UnableToProve("the answer is not one of a browser") from error
    if place != settings.BALIE_BASE_URL or act != kind or framed:
        raise UnableToProve("the answer was given to another address")
    if not isinstance(credential, dict):
        raise UnableToProve("the answer is not one of a browser")
    return credential


def _read(text: str) -> Any:
    """Return what JSON says. Raises ValueError, also where it is nested deeper than any answer."""
    deep = deepest = 0
    for sign in text:
        deep += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, deep)
    if deepest > DEEPEST_ANSWER:
        raise ValueError("the answer is nested too deep")
    return json.loads(text)

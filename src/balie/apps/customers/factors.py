"""What proves somebody beside his password: one-time codes, recovery codes, passkeys.

The library keeps them (`allauth.mfa`), sealed (`sealing`). Added here: a one-time code works once
and never after a later one, by a guarded update; a recovery code is spent under a write lock; and
every change is audited and told to whoever must hear of it.

One-time codes follow the clock of the machine, as the telephone that makes them does (DESIGN 1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction
from django.db.models import F

from balie.apps.customers import queries
from balie.apps.customers.models import User
from balie.apps.customers.sealing import seal, unseal
from balie.infra import audit, clock, outbox
from balie.infra.audit import Actor

STEP_SECONDS = 30
DRIFT = 1  # steps a telephone's clock may be ahead or behind (RFC 6238, 5.2)
MOST_PASSKEYS = 10
GROUP = 5  # figures of a recovery code that stand together
TOTP_KIND = Authenticator.Type.TOTP
CODES_KIND = Authenticator.Type.RECOVERY_CODES
PASSKEY_KIND = Authenticator.Type.WEBAUTHN
REMOVED = {
    TOTP_KIND: "totp_removed",
    CODES_KIND: "codes_removed",
    PASSKEY_KIND: "passkey_removed",
}


class UnableToAdd(Exception):
    """A factor is not added; the message says why."""


class UnableToRemove(Exception):
    """A factor is not removed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What an account has; never a secret."""

    totp: Authenticator | None = None
    passkeys: tuple[Authenticator, ...] = ()
    codes_left: int = 0

    @property
    def has_totp(self) -> bool:
        """Whether an authenticator app makes codes for this account."""
        return self.totp is not None

    @property
    def is_strong(self) -> bool:
        """Whether signing in asks for more than a password."""
        return bool(self.listed)

    @property
    def listed(self) -> tuple[Authenticator, ...]:
        """What can be removed one by one: the app, and each passkey."""
        return (*((self.totp,) if self.totp else ()), *self.passkeys)


def factors_of(user: User) -> Factors:
    """Return what proves an account beside its password."""
    return factors_by_user([user.pk]).get(user.pk, Factors())


def factors_by_user(users: Iterable[int]) -> dict[int, Factors]:
    """Return the factors of these accounts, in one query."""
    found: dict[int, list[Authenticator]] = {}
    for one in Authenticator.objects.filter(user_id__in=list(users)).order_by("pk"):
        found.setdefault(one.user_id, []).append(one)
    return {user: _factors(rows) for user, rows in found.items()}


def new_seed() -> str:
    """Return a fresh seed for one-time codes, sealed: it waits in a session to be confirmed."""
    return seal(generate_totp_secret())


def seed_words(sealed: str) -> str:
    """Return a seed as somebody types it over: in groups of four."""
    seed = unseal(sealed).rstrip("=")
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))


def seed_address(user: User, sealed: str, *, issuer: str) -> str:
    """Return what the QR code of a seed says (Key Uri Format of the authenticator apps)."""
    seed = unseal(sealed)
    query = urlencode({"secret": seed, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(user.email)}?{query}"


@transaction.atomic
def add_totp(*, user: User, sealed_seed: str, code: str, now: datetime) -> Authenticator:
    """Add one-time codes, once a code shows that the telephone makes them.

    Raises UnableToAdd when the code is not of this seed, or the account has one-time codes already.
    """
    if Authenticator.objects.filter(user=user, type=TOTP_KIND).exists():
        raise UnableToAdd("the account has one-time codes already; remove those first")
    seed = unseal(sealed_seed)
    step = _matching_step(seed, code, at=clock.machine())
    if step is None or not _spend_step(user, step):
        raise UnableToAdd("the code is not of this seed, or was used")
    added: Authenticator = TOTP.activate(user, seed).instance
    Authenticator.objects.filter(pk=added.pk).update(created_at=now)
    tell_changed(user=user, what="totp_added", now=now)
    return added


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, object], now: datetime) -> None:
    """Keep a passkey that the browser made and the ceremony approved (`passkeys`)."""
    if Authenticator.objects.filter(user=user, type=PASSKEY_KIND).count() >= MOST_PASSKEYS:
        raise UnableToAdd(f"an account has at most {MOST_PASSKEYS} passkeys")
    data = {"name": name, "credential": credential}
    Authenticator.objects.create(user=user, type=PASSKEY_KIND, data=data, created_at=now)
    tell_changed(user=user, what="passkey_added", now=now)


@transaction.atomic
def renew_recovery_codes(*, user: User, now: datetime) -> list[str]:
    """Make new recovery codes and return them, to be shown once; the former ones are void.

    Raises UnableToAdd for an account without a second factor: there is nothing to recover.
    """
    if not factors_of(user).is_strong:
        raise UnableToAdd("recovery codes stand in for a second factor; add that first")
    Authenticator.objects.filter(user=user, type=CODES_KIND).delete()
    codes = RecoveryCodes.activate(user).generate_codes()
    tell_changed(user=user, what="codes_renewed", now=now)
    return [_grouped(code) for code in codes]


@transaction.atomic
def remove(*, user: User, factor_id: int, now: datetime) -> None:
    """Remove one-time codes or a passkey. Raises UnableToRemove for the last second factor of an
    employee, Authenticator.DoesNotExist for what is not his.
    """
    # The write comes first: two who remove at one moment wait for each other, on both engines.
    User.objects.filter(pk=user.pk).update(last_code_step=F("last_code_step"))
    factor = Authenticator.objects.exclude(type=CODES_KIND).get(user=user, pk=factor_id)
    strong = Authenticator.objects.filter(user=user).exclude(type=CODES_KIND)
    if queries.is_employee(user) and strong.count() < 2:
        raise UnableToRemove("an employee keeps a second factor; add another one first")
    factor.delete()
    if not strong.exists():
        Authenticator.objects.filter(user=user, type=CODES_KIND).delete()
    tell_changed(user=user, what=REMOVED[factor.type], now=now)


@transaction.atomic
def remove_newer(*, user: User, than: int, now: datetime) -> int:
    """Remove every factor of an account that was made after the factor with this id; how many.

    Recovery codes go as well where no second factor is left that they stand in for.
    """
    newer = list(Authenticator.objects.filter(user=user, pk__gt=than).order_by("pk"))
    for factor in newer:
        factor.delete()
        tell_changed(user=user, what=REMOVED[factor.type], now=now)
    if not factors_of(user).is_strong:
        Authenticator.objects.filter(user=user, type=CODES_KIND).delete()
    return len(newer)


@transaction.atomic
def spend_code(*, user: User, code: str, now: datetime) -> Authenticator | None:
    """Spend a one-time code or a recovery code, and return the factor it is of.

    None when it is not right. A recovery code proves less: whoever found the paper has it.
    """
    for factor in Authenticator.objects.filter(user=user, type__in=(TOTP_KIND, CODES_KIND)):
        right = (
            _spend_totp(factor, code) if factor.type == TOTP_KIND else _spend_saved(factor, code)
        )
        if right:
            Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)
            if factor.type == CODES_KIND:
                tell_changed(user=user, what="code_used", now=now)
            return factor
    return None


@transaction.atomic
def reset(*, user: User, by: Actor, now: datetime) -> None:
    """Take away all second factors and recovery codes of who lost them, and tell everybody.

    An employee then signs in with his password, and adds a factor before the desk opens to him.
    """
    Authenticator.objects.filter(user=user).delete()
    tell_changed(user=user, what="reset", by=by, now=now)


def note_used(factor: Authenticator, *, now: datetime) -> None:
    """Note when a passkey was last used, for its owner to see."""
    Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)


@transaction.atomic
def spend_recovery_code(*, user: User, code: str, now: datetime) -> bool:
    """Tell whether a saved recovery code is right, and spend it: a proof of its own."""
    factor = Authenticator.objects.filter(user=user, type=CODES_KIND).first()
    if factor is None or not _spend_saved(factor, code):
        return False
    Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)
    tell_changed(user=user, what="code_used", now=now)
    return True


def tell_changed(*, user: User, what: str, by: Actor | None = None, now: datetime) -> None:
    """Audit a change of the factors, and mail it to everybody who must hear of it.

    `by` is who did it where that is not the owner of the account.
    """
    by = by or queries.actor_of(user)
    event = audit.record(event=f"factor.{what}", by=by, subject=("user", user.pk), now=now)
    for told in queries.told_about(user):
        outbox.put(
            kind="factor-changed",
            event=f"factor-changed:{event.pk}:{told.pk}",
            recipient=("user", told.pk),
            payload={"user": user.pk, "what": what},
            now=now,
        )


def _factors(rows: list[Authenticator]) -> Factors:
    totp = next((one for one in rows if one.type == TOTP_KIND), None)
    saved = next((one for one in rows if one.type == CODES_KIND), None)
    return Factors(
        totp=totp,
        passkeys=tuple(one for one in rows if one.type == PASSKEY_KIND),
        codes_left=_left(saved) if saved else 0,
    )


def _left(saved: Authenticator) -> int:
    used = int(saved.data["used_mask"]).bit_count()
    return len(saved.wrap().generate_codes()) - used


def _spend_totp(factor: Authenticator, code: str) -> bool:
    step = _matching_step(unseal(factor.data["secret"]), code, at=clock.machine())
    return step is not None and _spend_step(factor.user, step)


def _spend_saved(factor: Authenticator, code: str) -> bool:
    # The write comes first: whoever else tries this code waits for it, on both engines.
    Authenticator.objects.filter(pk=factor.pk).update(type=CODES_KIND)
    factor.refresh_from_db()
    return bool(factor.wrap().validate_code(code))


def _matching_step(seed: str, code: str, *, at: datetime) -> int | None:
    middle = int(at.timestamp()) // STEP_SECONDS
    for step in range(middle - DRIFT, middle + DRIFT + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(seed, step))):
            return step
    return None


def _spend_step(user: User, step: int) -> bool:
    """Take a time step; False when it, or a later one, was taken before (RFC 6238, 5.2)."""
    fresh = User.objects.filter(pk=user.pk, last_code_step__lt=step)
    return fresh.update(last_code_step=step) == 1


def _grouped(code: str) -> str:
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))

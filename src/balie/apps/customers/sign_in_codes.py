"""A code by mail to sign in with: asked for, looked up by a job, sent, typed in.

The view stores what was typed and says the same to everybody; the job mails a code to each account
that is meant. A code is derived from a random nonce under the key outside the database, when it is
mailed and when it is checked; nothing that is stored shows it, and no session holds it.

A standing code lives `LIFETIME`, and who asks again in that time is meant by the same one. So at
most three mails leave in an hour, and a stranger who asks in somebody's name cannot use up what the
owner needs: the code that was mailed works for the owner. The cap of a day counts only requests
from networks from which the owner did not come in lately, and the last code of a day stands until
the next may leave. The cap of wrong codes from everywhere holds for networks that are not known.
The long code that stands in the same mail needs no cap (66 bits: NIST SP 800-63B-4, 3.1.3.1), so
that no tries of a stranger count against the owner, wherever he is.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from balie.apps.customers import attempts, factors, queries
from balie.apps.customers.models import SignIn, SignInCode, SignInCodeRequest, User
from balie.infra import audit, jobs, outbox
from balie.infra.audit import SYSTEM

LIFETIME = timedelta(minutes=20)
PER_DAY = 10
DAY = timedelta(days=1)
DIGITS = 8
LONG_DIGITS = 20
FIGURES = "0123456789"  # isdigit() would let through what no code has
MOST_ACCOUNTS = 5  # behind one customer number
TRIES_PER_NETWORK = 5
TRIES = 100
REQUESTS_PER_NETWORK = 20
WITHIN = timedelta(hours=1)
LOOK_UP = "look-up-sign-in-code"


@transaction.atomic
def request_code(*, identifier: str, language: str, network: str, now: datetime) -> None:
    """Store that somebody asked for a code; a network that asks too often is not heard."""
    place = attempts.network_key(network)
    asked = SignInCodeRequest.objects.filter(network=place, requested_at__gt=now - WITHIN)
    if asked.count() >= REQUESTS_PER_NETWORK:
        return
    request = SignInCodeRequest.objects.create(
        identifier=identifier.strip()[:254], network=place, language=language, requested_at=now
    )
    jobs.enqueue(LOOK_UP, request_id=request.pk)


@transaction.atomic
def look_up(*, request: SignInCodeRequest, now: datetime) -> None:
    """Mail a code to each account that is meant. A second look changes nothing."""
    fresh = SignInCodeRequest.objects.filter(pk=request.pk, looked_up_at__isnull=True)
    if fresh.update(looked_up_at=now) != 1:
        return
    for user in queries.find_accounts(request.identifier)[:MOST_ACCOUNTS]:
        if user.is_active and not queries.are_logins_held(user, now=now):
            _mail_code(user, request=request, now=now)


def check_code(*, identifier: str, code: str, network: str, now: datetime) -> User | None:
    """Return the account whose standing code this is, and use it up.

    Raises attempts.TooManyTries. Known and unknown accounts cost the same statements.
    """
    users = [one for one in queries.find_accounts(identifier)[:MOST_ACCOUNTS] if one.is_active]
    # Filled up to one length: the statements are the same whoever is meant, and always made.
    pks = [*(one.pk for one in users), *range(-MOST_ACCOUNTS, 0)][:MOST_ACCOUNTS]
    typed = "".join(figure for figure in code if figure in FIGURES).encode()
    # Noted, for all to see, before it is counted: those of the same moment count each other.
    attempt = SignIn.objects.create(
        account=attempts.typed_key(identifier),
        network=attempts.network_key(network),
        user=users[0] if len(users) == 1 else None,
        way=SignIn.Way.CODE,
        at=now,
    )
    is_spent = _are_tries_spent(attempt, pks=pks, is_long=len(typed) == LONG_DIGITS, now=now)
    if is_spent:
        attempt.delete()
        raise attempts.TooManyTries(LIFETIME)
    return _judge(attempt, typed, pks=pks, now=now)


def _are_tries_spent(attempt: SignIn, *, pks: list[int], is_long: bool, now: datetime) -> bool:
    """Tell whether a noted try is one too many, for its network or for what it tries.

    A long code is not guessed: only what a network tries in all is limited, for the work it costs.
    """
    others = SignIn.objects.exclude(pk=attempt.pk).filter(way=attempt.way, has_succeeded=False)
    here = others.filter(network=attempt.network)
    lately = {"at__gt": now - LIFETIME, "at__lte": now}
    meant = Q(account=attempt.account) | Q(user_id__in=pks)
    own = here.filter(account=attempt.account, **lately).count()
    all_here = here.filter(at__gt=now - WITHIN, at__lte=now).count()
    everywhere = others.filter(meant, **lately).count()
    came_in = SignIn.objects.filter(user_id__in=pks, network=attempt.network, has_succeeded=True)
    is_known = came_in.filter(at__gt=now - attempts.KNOWN_FOR).exists()
    is_closed = own >= TRIES_PER_NETWORK or (everywhere >= TRIES and not is_known)
    return all_here >= attempts.FREE_PER_NETWORK or (is_closed and not is_long)


@transaction.atomic
def _judge(attempt: SignIn, typed: bytes, *, pks: list[int], now: datetime) -> User | None:
    standing = SignInCode.objects.filter(
        user_id__in=pks, used_at__isnull=True, voided_at__isnull=True, expires_at__gt=now
    ).select_related("user")
    for one in standing:
        right = long_code_of(one.nonce) if len(typed) == LONG_DIGITS else code_of(one.nonce)
        if not hmac.compare_digest(right.encode(), typed):
            continue
        # Asked of the right code alone: what is wrong costs the same statements whoever is meant.
        if not queries.are_logins_held(one.user, now=now) and _use(one, now=now):
            if factors.factors_of(one.user).is_strong:
                attempts.leave_open(attempt)
            else:
                SignIn.objects.filter(pk=attempt.pk).update(has_succeeded=True, user=one.user)
            return one.user
    return None


def void_standing(user: User, *, now: datetime) -> None:
    """Void the code of an account that was mailed and not used yet."""
    SignInCode.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)


def code_of(nonce: str) -> str:
    """Return the figures of a code."""
    return _figures(nonce, b"balie.customers.sign-in-code", digits=DIGITS)


def long_code_of(nonce: str) -> str:
    """Return the figures that work where others tried too often: too many to guess."""
    return _figures(nonce, b"balie.customers.long-sign-in-code", digits=LONG_DIGITS)


def _figures(nonce: str, purpose: bytes, *, digits: int) -> str:
    key = sha256(purpose + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, nonce.encode(), sha256).digest()
    return str(int.from_bytes(digest) % 10**digits).zfill(digits)


def is_sendable(code: SignInCode, *, now: datetime) -> bool:
    """Tell whether a code may still be mailed: not spent, late or held, the address the same."""
    if code.used_at or code.voided_at or code.expires_at <= now or not code.user.is_active:
        return False
    if queries.are_logins_held(code.user, now=now):
        return False
    return code.user.email_changed_at <= code.issued_at


def _mail_code(user: User, *, request: SignInCodeRequest, now: datetime) -> None:
    mine = SignInCode.objects.filter(user=user)
    standing = mine.filter(used_at__isnull=True, voided_at__isnull=True)
    if standing.filter(expires_at__gt=now, issued_at__gte=user.email_changed_at).exists():
        return
    standing.update(voided_at=now)
    is_known = attempts.is_known_network(user=user, network=request.network, now=now)
    today = mine.filter(is_counted=True, issued_at__gt=now - DAY)
    issued = list(today.order_by("issued_at").values_list("issued_at", flat=True))
    if not is_known and len(issued) >= PER_DAY:
        return
    until = now + LIFETIME
    if not is_known and len(issued) == PER_DAY - 1:
        until = max(until, issued[0] + DAY)  # the last of a day stands until another may leave
    code = SignInCode.objects.create(
        user=user,
        nonce=secrets.token_hex(24),
        is_counted=not is_known,
        issued_at=now,
        expires_at=until,
    )
    audit.record(event="sign_in.code_issued", by=SYSTEM, subject=("user", user.pk), now=now)
    outbox.put(
        kind="sign-in-code",
        event=f"sign-in-code:{code.pk}",
        recipient=("user", user.pk),
        payload={"code": code.pk, "language": request.language},
        now=now,
        not_after=code.expires_at,
    )


def _use(code: SignInCode, *, now: datetime) -> bool:
    unused = SignInCode.objects.filter(pk=code.pk, used_at__isnull=True, voided_at__isnull=True)
    return unused.update(used_at=now) == 1

"""How often somebody may try to sign in, and who was in lately.

Every try is a row before it is judged, so tries at the same moment count each other on any number
of processes. What must be waited for depends on the account that was meant (or on what was typed,
where there is none: both are counted alike, so the wait tells nothing) and on the network:

* after 5 failures from one network on one account that network waits half a minute for it, then
  twice as long each time, at most a quarter of an hour;
* after 60 failures from one network, on whatever accounts, it waits in the same way for all;
* after 100 failures in a row on one account (NIST SP 800-63B-4, 3.2.2) only networks from which its
  owner came in before may try on. A code by mail, a passkey or the lost-login link stay open to him
  everywhere, and each ends the row: a stranger cannot lock him out.
"""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac

from balie.apps.customers.models import SignIn, User

FREE = 5
FREE_PER_NETWORK = 60
IN_A_ROW = 100
WITHIN = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
GUESSABLE = (SignIn.Way.PASSWORD, SignIn.Way.SECOND)


class TooManyTries(Exception):
    """Nothing is judged before `wait` has passed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


def network_key(network: str) -> str:
    """Return the keyed hash of a network (`infra.networks`): it can be counted, not read."""
    return salted_hmac("balie.customers.network", network, algorithm="sha256").hexdigest()


def account_key(user: User | None, *, typed: str = "") -> str:
    """Return the keyed hash of an account, or of what was typed where there is none."""
    meant = f"user:{user.pk}" if user else f"typed:{typed.strip().lower()}"
    return salted_hmac("balie.customers.account", meant, algorithm="sha256").hexdigest()


def begin(*, way: str, user: User | None, typed: str = "", network: str, now: datetime) -> SignIn:
    """Note a try before it is judged. Raises TooManyTries when it is not judged at all yet."""
    account, place = account_key(user, typed=typed), network_key(network)
    wait = wait_for(way=way, account=account, network=place, now=now)
    if wait:
        raise TooManyTries(wait)
    return SignIn.objects.create(account=account, network=place, user=user, way=way, at=now)


def succeed(attempt: SignIn) -> None:
    """Note that a try was right."""
    SignIn.objects.filter(pk=attempt.pk).update(has_succeeded=True)


def note_success(*, user: User, way: str, network: str, now: datetime) -> SignIn:
    """Note that somebody came in with what cannot be guessed (a passkey, a link of ours)."""
    return SignIn.objects.create(
        account=account_key(user),
        network=network_key(network),
        user=user,
        way=way,
        has_succeeded=True,
        at=now,
    )


def wait_for(*, way: str, account: str, network: str, now: datetime) -> timedelta:
    """Return how long this network waits before it may try this account (nothing, often)."""
    # A wrong password makes nobody wait for the second step, nor the other way round.
    recent = SignIn.objects.filter(way=way, at__gt=now - WITHIN, at__lte=now)
    here = recent.filter(network=network)
    own = _wait(_since_success(here.filter(account=account)), free=FREE, now=now)
    all_here = _wait(here.filter(has_succeeded=False), free=FREE_PER_NETWORK, now=now)
    return max(own, all_here, _row_wait(way, account=account, network=network, now=now))


def last_sign_ins(users: list[int]) -> dict[int, datetime]:
    """Return when each of these accounts last came in, in one query."""
    done = SignIn.objects.filter(user__in=users, has_succeeded=True)
    rows = done.values("user").annotate(last=Max("at")).values_list("user", "last")
    return dict(rows)


def is_known_network(*, user: User, network: str, now: datetime) -> bool:
    """Tell whether the owner of an account came in from this network lately."""
    came_in = SignIn.objects.filter(user=user, network=network, has_succeeded=True)
    return came_in.filter(at__gt=now - KNOWN_FOR).exists()


def _since_success(tries: QuerySet[SignIn]) -> QuerySet[SignIn]:
    last = tries.filter(has_succeeded=True).order_by("-pk").values_list("pk", flat=True).first()
    return tries.filter(has_succeeded=False, pk__gt=last or 0)


def _wait(failures: QuerySet[SignIn], *, free: int, now: datetime) -> timedelta:
    latest = list(failures.order_by("-at").values_list("at", flat=True)[: free + 6])
    if len(latest) < free:
        return timedelta(0)
    pause: timedelta = min(FIRST_WAIT * 2 ** (len(latest) - free), LONGEST_WAIT)
    return max(latest[0] + pause - now, timedelta(0))


def _row_wait(way: str, *, account: str, network: str, now: datetime) -> timedelta:
    """Tell a network that is not known here to wait once an account failed a hundred in a row."""
    tries = SignIn.objects.filter(account=account)
    # A success in any way ends the row; only what can be guessed makes it longer.
    last = tries.filter(has_succeeded=True).order_by("-pk").values_list("pk", flat=True).first()
    row = tries.filter(way__in=GUESSABLE, has_succeeded=False, pk__gt=last or 0)
    if way not in GUESSABLE or row.order_by().count() < IN_A_ROW:
        return timedelta(0)
    known = tries.filter(network=network, has_succeeded=True, at__gt=now - KNOWN_FOR).exists()
    return timedelta(0) if known else LONGEST_WAIT

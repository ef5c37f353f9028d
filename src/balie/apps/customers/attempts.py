"""How often somebody may try to sign in, and who was in lately.

Every try is a row before it is judged, so tries at the same moment count each other on any number
of processes; one that is not judged leaves no row. What must be waited for:

* after 5 failures from one network on one name (what was typed, a customer number in one spelling)
  that network waits half a minute for it, then twice as long each time, at most a quarter of an
  hour. Names are counted whether or not they are somebody's: the wait tells nothing;
* after 60 failures from one network, on whatever names, it waits in the same way for all;
* after 100 failures in a row on one account, under whatever name (NIST SP 800-63B-4, 3.2.2), only
  networks from which its owner came in before may try on.

Passwords and second factors have a row each. Only who came in altogether ends a row and makes a
network known: a right password that still waits for a second factor does neither. A code by mail, a
passkey or the lost-login link stay open while the password is closed, and each ends the row of an
account without a second factor: a stranger cannot lock its owner out.
"""

from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils.crypto import salted_hmac

from balie.apps.customers.models import SignIn, User
from balie.domain.numbering import normalise_customer_number

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


def typed_key(typed: str) -> str:
    """Return the keyed hash of a name as it was typed; all spellings of a number have one."""
    name = normalise_customer_number(typed.strip()) or typed.strip().lower()
    return salted_hmac("balie.customers.account", f"typed:{name}", algorithm="sha256").hexdigest()


def begin(*, way: str, user: User | None, typed: str = "", network: str, now: datetime) -> SignIn:
    """Note a try before it is judged; `typed` is the name, where it is not that of the account.

    Raises TooManyTries when it is not judged at all yet.
    """
    name = typed or (user.email if user else "")
    attempt = SignIn.objects.create(
        account=typed_key(name), network=network_key(network), user=user, way=way, at=now
    )
    wait = wait_for(attempt, now=now)
    if wait:
        attempt.delete()
        raise TooManyTries(wait)
    return attempt


def succeed(attempt: SignIn) -> None:
    """Note that a try let somebody in."""
    SignIn.objects.filter(pk=attempt.pk).update(has_succeeded=True)


def leave_open(attempt: SignIn) -> None:
    """Note that a try was right and that a second factor is still to come: neither one counts."""
    attempt.delete()


def note_success(*, user: User, way: str, network: str, now: datetime) -> SignIn:
    """Note that somebody came in, with what cannot be guessed or with a second factor too."""
    return SignIn.objects.create(
        account=typed_key(user.email),
        network=network_key(network),
        user=user,
        way=way,
        has_succeeded=True,
        at=now,
    )


def wait_for(attempt: SignIn, *, now: datetime) -> timedelta:
    """Return how long the network of a noted try waits before it may make it (nothing, often).

    All other tries count, also those noted at the same moment: too many may wait, never too few.
    """
    # A wrong password makes nobody wait for the second step, nor the other way round.
    others = SignIn.objects.exclude(pk=attempt.pk).filter(way=attempt.way)
    here = others.filter(network=attempt.network, at__gt=now - WITHIN, at__lte=now)
    # Who came in under another name of the same account came in all the same.
    mine = Q(account=attempt.account) | Q(user=attempt.user_id or 0, has_succeeded=True)
    own = _wait(_since_success(here.filter(mine)), free=FREE, now=now)
    all_here = _wait(here.filter(has_succeeded=False), free=FREE_PER_NETWORK, now=now)
    return max(own, all_here, _row_wait(attempt, now=now))


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


def _row_wait(attempt: SignIn, *, now: datetime) -> timedelta:
    """Tell a network that is not known here to wait once an account failed a hundred in a row."""
    # One statement for everybody: where there is no account, the name alone is counted.
    meant = Q(account=attempt.account) | Q(user=attempt.user_id or 0)
    tries = SignIn.objects.exclude(pk=attempt.pk).filter(meant)
    # Coming in by any way ends the row; only what can be guessed makes it longer.
    last = tries.filter(has_succeeded=True).order_by("-pk").values_list("pk", flat=True).first()
    row = tries.filter(way=attempt.way, has_succeeded=False, pk__gt=last or 0)
    if attempt.way not in GUESSABLE or row.order_by().count() < IN_A_ROW:
        return timedelta(0)
    came_in = tries.filter(network=attempt.network, has_succeeded=True, at__gt=now - KNOWN_FOR)
    return timedelta(0) if came_in.exists() else LONGEST_WAIT

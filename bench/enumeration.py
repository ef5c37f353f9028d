"""Whether time tells who is a customer: medians of known and unknown, asked in turn.

``make bench-enumeration`` makes 1,000 accounts and asks 1,000 pairs of one that exists and one that
does not, the order within a pair by chance: for a lost login, and to sign in with a wrong password,
by e-mail address and by customer number. It prints both medians in milliseconds and how far they
are apart; the goal is 5 %. The time is that of the server through Django's own client. The same
pair is also asked of a sign-in as one would write it at first (look up, and hash only when there is
an account): that one must be told apart, or the measurement sees nothing.
``ARGS="--engine postgres"`` measures on PostgreSQL, ``ARGS="--pairs 100"`` is a small run.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # it runs as a script

PAIRS = 1000
WARM = 20
GOAL = 0.05
ENGINES = ("sqlite", "postgres")
PASSWORD = "een lange zin die niemand raadt"  # noqa: S105 (of nobody)
WRONG = "een andere zin die niemand raadt"

Ask = Callable[[str], object]


def main() -> int:
    """Measure in a process of its own: settings are read once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        return measure(args)
    with tempfile.TemporaryDirectory(prefix="balie-bench-") as home:
        command = [sys.executable, __file__, "--inside", "--engine", args.engine]
        command += ["--pairs", str(args.pairs)]
        settings = {
            "DJANGO_SETTINGS_MODULE": "tests.support.settings",
            "BALIE_TEST_DATABASE": args.engine,
            "BALIE_TEST_HOME": home,
        }
        return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode


def measure(args: argparse.Namespace) -> int:
    """Fill the database and ask every pair; 1 when a median is further off than the goal."""
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    call_command("migrate", verbosity=0)
    emails, numbers = fill(args.pairs + WARM)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{args.engine}, {args.pairs:,} pairs, load {load}")
    print(f"{'request':<34}{'known ms':>10}{'unknown ms':>12}{'apart':>9}")
    nobody = [f"niemand{number}@klant.example" for number in range(len(emails))]
    no_number = [f"K9{number:04d}" for number in range(len(numbers))]
    runs: list[tuple[str, Ask, list[str], list[str]]] = [
        ("lost login, by address", recover, emails, nobody),
        ("lost login, by customer number", recover, numbers, no_number),
        ("sign in, by address", sign_in, emails, nobody),
        ("sign in, by customer number", sign_in, numbers, no_number),
    ]
    far = sum(compare(name, ask, known, unknown) > GOAL for name, ask, known, unknown in runs)
    twin = compare("twin: hashes for accounts only", hash_for_accounts_only, emails, nobody)
    print(f"{far} over the goal of 5 %" if far else "all within 5 %")
    if twin <= GOAL:
        print("the twin was not told apart: this measurement sees nothing")
    return int(bool(far) or twin <= GOAL)


def compare(name: str, ask: Ask, known: list[str], unknown: list[str]) -> float:
    """Ask in turn and print both medians; how far they are apart, as a share of the smaller."""
    order = random.Random(1)  # noqa: S311 (an order, not a secret)
    times: tuple[list[float], list[float]] = ([], [])
    for number, pair in enumerate(zip(known, unknown, strict=True)):
        for which in order.sample((0, 1), 2):
            began = time.perf_counter()
            ask(pair[which])
            took = time.perf_counter() - began
            if number >= WARM:
                times[which].append(took * 1000)
    medians = [statistics.median(each) for each in times]
    apart = abs(medians[0] - medians[1]) / min(medians)
    print(f"{name:<34}{medians[0]:>10.2f}{medians[1]:>12.2f}{apart:>9.1%}", flush=True)
    return apart


_asked = 0


def _client() -> Any:
    """A visitor from a network of his own, so that no limit is met."""
    from django.test import Client  # noqa: PLC0415

    global _asked  # noqa: PLW0603 (a counter of this script)
    _asked += 1
    address = f"10.{_asked // 62500}.{_asked // 250 % 250}.{_asked % 250}"
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address)


def recover(identifier: str) -> object:
    """Ask for a lost login."""
    answer = _client().post("/inloggegevens/", {"identifier": identifier})
    if answer.status_code != 303:
        sys.exit(f"a lost login was answered with {answer.status_code}")
    return answer


def sign_in(identifier: str) -> object:
    """Try to sign in with a password that is wrong."""
    answer = _client().post("/inloggen/", {"identifier": identifier, "password": WRONG})
    if answer.status_code != 422:
        sys.exit(f"a wrong password was answered with {answer.status_code}")
    return answer


def hash_for_accounts_only(identifier: str) -> object:
    """The careless twin: it looks the account up, and hashes when there is one."""
    from balie.apps.customers.models import User  # noqa: PLC0415

    user = User.objects.filter(email__iexact=identifier).first()
    return user is not None and user.check_password(WRONG)


def fill(count: int) -> tuple[list[str], list[str]]:
    """Make accounts with a password, one contact per customer; their addresses and numbers."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415

    from balie.apps.customers.models import (  # noqa: PLC0415
        Contact,
        Customer,
        CustomerContact,
        User,
    )
    from balie.infra import clock  # noqa: PLC0415

    now, hashed = clock.now(), make_password(PASSWORD)
    places = range(count)
    users = User.objects.bulk_create(
        User(
            email=f"klant{one}@klant.example", password=hashed, email_changed_at=now, created_at=now
        )
        for one in places
    )
    customers = Customer.objects.bulk_create(
        Customer(
            number=f"K{10001 + one}",
            name=f"Bakkerij {one}",
            kind="business",
            street="Nieuwestad",
            house_number=str(one),
            postcode="8911 CJ",
            city="Leeuwarden",
            created_at=now,
        )
        for one in places
    )
    contacts = Contact.objects.bulk_create(
        Contact(user=user, name=f"J. Bakker {user.pk}") for user in users
    )
    CustomerContact.objects.bulk_create(
        CustomerContact(customer=customer, contact=contact, role="owner", since_at=now)
        for customer, contact in zip(customers, contacts, strict=True)
    )
    return [user.email for user in users], [one.number for one in customers]


if __name__ == "__main__":
    sys.exit(main())

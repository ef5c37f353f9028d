"""What a password may not be: too long to hash, our words or the customer's, or known to thieves.

Long sentences are welcome and nothing is composed by rule (NIST SP 800-63B-4, 3.1.1). The checks
stand in ``AUTH_PASSWORD_VALIDATORS``, so they hold wherever a password is set.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from balie.apps.customers.models import Customer, User
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.infra import clock

LONGEST = 256
SHORTEST_WORD = 4  # a shorter word stands in any sentence by chance
FEWEST_OF_OWN = 8  # so much must be left when the known words are taken out
FEWEST_HEX = 5
OURS = ("balie",)
_NOT_PLAIN = re.compile(r"[\W_]+")


class LongestValidator:
    """Refuses what no person types: hashing megabytes is work for the attacker (safety, A11)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when the password is too long."""
        if len(password) > LONGEST:
            message = _("This password is longer than %(longest)s characters.")
            raise ValidationError(message % {"longest": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        """Nothing: nobody needs to know beforehand."""
        return ""


class OwnWordsValidator:
    """Refuses a password that is little more than a word of the company or of the customer.

    A long sentence may hold such a word: what is left without it must be long enough by itself.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError, naming the word, when too little of the password is his own."""
        rest = _plain(password)
        used = []
        for word in sorted(known_words(user), key=len, reverse=True):
            if word in rest:
                rest = rest.replace(word, "")
                used.append(word)
        if used and len(rest) < FEWEST_OF_OWN:
            message = _(
                "This password leans on “%(word)s”, which others know too. Add words of your own."
            )
            raise ValidationError(message % {"word": used[0]}, code="password_known_word")

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return _("Not your name, domain name or customer number, nor our name.")


class BreachedValidator:
    """Refuses what stands in the operator's file of leaked passwords; without a file, nothing."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when the password is in the file."""
        file = settings.BALIE_BREACHED_PASSWORDS_FILE
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if file and is_in_file(Path(file), digest):
            message = _("This password has leaked somewhere: thieves try it first. Choose another.")
            raise ValidationError(message, code="password_breached")

    def get_help_text(self) -> str:
        """Nothing beforehand."""
        return ""


def known_words(user: object) -> set[str]:
    """Return the words that anybody could guess for this account, plain and in lower case."""
    # Django calls a validator without a moment; who the company is does not change by the minute.
    company = policies.policy_in_force(now=clock.machine()).company
    ours = [*OURS, urlsplit(settings.BALIE_BASE_URL).hostname or "", company.name]
    ours += [company.trade_name, company.email, company.website]
    return set(_words([*ours, *(_own(user) if isinstance(user, User) else [])]))


def _own(user: User) -> list[str]:
    words = [user.email]
    for person in (getattr(user, "contact", None), getattr(user, "employee", None)):
        words += [person.name] if person is not None else []
    for customer in Customer.objects.filter(contacts__user=user) if user.pk else ():
        words += [customer.name, customer.number, *services.domains_of(customer)]
    return words


def is_in_file(file: Path, digest: str) -> bool:
    """Tell whether a sorted file of hashes has `digest` (SHA-1, hex) or a beginning of it.

    A line is a hash, perhaps with a count behind a colon, or the first digits of one. Found by
    halving: the file may be tens of gigabytes and is never loaded.
    """
    with file.open("rb") as lines:
        low, high = 0, file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            line, start = _line_at(lines, middle)
            found = line.partition(b":")[0].strip().decode("ascii", "replace").upper()
            if len(found) >= FEWEST_HEX and digest.startswith(found):
                return True
            if found < digest:
                low = start + len(line)
            else:
                high = start
    return False


def _line_at(lines: BinaryIO, position: int) -> tuple[bytes, int]:
    """Return the whole line around a position of the file, and where it starts."""
    start = position
    while start > 0:
        step = max(0, start - 64)
        lines.seek(step)
        before = lines.read(start - step)
        end = before.rfind(b"\n")
        if end >= 0:
            start = step + end + 1
            break
        start = step
    lines.seek(start)
    return lines.readline(), start


def _words(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        whole = _plain(text)
        parts = [_plain(part) for part in _NOT_PLAIN.split(text)]
        yield from (word for word in {whole, *parts} if len(word) >= SHORTEST_WORD)


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("", text).lower()

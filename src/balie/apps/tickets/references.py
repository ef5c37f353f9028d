"""The reference of a ticket that stands in its mails: whoever quotes it has one of them.

`T-2026-00012-k7f3q9x2w4mp`: the number, and 60 bits of a keyed hash over it. A number can be
guessed, a reference only by sending a mail per guess; so a reference lets a mail onto a ticket, and
a number alone never does (guide: desk, lesson 8; safety, A14). Nothing is stored: the key makes it.
Each reference that is not ours is told to the log: whoever guesses is seen there.
"""

import base64
import logging
import re
from itertools import islice

from django.utils.crypto import constant_time_compare, salted_hmac

from balie.apps.tickets.models import Ticket

log = logging.getLogger(__name__)

TAG_LETTERS = 12
# Other desks and clients put text around it, change its case or make another dash of it.
_DASH = "[-‐‑–]"
_REFERENCE = re.compile(
    rf"(?<![a-z0-9])T{_DASH}(\d{{4}}){_DASH}(\d{{5,12}}){_DASH}([a-z2-7]{{{TAG_LETTERS}}})"
    r"(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
MOST_CANDIDATES = 50


def reference_of(ticket: Ticket) -> str:
    """Return the signed reference of a ticket, as it stands in subjects and reply addresses."""
    return f"{ticket.number}-{_tag(ticket.number)}"


def ticket_number_in(text: str) -> str | None:
    """Return the number of the first ticket whose valid reference stands anywhere in a text.

    None when there is no reference, or only forged ones: a number without its tag says nothing.
    """
    for found in islice(_REFERENCE.finditer(text), MOST_CANDIDATES):
        number = f"T-{found[1]}-{found[2]}"
        if constant_time_compare(found[3].lower(), _tag(number)):
            return number
        log.warning("a mail has a reference to %s that is not ours", number)
    return None


def _tag(number: str) -> str:
    digest = salted_hmac("balie.tickets.reference", number, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii").lower()[:TAG_LETTERS]

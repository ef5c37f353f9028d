"""User names on control panels: which are fit, and one made from a domain name.

The strictest of the panels holds for all: letters and figures, a letter first, at most ten
(DirectAdmin's own generator), not beginning with `test` and not a name of the system (WHM,
HestiaCP). What a server allows beyond this is a setting of that server, so it still may say no.
"""

from __future__ import annotations

import re
from collections.abc import Collection

SHORTEST, LONGEST = 3, 10
FIT = re.compile(r"[a-z][a-z0-9]*")
OF_THE_SYSTEM = frozenset(
    "admin adm apache backup bin daemon diradmin dovecot ftp games lp mail mailman man mysql named"
    " news nginx nobody ntp operator postfix postgres postgresql proxy reseller root sudo support"
    " sync sys syslog user uucp virtual webapps webmaster".split()
)


def fault_of(name: str) -> str:
    """Say what is wrong with a new user name: `form`, `length` or `reserved`; nothing if fit."""
    if FIT.fullmatch(name) is None:
        return "form"
    if not SHORTEST <= len(name) <= LONGEST:
        return "length"
    return "reserved" if name in OF_THE_SYSTEM or name.startswith("test") else ""


def suggest(domain: str, *, taken: Collection[str]) -> str:
    """Return a fit name for a domain that is not `taken`: its letters, and a number when needed."""
    label = domain.lower().removeprefix("www.").partition(".")[0].removeprefix("xn--")
    letters = re.sub(r"[^a-z0-9]", "", label).lstrip("0123456789")
    base = letters[:LONGEST] if len(letters) >= SHORTEST else f"site{letters}"
    if base.startswith("test"):
        base = f"w{base}"[:LONGEST]
    number = 1
    name = base
    while fault_of(name) or name in taken:
        number += 1
        name = f"{base[: LONGEST - len(str(number))]}{number}"
    return name
